import type * as z from 'zod';
import type { Warning } from '../issues.ts';

/** How the text of a field becomes a value; `mapping/values.ts` has a reader for each. */
export type FieldType = 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'country' | 'uuid' | 'choice';

export interface FieldDefinition {
  readonly type: FieldType;
  /** The valid values of a `choice`, in the API's own spelling. */
  readonly choices?: readonly string[];
  /** What a value looks like, for messages. */
  readonly example: string;
}

/** A value as the wire form carries it. */
export type FieldValue = string | number | boolean;

/** A record by field name; a field without a value is absent. Keys stand in the order of the kind's fields. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Alternatives of which a record needs one: each is a set of fields that must all be there. */
export interface Requirement {
  readonly anyOf: readonly (readonly string[])[];
  /** The same in words, for messages. */
  readonly text: string;
  /** What can be done about it on the command line. */
  readonly hint: string;
}

export interface SchemaOptions {
  /** The year of the run; `year` may be at most the next one. */
  readonly currentYear: number;
  /** Where the records go: the local calculator knows fuels by name, the API only by id. */
  readonly target: 'api' | 'calculator';
}

/** What a kind of record is. One file of this folder defines each; `kinds.ts` registers them. */
export interface RecordKind {
  readonly name: 'requests' | 'recharges';
  /** What one record is called in messages, singular and plural. */
  readonly noun: readonly [string, string];
  /** Every field, in the order of the wire form. */
  readonly fields: Readonly<Record<string, FieldDefinition>>;
  readonly requirements: readonly Requirement[];
  /** The zod schema of a record: the definition of what is valid. */
  schema(options: SchemaOptions): z.ZodType<Fields>;
  /** The fields of the default duplicate key for this record; `undefined` means all of them. */
  defaultKey(record: Fields): readonly string[] | undefined;
  /** What is valid but strange about a record. */
  warnings(record: Fields): readonly Warning[];
}
