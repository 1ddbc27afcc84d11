/**
 * What can be measured: whole processes, each with its input, its command and what it says of the rows.
 *
 *   id       name for --only
 *   title    what the tables call it
 *   input    the file, see data/files.js; `rows` is a share of those asked for, or a count
 *   command  how it is started: ({ file, tables }) => [command, ...arguments]; it runs in a folder of its own
 *   findings what it found, of its standard output; without it nothing is checked
 *   results  the file it writes, with a row for each valid one
 *   latency  milliseconds of the server it uploads to; without it there is none
 *   repeats  how often it runs in a round
 *   tool     what it needs on this machine, see harness/tools.js
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { product } from './harness/product.js';

const peer = (name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

const fewRows = 100;
/** The row loop of pandas takes as long for these as others for a million. */
const loopRows = 100_000;

/** What the summary of the product says, in the names that the peers use. */
function findingsOfSummary(stdout) {
  const { rows, emissions } = JSON.parse(stdout);
  return { ...rows, co2e_kg: emissions?.co2e_kg, tonne_km: emissions?.tonne_km };
}

const ofProduct = { isProduct: true, findings: findingsOfSummary };
const ofPeer = { findings: JSON.parse, results: 'results.csv' };

/** Options of the files of refused rows, named as the product names them by itself. */
const reports = (file) => ['--errors', 'errors.csv', '--rejected', `rejected${extname(file)}`];

const local = {
  ...ofProduct,
  results: 'results.csv',
  command: ({ file }) => product('requests', file, '--local', '--json', '--out', 'results.csv', ...reports(file)),
};

const upload = (latency) => ({
  ...ofProduct,
  latency,
  command: ({ file }) => product('requests', file, '--yes', '--json', ...reports(file)),
});

const script = (name) => ({
  ...ofPeer,
  command: ({ file, tables }) => [process.execPath, peer(name), file, '.', tables],
});

const python = (name) => ({
  ...ofPeer,
  tool: 'pandas',
  command: ({ file, tables, tools }) => [tools.pandas.python, peer(name), file, '.', tables],
});

/** In the order in which they run; peers stand beside what they are compared with. */
export const measurements = [
  { id: 'node', title: '`node -e 0`', group: 'start-up', repeats: 5, command: () => [process.execPath, '-e', '0'] },
  {
    id: 'version',
    title: '`--version`',
    group: 'start-up',
    repeats: 5,
    isProduct: true,
    command: () => product('--version'),
  },
  { id: 'help', title: '`--help`', group: 'start-up', repeats: 5, isProduct: true, command: () => product('--help') },
  { id: 'csv-100', title: '`--local`, 100 rows', group: 'start-up', repeats: 3, input: { rows: fewRows }, ...local },
  {
    id: 'places-100',
    title: '`--local`, 100 rows, one lane without distance',
    group: 'start-up',
    repeats: 3,
    input: { rows: fewRows, places: true, pairs: 1 },
    ...local,
  },
  { id: 'csv', title: '`--local`', input: { share: 1 }, ...local },
  {
    id: 'duckdb',
    title: 'DuckDB, rows in order',
    group: 'peers',
    tool: 'duckdb',
    input: { share: 1 },
    ...script('duckdb.js'),
  },
  {
    id: 'duckdb-unordered',
    title: 'DuckDB, any order',
    group: 'peers',
    tool: 'duckdb',
    input: { share: 1 },
    ...script('duckdb-unordered.js'),
  },
  {
    id: 'plain-node',
    title: 'csv-parse, zod and a Set',
    group: 'peers',
    input: { share: 1 },
    ...script('plain-node.js'),
  },
  { id: 'pandas', title: 'pandas, vectorised', group: 'peers', input: { share: 1 }, ...python('pandas-vectorised.py') },
  {
    id: 'pandas-loop',
    title: 'pandas, row loop',
    group: 'peers',
    input: { rows: loopRows },
    ...python('pandas-loop.py'),
  },
  {
    id: 'dry-run',
    title: '`--dry-run`',
    input: { share: 1 },
    ...ofProduct,
    command: ({ file }) => product('requests', file, '--dry-run', '--json', ...reports(file)),
  },
  { id: 'clean', title: '`--local`, no wrong rows', input: { share: 1, clean: true }, ...local },
  { id: 'jsonl', title: '`--local`, JSON Lines', input: { share: 1, format: 'jsonl' }, ...local },
  { id: 'spanish', title: '`--local`, Spanish export', input: { share: 1, format: 'spanish' }, ...local },
  { id: 'places', title: '`--local`, 60 % without distance', input: { share: 1, places: true }, ...local },
  { id: 'upload', title: 'upload', input: { share: 1 }, ...upload(0) },
  { id: 'upload-200', title: 'upload, 200 ms a call', input: { share: 1 }, ...upload(200) },
  { id: 'scale', title: '`--local`, 10 times as many rows', input: { share: 10 }, isOnRequest: true, ...local },
];
