/**
 * Joins the modules of dist/ into few files: a start reads and resolves hundreds of files otherwise. What a command loads when it needs it
 * stays a file of its own. Libraries stay where they are installed, but for zod: a start read all of its 95 modules (854 kB), and reads a
 * quarter of their bytes from here. (The server's libraries bring the installed one, which understands these schemas.)
 */
export default {
  input: {
    cli: 'dist/cli.js',
    index: 'dist/index.js',
    'calculation-worker': 'dist/server/calculation/calculation-worker.js',
  },
  platform: 'node',
  external: /^(?!(?:zod$|hyparquet|fzstd$|hysnappy$|xxhash-wasm$))[^./]/,
  output: { dir: 'bundle', cleanDir: true, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
};
