import { matchColumn } from '../../src/mapping/columns.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { findUnit } from '../../src/mapping/units.ts';
import { type Issue, quote } from '../../src/issues.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import type { Row } from './row.ts';

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ');

/** What headers among the rows of an input make of it, row after row. */
export function createHeaderCheck(
  kind: RecordKind,
  columns: readonly string[],
  { sources }: Mapping,
): (row: Row) => 'repeated' | Issue | undefined {
  const own = columns.map(fold);
  const mapped = new Set(sources.flatMap((source) => source.columns));
  const isName = (text: string): boolean =>
    fold(text) !== '' && (own.includes(fold(text)) || (!findUnit(text) && matchColumn(kind, text) !== undefined));
  let above: { readonly line: number; readonly what: string } | undefined;
  const refuse = (message: string): Issue => ({
    code: 'OTHER_HEADER',
    stage: 'parse',
    message: `is ${message}, which has other columns than the first: ${above?.what ?? ''}`,
  });
  return ({ cells, numbers = [], line, malformed }) => {
    if (malformed !== undefined) return undefined;
    const texts = columns.map((_, at) => (cells[at] ?? '').trim());
    const read = [...mapped].filter((at) => (cells[at] ?? '') !== '');
    const filled = texts.filter((text) => text !== '');
    const named = new Set(filled.filter(isName)).size;
    const hasNumber = read.some((at) => /^\d/.test(cells[at] ?? '') || numbers.includes(at));
    if (read.length < 2 || hasNumber || named < 2 || named < filled.length / 2) {
      return above === undefined ? undefined : refuse(`below the header in line ${String(above.line)}`);
    }
    const at = texts.findIndex((text, place) => fold(text) !== own[place] && (mapped.has(place) || isName(text)));
    if (at === -1) {
      above = undefined;
      return 'repeated';
    }
    above = { line, what: `column ${String(at + 1)} is ${quote(texts[at] ?? '')}, not ${quote(columns[at] ?? '')}` };
    return { ...refuse(''), message: `is a header with other columns than the first: ${above.what}` };
  };
}
