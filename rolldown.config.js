/**
 * Joins the modules of dist/ into few files: a start reads and resolves hundreds of files otherwise. What a command loads when it needs it
 * stays a file of its own; libraries stay where they are installed.
 */
export default {
  input: {
    cli: 'dist/cli.js',
    index: 'dist/index.js',
    'calculation-worker': 'dist/server/calculation/calculation-worker.js',
  },
  platform: 'node',
  external: /^[^./]/,
  output: { dir: 'bundle', cleanDir: true, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
};
