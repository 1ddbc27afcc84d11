import type { SqlValue } from '../../state/database.ts';

/** How a parameter of a query restricts rows. */
interface Filter {
  readonly column: string;
  readonly is: 'one of' | 'at least' | 'at most' | 'contains';
}

/** Filters by the parameter's name. Their columns are code, never input. */
export type Filters = Readonly<Record<string, Filter>>;

/** Parameters of a query as they were validated. */
export type FilterValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A condition for a WHERE clause and the values it binds. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** The condition that all given parameters make together; each list is a choice. */
export function conditionOf(filters: Filters, given: FilterValues): Condition {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  for (const [name, { column, is }] of Object.entries(filters)) {
    const value = given[name];
    if (value === undefined) continue;
    parts.push(`AND ${restriction[is](column)}`);
    values.push(typeof value === 'object' ? JSON.stringify(value) : value);
  }
  return { sql: parts.join(' '), values };
}

const restriction: Readonly<Record<Filter['is'], (column: string) => string>> = {
  // One bound value for a list of any length, so that each combination of filters is prepared once.
  'one of': (column) => `${column} IN (SELECT value FROM json_each(?))`,
  'at least': (column) => `${column} >= ?`,
  'at most': (column) => `${column} <= ?`,
  contains: (column) => `instr(lower(${column}), lower(?)) > 0`,
};
