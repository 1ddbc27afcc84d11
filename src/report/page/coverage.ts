import { type Markup, markup } from './markup.ts';
import type { PageContext } from './report-data.ts';

/** Which part of the input the figures of a page cover. */
export interface Coverage {
  readonly covered: number;
  readonly read: number;
  /** Rows that lack, by reason. */
  readonly missing: readonly { readonly rows: number; readonly reason: string }[];
  /** Nothing lacks but exact copies of rows that are there, and everything was read. */
  readonly isWhole: boolean;
}

export function coverageOf({ summary, total, unread }: PageContext): Coverage {
  const { rows, records, errors_by_code: codes, mode } = summary;
  const covered = total?.records ?? records.accepted;
  const copies = Math.min(codes['DUPLICATE'] ?? 0, rows.duplicates);
  const reasons = [
    { rows: rows.invalid, reason: 'invalid' },
    { rows: records.rejected, reason: mode === 'local' ? 'that could not be calculated' : 'rejected' },
    { rows: rows.duplicates - copies, reason: 'in conflict with an earlier row' },
    { rows: copies, reason: copies === 1 ? 'copy of an earlier row' : 'copies of earlier rows' },
    { rows: records.not_sent, reason: 'not sent' },
    { rows: records.uncertain, reason: 'uncertain' },
    { rows: records.accepted - covered, reason: 'accepted, but without emissions yet' },
  ];
  return {
    covered,
    read: rows.read,
    missing: reasons.filter(({ rows: lacking }) => lacking > 0),
    isWhole: covered + copies + rows.skipped === rows.read && unread === undefined && summary.error === undefined,
  };
}

/** Says, before any figure, that the page does not cover the whole input. */
export function renderCoverage(context: PageContext): Markup {
  const { formats, summary, unread } = context;
  const { covered, read, missing, isWhole } = coverageOf(context);
  if (isWhole) return markup``;
  const list = missing.map(({ rows, reason }) => `${formats.count(rows)} ${reason}`);
  const more = [
    ...(unread === undefined ? [] : [`${unread}.`]),
    ...(summary.error === undefined ? [] : [`The run ended before its end: ${summary.error.message}.`]),
  ];
  return markup`<aside class="notice" aria-label="What is missing">
<p><strong>This page covers ${formats.count(covered)} of ${formats.count(read)} ${read === 1 ? 'row' : 'rows'}.</strong>${list.length === 0 ? undefined : ` Missing: ${list.join(', ')}. The reasons are under “Rows and errors”.`}</p>
${more.map((text) => markup`<p>${text}</p>\n`)}</aside>\n`;
}
