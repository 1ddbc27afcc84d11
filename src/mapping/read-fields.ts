import type { Row } from '../input/row.ts';
import type { Issue } from '../issues.ts';
import type { FieldValue, Fields, RecordKind } from '../records/kind.ts';
import { matchColumn } from './columns.ts';
import type { Mapping, MappingOptions } from './mapping.ts';
import { isEmpty, readers } from './values.ts';

/** What could be read of a row's fields. */
export interface FieldReadings {
  readonly fields: Fields;
  /** Fields that have a text which is not of their type; each has an issue. */
  readonly unreadable: ReadonlySet<string>;
  readonly issues: readonly Issue[];
}

const none: ReadonlySet<string> = new Set();

/** Makes the function that reads the fields of an input's rows. */
export function createFieldReader(
  kind: RecordKind,
  mapping: Mapping,
  options: MappingOptions,
): (row: Row) => FieldReadings {
  const sources = mapping.sources.map((source) => ({
    ...source,
    definition: kind.fields[source.field] ?? { type: 'text' as const, example: '' },
    translations: options.values.get(source.field),
    constant: options.constants.get(source.field),
  }));
  const mapped = new Set(mapping.sources.filter(({ columns }) => columns.length > 0).map(({ field }) => field));

  return (row) => {
    const fields: Record<string, FieldValue> = {};
    let unreadable: Set<string> | undefined;
    const issues: Issue[] = [];
    const refuse = (field: string, text: string, problem: Pick<Issue, 'code' | 'message' | 'cause' | 'hint'>): void => {
      unreadable ??= new Set();
      unreadable.add(field);
      issues.push({ stage: 'validate', field, value: text, ...problem });
    };
    for (const { field, columns, definition, translations, constant } of sources) {
      const raw = textOf(row, columns);
      const text = translations?.get(raw.trim().toLowerCase()) ?? raw;
      if (isEmpty(text)) {
        if (constant !== undefined) fields[field] = constant;
      } else if (row.nested !== undefined && columns.some((column) => row.nested?.includes(column))) {
        refuse(field, text, nestedProblem(field));
      } else {
        const reading = readers[definition.type](text, field, definition);
        if ('value' in reading) fields[field] = reading.value;
        else refuse(field, raw, reading.problem);
      }
    }
    if (row.extra === undefined) return { fields, unreadable: unreadable ?? none, issues };

    // A key that the sample did not have is matched by its name alone, so that no value is lost.
    for (const [key, text] of row.extra) {
      const field = matchColumn(kind, key)?.field;
      const definition = field === undefined ? undefined : kind.fields[field];
      if (field === undefined || definition === undefined || mapped.has(field) || isEmpty(text)) continue;
      const reading = readers[definition.type](text, field, definition);
      if ('value' in reading) fields[field] = reading.value;
      else refuse(field, text, reading.problem);
    }
    return { fields: inOrder(kind, fields), unreadable: unreadable ?? none, issues };
  };
}

function textOf(row: Row, columns: readonly number[]): string {
  if (columns.length === 1) return row.cells[columns[0] ?? 0] ?? '';
  return columns
    .map((column) => row.cells[column] ?? '')
    .filter((text) => !isEmpty(text))
    .join(', ');
}

const nestedProblem = (field: string): Pick<Issue, 'code' | 'message'> => ({
  code: 'MALFORMED_ROW',
  message: `${field} holds an object or a list; a single value is needed`,
});

const inOrder = (kind: RecordKind, fields: Fields): Fields =>
  Object.fromEntries(
    Object.keys(kind.fields).flatMap((field) => {
      const value = fields[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
