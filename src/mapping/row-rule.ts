/** Rows that are left out, or alone are read: by the whole text of a cell. */
export interface RowRule {
  readonly kind: 'skip' | 'where';
  /** A column's name, or the field that it is mapped to. */
  readonly column: string;
  /** Trimmed, in lower case. */
  readonly values: readonly string[];
}

/** A rule in words. */
export const describeRule = ({ kind, column, values }: RowRule): string => `--${kind} ${column}=${values.join('|')}`;
