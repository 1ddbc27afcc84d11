/** Rows that are left out, or alone are read: by the whole text of a cell. */
export interface RowRule {
  /** `organization`: those of one account; the other ones are of the runs of theirs. */
  readonly kind: 'skip' | 'where' | 'organization';
  /** A column's name, or the field that it is mapped to. */
  readonly column: string;
  /** Trimmed, in lower case. */
  readonly values: readonly string[];
  /** Whether an organisation's run has the rows that could not be read, too: one of the runs reports them. */
  readonly takesUnread?: boolean;
}

/** A rule in words. */
export const describeRule = ({ kind, column, values }: RowRule): string =>
  kind === 'organization' ? 'the organisation of this run' : `--${kind} ${column}=${values.join('|')}`;

/** The text of a cell, as rules compare it. */
export const foldCell = (text: string): string => text.trim().toLowerCase();
