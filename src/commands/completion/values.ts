import { compressedExtensions } from '../../input/table.ts';
import { rechargeFields } from '../../records/recharge-fields.ts';
import { requestFields } from '../../records/request-fields.ts';

/** What a value is completed with. */
export interface Values {
  /** Words that it can be; one that ends in `=` or `:` continues. */
  readonly words: readonly string[];
  /** Files: any, or first those that the tool reads rows from. */
  readonly files?: 'any' | 'inputs';
  /** The ids of the runs in the state directory. */
  readonly runIds?: true;
}

/** Encodings that files have in practice; all labels would be 228. */
const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1', 'iso-8859-15', 'macintosh'];

const fields: Readonly<Record<string, readonly string[]>> = {
  requests: Object.keys(requestFields),
  recharges: Object.keys(rechargeFields),
};

const fieldsOf = (path: readonly string[]): readonly string[] => {
  const own = path.flatMap((name) => fields[name] ?? []);
  return own.length > 0 ? own : [...new Set(Object.values(fields).flat())];
};

/**
 * What a value can be, by what the help calls it: a new `<file>` needs no word here.
 *
 * @param path the command; that of a kind of records has the fields of that kind
 */
export function valuesOf(
  name: string,
  choices: readonly string[] | undefined,
  path: readonly string[],
  of: 'option' | 'argument',
): Values {
  if (choices !== undefined) return { words: choices };
  const assignments = fieldsOf(path).map((field) => `${field}=`);
  switch (name) {
    case 'file':
      return { words: [], files: of === 'argument' ? 'inputs' : 'any' };
    case 'path':
      return { words: [], files: 'any' };
    case 'file|account':
      return { words: ['account'], files: 'any' };
    case 'field=column':
      return { words: assignments, files: 'any' };
    case 'field=value':
      return { words: assignments };
    case 'fields':
      return { words: ['none', ...fieldsOf(path)] };
    case 'label':
      return { words: encodings };
    case 'char':
      return { words: ['tab', 'comma', 'semicolon', 'pipe'] };
    case 'canals':
      return { words: ['suez', 'panama', 'suez,panama'] };
    case 'kind:url':
      return { words: ['osrm:', 'valhalla:'] };
    case 'run-id':
      return { words: [], runIds: true };
    default:
      return { words: [] };
  }
}

/** The ends of the names of files that rows are read from; each can be followed by one of `compressedEnds`. */
export const inputExtensions = [
  'csv',
  'tsv',
  'txt',
  'jsonl',
  'ndjson',
  'json',
  'xlsx',
  'xlsm',
  'ods',
  'html',
  'htm',
  'xls',
  'parquet',
];

export const compressedEnds = Object.values(compressedExtensions);

/** The ids of runs, a line each, below XDG_STATE_HOME or, without it, below the home directory. */
export const runIdsFile = { home: '.local/state', path: 'dcycle-upload/ledger/run-ids' };
