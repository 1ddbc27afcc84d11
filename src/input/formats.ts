import { cellTable } from './cell-table.ts';
import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet/parquet.ts';
import { compressedExtensions, type Format, type RowFormat } from './table.ts';

/** What else is to be known of a format than how it is read. */
interface FormatFacts {
  /** Ends of file names that say the format, in lower case. */
  readonly extensions: readonly string[];
  /** A character separates its cells, and lines end the same way: a header names the columns. */
  readonly hasDelimiter: boolean;
  /** Its rows are JSON objects, which name their values: later rows may have others than the first. */
  readonly hasOpenNames: boolean;
  /** Its files are told by what is in them alone, whatever they are named. */
  readonly isOfContent: boolean;
  /** The extensions of the files in which its rejected rows and its results are written. */
  readonly writtenAs: { readonly rejected: string; readonly results: string };
}

/** What workbooks and tables of HTML have in common. */
const typed = {
  hasDelimiter: false,
  hasOpenNames: false,
  isOfContent: true,
  writtenAs: { rejected: 'xlsx', results: 'xlsx' },
} as const;

/** Every input format by its name. */
export const formats: Readonly<Record<Format, RowFormat & FormatFacts>> = {
  csv: {
    ...csv,
    extensions: ['csv', 'tsv', 'txt'],
    hasDelimiter: true,
    hasOpenNames: false,
    isOfContent: false,
    writtenAs: { rejected: 'csv', results: 'csv' },
  },
  jsonl: {
    ...jsonl,
    extensions: ['jsonl', 'ndjson', 'json'],
    hasDelimiter: false,
    hasOpenNames: true,
    isOfContent: false,
    writtenAs: { rejected: 'jsonl', results: 'csv' },
  },
  xlsx: { ...cellTable('xlsx'), ...typed, extensions: ['xlsx', 'xlsm'] },
  ods: { ...cellTable('ods'), ...typed, extensions: ['ods'] },
  // Pages that portals name .xls, which Excel opens all the same.
  html: { ...cellTable('html'), ...typed, extensions: ['html', 'htm', 'xls'] },
  parquet: {
    ...parquet,
    ...typed,
    extensions: ['parquet'],
    // Rejected rows are fixed by hand; in a workbook a number stays one, which `2.468` of a CSV file may not be.
    writtenAs: { rejected: 'xlsx', results: 'csv' },
  },
};

/** What the end of a file name says. */
export const extensions: ReadonlyMap<string, Format> = new Map(
  (Object.keys(formats) as Format[]).flatMap((format) =>
    formats[format].extensions.map((extension) => [extension, format] as const),
  ),
);

const openingBrace = 0x7b;

const compressedEnd = Object.values(compressedExtensions).join('|');
const extensionPattern = new RegExp(`\\.([a-z]+)(?:\\.(?:${compressedEnd}))?$`, 'i');
const packedEnd = new RegExp(`\\.(?:${compressedEnd}|zip)$`, 'i');

const extensionOf = (path: string): string => extensionPattern.exec(path)?.[1]?.toLowerCase() ?? '';

/** Whether a file's name says that it is of a format. */
export const hasExtensionOf = (path: string, format: Format): boolean => extensions.get(extensionOf(path)) === format;

/** Whether a file's name says that it holds a table. */
export const isNamedAsTable = (path: string): boolean => extensions.has(extensionOf(path));

/** Whether a file's name says that it holds a table, or several. */
export const isNamedAsInput = (path: string): boolean => isNamedAsTable(path) || /\.zip$/i.test(path);

/** The format of lines that the name of a file says, else what their first character says. */
export function detectFormat(path: string, sample: Buffer): Format {
  const named = extensions.get(extensionOf(path));
  if (named !== undefined && !formats[named].isOfContent) return named;
  return sample.find((byte) => byte > 0x20) === openingBrace ? 'jsonl' : 'csv';
}

/** A path's name without folders and the extensions this tool knows; `stdin` for standard input. */
export function baseName(path: string): string {
  if (path === '-') return 'stdin';
  const name = path.replace(/^.*[\\/]/, '');
  const unpacked = name.replace(packedEnd, '');
  const [, extension = ''] = /\.([^.]+)$/.exec(unpacked) ?? [];
  const bare = extensions.has(extension.toLowerCase()) ? unpacked.slice(0, -extension.length - 1) : unpacked;
  return bare === '' ? name : bare;
}
