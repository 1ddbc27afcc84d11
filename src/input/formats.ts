import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import type { Format, RowFormat } from './row.ts';

/** Every input format by its name. */
export const formats = { csv, jsonl } satisfies Record<Format, RowFormat>;

/** What the end of a file name says. */
export const extensions: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
};

const openingBrace = 0x7b;

const extensionOf = (path: string): string => /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';

/** Whether a file's name says that it is of a format. */
export const hasExtensionOf = (path: string, format: Format): boolean => extensions[extensionOf(path)] === format;

/** The format that the name of a file says, else what its first character says. */
export function detectFormat(path: string, sample: Buffer): Format {
  const first = sample.find((byte) => byte > 0x20);
  return extensions[extensionOf(path)] ?? (first === openingBrace ? 'jsonl' : 'csv');
}

/** A path's name without folders and the extensions this tool knows; `stdin` for standard input. */
export function baseName(path: string): string {
  if (path === '-') return 'stdin';
  const name = path.replace(/^.*[\\/]/, '');
  const bare = name.replace(/\.gz$/i, '').replace(/\.(?:csv|tsv|txt|jsonl|ndjson|json)$/i, '');
  return bare === '' ? name : bare;
}
