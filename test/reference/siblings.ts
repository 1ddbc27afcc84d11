import { readFileSync } from 'node:fs';
import type { ColumnNumbers, Evidence } from '../../src/mapping/decimal-mark.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { normaliseName } from '../../src/mapping/names.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import type { Input } from './input.ts';
import { saysNothing } from './nothing.ts';

/** A file of a run with what its columns mean. */
export interface Sibling {
  readonly input: Input;
  readonly mapping: Mapping;
}

type Mark = '.' | ',';

const marks: readonly Mark[] = ['.', ','];

/** What a number may look like with a decimal mark and, between its thousands, the other mark, a space or an apostrophe. */
const shapes: Readonly<Record<Mark, RegExp>> = {
  '.': /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[1-9]\d{0,2}(?:(?:,\d{3})+|(?:[ \u00a0\u2009\u202f'\u2019]\d{3})+)(?:\.\d+)?)$/i,
  ',': /^[+-]?(?:\d+,?\d*(?:e[+-]?\d+)?|,\d+(?:e[+-]?\d+)?|[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:[ \u00a0\u2009\u202f'\u2019]\d{3})+)(?:,\d+)?)$/i,
};

/** A number without what may be around it: a currency, a unit, a sign after it or parentheses. */
function bare(text: string): string {
  const signed = text
    .trim()
    .replace(/^(?:\p{Sc}|[A-Z]{3}\s)\s*|\s*\p{Sc}$|\s*%$/gu, '')
    .replace(
      /^(\D?[\d.,' \u00a0\u2009\u202f\u2019]*\d)\s*(?!e\d+$)\p{L}[\p{L}\p{N}]*(?:[. ]{1,2}\p{L}[\p{L}\p{N}]*)?\.?$/iu,
      '$1',
    )
    .replace('\u2212', '-');
  return signed.replace(/^\((.*)\)$/, '$1').replace(/^([^()+-].*)-$/, '$1');
}

const readsAs = (text: string, mark: Mark): boolean =>
  shapes[mark].test(text) &&
  Number.isFinite(
    Number(
      text
        .replace(/[ ']/g, '')
        .replaceAll(mark === ',' ? '.' : ',', '')
        .replace(',', '.'),
    ),
  );

/** The mark that a text has and could not have if the other one were the decimal mark. */
const provenBy = (text: string): Mark | undefined => {
  if (!/[.,]/.test(text)) return undefined;
  const [dot, comma] = marks.map((mark) => readsAs(text, mark));
  return dot === comma ? undefined : dot === true ? '.' : ',';
};

const amounts = JSON.parse(readFileSync(new URL('../../data/amounts.json', import.meta.url), 'utf8')) as {
  readonly words: Readonly<Record<string, string>>;
  readonly never: string;
};
const amountWords = Object.values(amounts.words).join(' ').split(' ');

const namesAmounts = (column: string): boolean => {
  const words = normaliseName(column).split(' ');
  return (
    words.some((word) => amountWords.includes(word)) && !words.some((word) => amounts.never.split(' ').includes(word))
  );
};

/** What the sampled texts of one file's numbers, and of its columns of amounts that are not mapped, prove. */
function proofsOf(kind: RecordKind, { input, mapping }: Sibling): ColumnNumbers[] {
  return input.table.columns.flatMap((column, index): ColumnNumbers[] => {
    const field = mapping.sources.find(({ columns }) => columns.includes(index))?.field;
    const type = field === undefined ? undefined : kind.fields[field]?.type;
    if (field === undefined ? !namesAmounts(column) : type !== 'number' && type !== 'integer') return [];
    const texts = input.sampleRows.flatMap((row): Evidence[] => {
      const text = row.cells[index] ?? '';
      const isNumber = row.numbers?.includes(index) === true;
      return row.malformed !== undefined || isNumber || saysNothing(text) ? [] : [{ line: row.line, column, text }];
    });
    const isWitness = field !== undefined || texts.every(({ text }) => marks.some((mark) => readsAs(bare(text), mark)));
    if (!isWitness) return [];
    const first = (mark: Mark): Evidence | undefined => texts.find(({ text }) => provenBy(bare(text)) === mark);
    const proofs = Object.fromEntries(
      marks.flatMap((mark) => {
        const proof = first(mark);
        return proof === undefined ? [] : [[mark, proof] as const];
      }),
    );
    const rest = { open: undefined, provesGroups: false, provesThousandths: false, small: 0, count: texts.length };
    return [{ column, field, proofs, ...rest, implausible: { '.': 0, ',': 0 } }];
  });
}

/** What other files of the run prove of the decimal mark for one that has the very same header and no proof itself. */
export const provenBySiblings = (kind: RecordKind, own: Sibling, all: readonly Sibling[]): readonly ColumnNumbers[] =>
  all.flatMap((other) => {
    const isSibling =
      other !== own && JSON.stringify(other.input.table.columns) === JSON.stringify(own.input.table.columns);
    return isSibling ? proofsOf(kind, other) : [];
  });
