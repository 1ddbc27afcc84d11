import { type Markup, markup } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { inEnglish } from './rich.ts';

/** Which part of the input the figures of a page cover. */
export interface Coverage {
  readonly covered: number;
  readonly read: number;
  /** Rows that lack, by reason. */
  readonly missing: readonly { readonly rows: number; readonly reason: string }[];
  /** Nothing lacks but exact copies of rows that are there, and everything was read. */
  readonly isWhole: boolean;
}

export function coverageOf({ summary, texts: { say }, total, unread }: PageContext): Coverage {
  const { rows, records, errors_by_code: codes, mode } = summary;
  const covered = total?.records ?? records.accepted;
  const copies = Math.min(codes['DUPLICATE'] ?? 0, rows.duplicates);
  const reasons = [
    { rows: rows.invalid, reason: say('reason.invalid') },
    { rows: records.rejected, reason: say(mode === 'local' ? 'reason.notCalculated' : 'reason.rejected') },
    { rows: rows.duplicates - copies, reason: say('reason.conflict') },
    { rows: copies, reason: say('reason.copies', { count: copies }) },
    { rows: records.not_sent, reason: say('reason.notSent') },
    { rows: records.uncertain, reason: say('reason.uncertain') },
    { rows: records.accepted - covered, reason: say('reason.notYet') },
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
  const { formats, summary, texts, unread } = context;
  const { say } = texts;
  const { covered, read, missing, isWhole } = coverageOf(context);
  if (isWhole) return markup``;
  const list = missing.map(({ rows, reason }) => `${formats.count(rows)} ${reason}`).join(', ');
  const { error } = summary;
  return markup`<aside class="notice" aria-label="${say('coverage.label')}">
<p><strong>${say('coverage.covers', { covered: formats.count(covered), count: read })}</strong>${list === '' ? undefined : ` ${say('coverage.missing', { list, section: say('section.rows') })}`}</p>
${unread === undefined ? undefined : markup`<p>${inEnglish(`${unread}.`)}</p>\n`}${error === undefined ? undefined : markup`<p>${say('coverage.ended')} ${inEnglish(`${error.message}.`)}</p>\n`}</aside>\n`;
}
