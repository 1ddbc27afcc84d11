import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import type { Format, RowFormat } from './row.ts';

/** Every input format by its name. */
export const formats = { csv, jsonl } satisfies Record<Format, RowFormat>;

const extensions: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
};

const openingBrace = 0x7b;

/** The format that the name of a file says, else what its first character says. */
export function detectFormat(path: string, sample: Buffer): Format {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const first = sample.find((byte) => byte > 0x20);
  return extensions[extension] ?? (first === openingBrace ? 'jsonl' : 'csv');
}

/** A path's name without folders and the extensions this tool knows; `stdin` for standard input. */
export function baseName(path: string): string {
  if (path === '-') return 'stdin';
  const name = path.replace(/^.*[\\/]/, '');
  const bare = name.replace(/\.gz$/i, '').replace(/\.(?:csv|tsv|txt|jsonl|ndjson)$/i, '');
  return bare === '' ? name : bare;
}
