/**
 * What each folder of src/ may import: values of some other folders, types of more, and the libraries that have their home there.
 * Nothing else is allowed; the files directly in src/ are for all. docs/architecture.md says why.
 */
const rooms = {
  columns: {},
  codes: {},
  input: {
    libraries: ['csv-parse', 'hyparquet', 'hyparquet-compressors', 'picomatch', 'xxhash-wasm'],
    uses: ['columns'],
  },
  mapping: { libraries: ['zod'], uses: ['columns'], types: ['input', 'records'] },
  records: { libraries: ['zod'], types: ['codes'] },
  calculator: { libraries: ['geographiclib-geodesic', 'zod'], types: ['codes', 'records'] },
  api: { libraries: ['undici', 'zod'] },
  config: { libraries: ['jsonc-parser', 'zod'], types: ['api'] },
  state: { libraries: ['libsql'] },
  ledger: { libraries: ['libsql'], uses: ['columns'] },
  destinations: { uses: ['calculator', 'columns'], types: ['ledger', 'records'] },
  delivery: {
    libraries: ['zod'],
    uses: ['api', 'codes', 'columns', 'destinations', 'ledger'],
    types: ['calculator', 'pipeline', 'records'],
    globals: [{ name: 'setTimeout', message: 'time is a parameter: see DeliveryOptions' }],
  },
  pipeline: {
    uses: ['columns', 'delivery', 'destinations', 'input', 'ledger', 'mapping', 'records'],
    types: ['calculator', 'codes'],
  },
  server: {
    libraries: ['@fastify/*', 'fastify', 'fastify-type-provider-zod', 'light-my-request', 'zod'],
    uses: ['calculator', 'records', 'state'],
  },
  report: {
    libraries: ['@clack/*', 'chalk', 'cli-table3', 'ora', 'string-width', 'zod'],
    uses: ['codes', 'columns', 'input', 'pipeline', 'records'],
    types: ['api', 'calculator', 'delivery', 'destinations', 'ledger', 'mapping'],
    seesProcess: true,
  },
  commands: {
    libraries: ['commander'],
    uses: 'api calculator columns config delivery destinations input ledger mapping pipeline records report server state'.split(
      ' ',
    ),
  },
};

const libraries = [...new Set([...Object.values(rooms).flatMap((room) => room.libraries ?? []), 'd3-scale'])];

/** A library is imported by its name or from a path in it. */
const pathsOf = (names) => names.flatMap((name) => (name.endsWith('/*') ? [name] : [name, `${name}/*`]));

/** The rules of one folder, or of a part of it with other libraries. */
function rulesOf(files, name, { libraries: own = [], uses = [], types = [], globals = [], seesProcess = false }) {
  const groups = [
    {
      group: Object.keys(rooms).filter((room) => room !== name && ![...uses, ...types].includes(room)),
      message: `${name}/ may not know this folder`,
    },
    { group: types, allowTypeImports: true, message: `${name}/ may take types only from this folder` },
  ];
  const patterns = groups
    .filter(({ group }) => group.length > 0)
    .map((each) => ({ ...each, group: each.group.map((room) => `**/${room}/**`) }));
  const foreign = libraries.filter((library) => !own.includes(library));
  const hidden = seesProcess
    ? []
    : [{ name: 'process', message: 'the outer world is a parameter: see CommandContext' }];
  return {
    files,
    rules: {
      'eslint/no-restricted-imports': [
        'error',
        {
          patterns: [...patterns, { group: pathsOf(foreign), message: 'this library has its home in another folder' }],
        },
      ],
      'eslint/no-restricted-globals': ['error', ...hidden, ...globals],
    },
  };
}

export default {
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  rules: {
    'eslint/no-console': 'error',
    'eslint/no-await-in-loop': 'off',
    'eslint/eqeqeq': 'error',
    'eslint/no-var': 'error',
    'eslint/prefer-const': ['error', { destructuring: 'all' }],
    'eslint/curly': ['error', 'multi-line'],
    'eslint/max-lines': ['error', { max: 400 }],
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'import/no-cycle': 'error',
    'oxc/no-map-spread': 'off',
    'unicorn/no-new-array': 'off',
    'unicorn/require-post-message-target-origin': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'import/no-named-as-default-member': 'off',
  },
  ignorePatterns: ['bundle', 'dist', 'node_modules', 'coverage'],
  overrides: [
    ...Object.entries(rooms).map(([name, room]) => rulesOf([`src/${name}/**`], name, room)),
    // The page draws with a library of its own, and sees as little of the machine as the calculation.
    rulesOf(['src/report/page/**'], 'report', { ...rooms.report, libraries: ['d3-scale'], seesProcess: false }),
    { files: ['data/*.js', 'schemas/*.js', 'fixtures/*.js', 'bench/**'], rules: { 'eslint/no-console': 'off' } },
    { files: ['test/calculator/**', 'test/{coverage,nodes}.js'], rules: { 'eslint/no-console': 'off' } },
    {
      files: ['test/**'],
      rules: {
        'vitest/expect-expect': 'off',
        'vitest/no-conditional-expect': 'off',
        'vitest/require-to-throw-message': 'off',
      },
    },
  ],
};
