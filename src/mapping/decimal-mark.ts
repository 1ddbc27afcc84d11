import { readData } from '../embedded.ts';
import { isNumberTag, Tag } from '../columns/batch.ts';
import { type RunError, usageError } from '../errors.ts';
import { quote, type Warning } from '../issues.ts';
import { isNothing } from './absence.ts';
import type { SampleTable } from './conventions.ts';
import { normaliseName } from './names.ts';
import { type DecimalMark, decimalEvidence, parseNumber, provesGroups, splitUnit } from './numbers.ts';
import { lazily, wordsOf } from './vocabulary.ts';

/** A text that proves something, and where it is. */
export interface Evidence {
  readonly line: number;
  readonly column: string;
  readonly text: string;
}

/** What the sampled numbers of one column say of the decimal mark. Plain data. */
export interface ColumnNumbers {
  readonly column: string;
  /** The field that the column is mapped to; without one it is a witness. */
  readonly field: string | undefined;
  readonly proofs: Readonly<Partial<Record<DecimalMark, Evidence>>>;
  /** The first text that reads both ways, such as `1.234`. */
  readonly open: Evidence | undefined;
  /** A text with several groups of three, or with groups and a fraction. */
  readonly provesGroups: boolean;
  /** Whether a text surely has three decimals or more: then others may have them, too. */
  readonly provesThousandths: boolean;
  /** Numbers under 1,000 without a mark. */
  readonly small: number;
  readonly count: number;
  /** Of `count`, those that are beyond what the field can be, by the mark they are read with. */
  readonly implausible: Readonly<Record<DecimalMark, number>>;
}

/** How the numbers of an input are written. */
export interface DecimalPart {
  readonly decimal: DecimalMark;
  /** Why: the option, a text that proves it, the mapping file where nothing is proved, or nothing that contradicts it. */
  readonly decimalReason: 'option' | 'evidence' | 'mapping' | 'default';
  readonly decimalEvidence?: Evidence;
  /** Fields in which a text that reads both ways is refused, as nothing says which way is right, or all says both. */
  readonly openDecimals: readonly string[];
  /** Fields whose column proves that it divides groups of three; with an option or a mapping file, all. */
  readonly groupedFields: readonly string[];
  readonly warnings: readonly Warning[];
}

/** What the user says of the decimal mark. */
export interface DecimalOptions {
  readonly decimal: DecimalMark | undefined;
  /** The mapping file's, which settles only what nothing proves. */
  readonly fallback: DecimalMark | undefined;
}

interface AmountWords {
  readonly words: ReadonlySet<string>;
  readonly never: ReadonlySet<string>;
}

const amountWords = lazily((): AmountWords => {
  const { words, never } = readData<{ words: Record<string, string>; never: string }>('amounts.json');
  return { words: wordsOf(words), never: new Set(never.split(' ')) };
});

interface LimitFile {
  readonly columns: readonly { readonly field: string; readonly most: number }[];
  readonly purchases: readonly { readonly most: { readonly l: number } }[];
}

/** By field, beyond what a value is not plausible, whatever else its row says. */
const limits = lazily(() => {
  const { columns, purchases } = readData<LimitFile>('limits.json');
  const mostLitres = Math.max(...purchases.map(({ most }) => most.l));
  return new Map([...columns.map(({ field, most }) => [field, most] as const), ['quantity', mostLitres]]);
});

/** Whether a column's name says that it holds amounts, and no codes, dates or places. */
function isAmount(column: string): boolean {
  const { words, never } = amountWords();
  const tokens = normaliseName(column).split(' ');
  return tokens.some((token) => words.has(token)) && !tokens.some((token) => never.has(token));
}

const numberTypes: ReadonlySet<string> = new Set(['number', 'integer']);

/** A number as it may be in a column of money: with a currency before or after it, or a unit. */
function bareNumber(text: string): string {
  const plain = text.trim().replace(/^(?:\p{Sc}|[A-Z]{3}\s)\s*|\s*\p{Sc}$|\s*%$/gu, '');
  return splitUnit(plain)?.number ?? plain;
}

/** Gathers what the sampled texts of each column with numbers say. Numbers of JSON and workbooks have a dot whatever the texts have. */
export function collectNumbers({
  kind,
  mapping,
  columns,
  rows,
  nulls,
}: Omit<SampleTable, 'path'>): readonly ColumnNumbers[] {
  const mapped = new Map(mapping.sources.flatMap(({ field, columns: all }) => all.map((index) => [index, field])));
  return columns.flatMap((column, index): ColumnNumbers[] => {
    const field = mapped.get(index);
    if (field === undefined ? !isAmount(column) : !numberTypes.has(kind.fields[field]?.type ?? '')) return [];
    const texts = rows.flatMap(({ line, cells, tags, isMalformed }): Evidence[] => {
      const text = cells[index] ?? '';
      const isText = !isNumberTag(tags[index]) && tags[index] !== Tag.error;
      return isMalformed || isNothing(text, nulls) || !isText ? [] : [{ line, column, text }];
    });
    const found = summarise(column, field, texts);
    const isWitness = field !== undefined || texts.every(({ text }) => isNumber(bareNumber(text)));
    return isWitness && texts.length > 0 ? [found] : [];
  });
}

const fractionOf = (number: string, mark: DecimalMark): string => /^\d*/.exec(number.split(mark)[1] ?? '')?.[0] ?? '';

const isNumber = (text: string): boolean =>
  parseNumber(text, '.') !== undefined || parseNumber(text, ',') !== undefined;

/** Most numbers: what they say is clear without looking further. */
const saysDotAtMost = /^\d+(?:\.\d{1,2})?$/;
const dotOnly = ['.'] as const;

function summarise(column: string, field: string | undefined, texts: readonly Evidence[]): ColumnNumbers {
  const proofs: Partial<Record<DecimalMark, Evidence>> = {};
  const implausible = { '.': 0, ',': 0 };
  const most = limits().get(field ?? '') ?? Number.POSITIVE_INFINITY;
  let open: Evidence | undefined;
  let small = 0;
  let [groups, thousandths] = [false, false];
  for (const evidence of texts) {
    if (saysDotAtMost.test(evidence.text)) {
      const hasDot = evidence.text.includes('.');
      if (hasDot) proofs['.'] ??= evidence;
      else if (evidence.text.length <= 3) small += 1;
      if (Number(evidence.text) > most) for (const mark of hasDot ? dotOnly : marks) implausible[mark] += 1;
      continue;
    }
    const number = bareNumber(evidence.text);
    const proof = decimalEvidence(number);
    groups ||= provesGroups(number);
    if (proof === 'grouped') open ??= evidence;
    else if (proof !== undefined) {
      proofs[proof] ??= evidence;
      thousandths ||= fractionOf(number, proof).length >= 3;
    }
    if (/^\d{1,3}$/.test(number)) small += 1;
    for (const mark of marks) if ((parseNumber(number, mark) ?? 0) > most) implausible[mark] += 1;
  }
  return {
    column,
    field,
    proofs,
    open,
    provesGroups: groups,
    provesThousandths: thousandths,
    small,
    count: texts.length,
    implausible,
  };
}

const marks = ['.', ','] as const;
const markNames = { '.': 'dot', ',': 'comma' } as const;
const other = { '.': ',', ',': '.' } as const;

/**
 * Settles the decimal mark, or refuses what can't be settled: a value is taken on evidence.
 *
 * @param siblings the same of all inputs of the run that have the very same header; asked where these prove nothing
 * @throws RunError (exit 2) where proofs contradict each other or a mapping file, or a text reads both ways
 */
export function settleDecimal(
  columns: readonly ColumnNumbers[],
  { decimal: requested, fallback }: DecimalOptions,
  siblings: () => readonly ColumnNumbers[],
  path: string,
): DecimalPart {
  const mapped = columns.filter(({ field }) => field !== undefined);
  const fields = mapped.flatMap(({ field }) => field ?? []);
  const own = proofOf(mapped);
  const grouped = mapped.flatMap(({ field, provesGroups: isProof }) => (isProof && field !== undefined ? [field] : []));
  if (requested !== undefined) {
    const isContradicted = proofOf(columns)[other[requested]] !== undefined;
    return {
      decimal: requested,
      decimalReason: 'option',
      openDecimals: isContradicted ? fields : [],
      groupedFields: fields,
      warnings: [],
    };
  }
  if (own['.'] !== undefined && own[','] !== undefined) throw contradiction(own['.'], own[','], path);
  const all = proofOf(columns);
  const witnesses = all['.'] === undefined && all[','] === undefined ? proofOf(siblings()) : all;
  const witnessed = only(witnesses);
  const proved = only(own) ?? witnessed;
  if (fallback !== undefined && proved !== undefined && proved !== fallback) {
    throw againstMapping(fallback, witnesses[proved], path);
  }
  const isOpen = (column: ColumnNumbers): boolean =>
    only(column.proofs) === undefined &&
    (witnessed === undefined ? fallback === undefined : isImplausible(column, witnessed));
  const unsettled = mapped.filter(isOpen);
  const unreadable = unsettled.find(({ open }) => open !== undefined);
  if (unreadable?.open !== undefined) throw openMark(unreadable, unreadable.open, path);
  const evidence = proved === undefined ? undefined : (own[proved] ?? witnesses[proved]);
  return {
    decimal: proved ?? fallback ?? '.',
    decimalReason: proved !== undefined ? 'evidence' : fallback !== undefined ? 'mapping' : 'default',
    ...(evidence === undefined ? {} : { decimalEvidence: evidence }),
    openDecimals: unsettled.flatMap(({ field }) => field ?? []),
    groupedFields: proved === undefined ? fields : grouped,
    warnings: evidence === undefined ? [] : witnessWarnings(mapped, evidence, path),
  };
}

type Proofs = ColumnNumbers['proofs'];

/** The first proof of each mark. */
function proofOf(columns: readonly ColumnNumbers[]): Proofs {
  const proofs: Partial<Record<DecimalMark, Evidence>> = {};
  for (const mark of marks) {
    const proof = columns.map((column) => column.proofs[mark]).find((each) => each !== undefined);
    if (proof !== undefined) proofs[mark] = proof;
  }
  return proofs;
}

/** The mark that is proved where the other one is not. */
const only = (proofs: Proofs): DecimalMark | undefined =>
  marks.find((mark) => proofs[mark] !== undefined && proofs[other[mark]] === undefined);

/** Whether the mark of another column makes most values too large, and the other mark makes none so. */
const isImplausible = ({ implausible, count }: ColumnNumbers, mark: DecimalMark): boolean =>
  implausible[mark] * 2 > count && implausible[other[mark]] === 0;

const contradiction = (dot: Evidence, comma: Evidence, path: string): RunError =>
  usageError(
    'DECIMAL_AMBIGUOUS',
    `${path} writes numbers in two ways: ${describe(dot)} has a decimal dot, ${describe(comma)} a decimal comma`,
    'say which is right with --decimal . or --decimal , and rows with the other are refused',
    marks.map((mark) => ({ meaning: `decimal ${markNames[mark]}`, options: ['--decimal', mark] })),
  );

const againstMapping = (mark: DecimalMark, proof: Evidence | undefined, path: string): RunError =>
  usageError(
    'DECIMAL_AMBIGUOUS',
    `the mapping says decimal ${markNames[mark]}, but ${proof === undefined ? path : describe(proof)} has a decimal ${markNames[other[mark]]}`,
    'change the mapping, or say which is right with --decimal',
    marks.map((each) => ({ meaning: `decimal ${markNames[each]}`, options: ['--decimal', each] })),
  );

/** What a text that reads both ways would be, and what speaks for each. */
function openMark({ small, column }: ColumnNumbers, open: Evidence, path: string): RunError {
  const number = bareNumber(open.text);
  const [fraction = '.', thousands = '.'] = /,/.test(number) ? ([',', '.'] as const) : (['.', ','] as const);
  const shown = (mark: DecimalMark): string => String(parseNumber(number, mark) ?? '');
  const speaks =
    small === 0
      ? ''
      : `; ${String(small)} ${small === 1 ? 'value' : 'values'} of ${quote(column)} under 1,000 ${small === 1 ? 'has' : 'have'} no mark`;
  return usageError(
    'DECIMAL_AMBIGUOUS',
    `nothing in ${path} proves the decimal mark: ${describe(open)} is ${shown(fraction)} or ${shown(thousands)}${speaks}`,
    `say which is right with --decimal`,
    [fraction, thousands].map((mark) => ({ meaning: shown(mark), options: ['--decimal', mark] })),
  );
}

/** Says whose word was taken for columns that do not prove their mark themselves, or prove no decimals like those of a text. */
function witnessWarnings(mapped: readonly ColumnNumbers[], evidence: Evidence, path: string): readonly Warning[] {
  const mark = marks.find((each) => decimalEvidence(bareNumber(evidence.text)) === each) ?? '.';
  return mapped.flatMap(({ column, open, proofs, provesThousandths }): Warning[] => {
    if (open === undefined) return [];
    const isOwn = only(proofs) !== undefined;
    const isFraction = decimalEvidence(bareNumber(open.text).replace(mark, '')) === undefined;
    if (isOwn && (!isFraction || provesThousandths)) return [];
    const why = isOwn
      ? `no other value of ${quote(column)} surely has three decimals`
      : `no value of ${quote(column)} does; override with --decimal ${other[mark]}`;
    const message = `${path}: ${describe(open)} was read with a decimal ${markNames[mark]}, as ${describe(evidence)} proves; ${why}`;
    return [{ code: 'DECIMAL_ASSUMED', message }];
  });
}

export const describe = ({ line, column, text }: Evidence): string =>
  `${quote(text)} in line ${String(line)}, column ${quote(column)}`;
