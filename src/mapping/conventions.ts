import { Tag } from '../columns/batch.ts';
import type { SampleRow } from '../input/input.ts';
import { quote, type Warning } from '../issues.ts';
import { usageError } from '../errors.ts';
import type { RecordKind } from '../records/kind.ts';
import { type DateOrder, readDateText } from './dates.ts';
import type { Mapping } from './mapping.ts';
import { type DecimalMark, decimalEvidence, splitUnit } from './numbers.ts';
import { isEmpty } from './values.ts';

/** A text that proves something, and where it stands. */
export interface Evidence {
  readonly line: number;
  readonly column: string;
  readonly text: string;
}

/** How the numbers and dates of an input are written; the same for the whole file. */
export interface Conventions {
  readonly decimal: DecimalMark;
  /** Why: the option, a text that proves it, or nothing that says otherwise. */
  readonly decimalReason: 'option' | 'evidence' | 'default';
  readonly decimalEvidence?: Evidence;
  readonly dateOrder: DateOrder;
  readonly dateReason: 'option' | 'evidence' | 'default';
  readonly dateEvidence?: Evidence;
  readonly warnings: readonly Warning[];
}

export interface ConventionOptions {
  readonly decimal: DecimalMark | undefined;
  readonly dateOrder: DateOrder | undefined;
}

interface SampleText extends Evidence {
  readonly field: string;
}

/**
 * Settles the decimal mark and the order of dates from the sample, or refuses what can't be settled.
 *
 * @throws RunError (exit 2) when the sample proves both decimal marks or both orders, or has dates of unknown order
 */
export function detectConventions(
  kind: RecordKind,
  mapping: Mapping,
  columns: readonly string[],
  rows: readonly SampleRow[],
  options: ConventionOptions,
  path: string,
): Conventions {
  const textsOf = (types: ReadonlySet<string>): Iterable<SampleText> =>
    sampleTexts(kind, mapping, columns, rows, types);
  const decimal = settleDecimal(textsOf(numberTypes), options.decimal, path);
  const dates = settleDates(textsOf(dateTypes), options.dateOrder, path);
  return { ...decimal, ...dates };
}

const numberTypes: ReadonlySet<string> = new Set(['number', 'integer']);
const dateTypes: ReadonlySet<string> = new Set(['date']);

/** Whether texts of fields of a type may prove something. */
export const isTelling = (type: string): boolean => numberTypes.has(type) || dateTypes.has(type);

function* sampleTexts(
  kind: RecordKind,
  mapping: Mapping,
  columns: readonly string[],
  rows: readonly SampleRow[],
  types: ReadonlySet<string>,
): Generator<SampleText> {
  const sources = mapping.sources.flatMap(({ field, columns: [column] }) =>
    column !== undefined && types.has(kind.fields[field]?.type ?? '') ? [{ field, column }] : [],
  );
  // What a text proves, it has proved where it was first.
  const seen = sources.map(() => new Set<string>());
  for (const { line, cells, tags, isMalformed } of rows) {
    if (isMalformed) continue;
    for (const [index, { field, column }] of sources.entries()) {
      const text = cells[column] ?? '';
      if (
        tags[column] === Tag.number ||
        tags[column] === Tag.error ||
        seen[index]?.has(text) === true ||
        isEmpty(text)
      ) {
        continue;
      }
      seen[index]?.add(text);
      yield { field, line, column: columns[column] ?? '', text };
    }
  }
}

type DecimalPart = Pick<Conventions, 'decimal' | 'decimalReason' | 'decimalEvidence' | 'warnings'>;

function settleDecimal(texts: Iterable<SampleText>, requested: DecimalMark | undefined, path: string): DecimalPart {
  if (requested !== undefined) return { decimal: requested, decimalReason: 'option', warnings: [] };
  const proofs = new Map<DecimalMark, Evidence>();
  const grouped = new Map<string, Evidence>();
  for (const text of texts) {
    const proof = decimalEvidence(splitUnit(text.text)?.number ?? text.text);
    if (proof === 'grouped') {
      if (!grouped.has(text.column)) grouped.set(text.column, text);
    } else if (proof !== undefined && !proofs.has(proof)) {
      proofs.set(proof, text);
    }
  }
  const [dot, comma] = [proofs.get('.'), proofs.get(',')];
  if (dot !== undefined && comma !== undefined) {
    throw usageError(
      'DECIMAL_AMBIGUOUS',
      `${path} writes numbers in two ways: ${describe(dot)} has a decimal dot, ${describe(comma)} a decimal comma`,
      'say which is right with --decimal . or --decimal , and rows with the other are refused',
    );
  }
  const evidence = dot ?? comma;
  if (evidence !== undefined) {
    return {
      decimal: comma === undefined ? '.' : ',',
      decimalReason: 'evidence',
      decimalEvidence: evidence,
      warnings: [],
    };
  }
  const [example] = grouped.values();
  if (example === undefined) return { decimal: '.', decimalReason: 'default', warnings: [] };
  const columns = [...grouped.keys()].map(quote).join(', ');
  return {
    decimal: '.',
    decimalReason: 'default',
    warnings: [
      {
        code: 'DECIMAL_ASSUMED',
        message:
          `${path}: nothing proves the decimal mark of ${columns} (${describe(example)}); ` +
          'a dot was taken, --decimal , says otherwise',
      },
    ],
  };
}

type DatePart = Pick<Conventions, 'dateOrder' | 'dateReason' | 'dateEvidence'>;

function settleDates(texts: Iterable<SampleText>, requested: DateOrder | undefined, path: string): DatePart {
  if (requested !== undefined) return { dateOrder: requested, dateReason: 'option' };
  const proofs = new Map<'dmy' | 'mdy', Evidence>();
  let open: Evidence | undefined;
  for (const text of texts) {
    const read = readDateText(text.text, 'iso');
    if (read.kind !== 'order') continue;
    if (read.proves === undefined) open ??= text;
    else if (!proofs.has(read.proves)) proofs.set(read.proves, text);
  }
  const [dmy, mdy] = [proofs.get('dmy'), proofs.get('mdy')];
  const hint = 'say which is right with --date-format dmy (day first) or --date-format mdy (month first)';
  if (dmy !== undefined && mdy !== undefined) {
    throw usageError(
      'DATES_AMBIGUOUS',
      `${path} writes dates in two orders: ${describe(dmy)} has the day first, ${describe(mdy)} the month first`,
      hint,
    );
  }
  const evidence = dmy ?? mdy;
  if (evidence !== undefined) {
    return { dateOrder: dmy === undefined ? 'mdy' : 'dmy', dateReason: 'evidence', dateEvidence: evidence };
  }
  if (open === undefined) return { dateOrder: 'iso', dateReason: 'default' };
  throw usageError(
    'DATES_AMBIGUOUS',
    `nothing in ${path} proves whether the day or the month comes first: ${describe(open)} could be either`,
    hint,
  );
}

const describe = ({ line, column, text }: Evidence): string =>
  `${quote(text)} in line ${String(line)}, column ${quote(column)}`;
