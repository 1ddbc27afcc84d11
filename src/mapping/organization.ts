import { normaliseName } from './names.ts';

/** Says to which account a row goes; it does not belong to the record. */
export const organizationName = 'organization';

/** The column that says to which account a row goes, where it is named, and the account of rows that leave it empty. */
export interface OrganizationSource {
  /** Empty: none says so, whatever its name. */
  readonly column?: string;
  readonly value?: string;
}

/** The rows of one account, where a column names several. */
export interface OwnRows {
  readonly column: string;
  /** What the column has in them, trimmed; empty: it names none. */
  readonly texts: readonly string[];
  /** Whether the rows that could not be read are reported with them: one of the runs does. */
  readonly takesUnread: boolean;
}

const names = new Set(['organization', 'organization id', 'organisation', 'organisation id'].map(normaliseName));

/** Whether a column's name says so by itself; others are mapped with `--map organization=<column>`. */
export const isOrganizationColumn = (column: string): boolean => names.has(normaliseName(column));
