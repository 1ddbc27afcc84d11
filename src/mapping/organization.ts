import { normaliseName } from './names.ts';

/** Says to which account a row goes; it does not belong to the record. */
export const organizationName = 'organization';

/** The column that says to which account a row goes, where it is named, and the account of rows that leave it empty. */
export interface OrganizationSource {
  /** Empty: none says so, whatever its name. */
  readonly column?: string;
  readonly value?: string;
}

const names = new Set(['organization', 'organization id', 'organisation', 'organisation id'].map(normaliseName));

/** Whether a column's name says so by itself; others are mapped with `--map organization=<column>`. */
export const isOrganizationColumn = (column: string): boolean => names.has(normaliseName(column));
