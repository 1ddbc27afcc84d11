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
  /** Its texts are names of few things, which come again and again in a file. */
  readonly repeats?: true;
  /** Its texts are ids or names of fuels. */
  readonly isFuel?: true;
  /** Its texts name a single thing: `NA` is none. */
  readonly isId?: true;
  /** Its texts are names of places, one of which may be `None`. */
  readonly isPlace?: true;
  /** Its texts are names of countries, or their codes: `NA` is Namibia. */
  readonly isCountry?: true;
  /** It enters neither a figure nor the duplicate key: a value that is lost there loses no record. */
  readonly isAside?: true;
  /** It says how other fields are meant: in which unit, at which place. The API has no such field, and it is not sent. */
  readonly isHint?: true;
}

/** The names of all record kinds, which are also names of commands; `kinds.ts` has the kinds. */
export const kindNames = ['requests', 'recharges'] as const;

/** A value as the wire form carries it. */
export type FieldValue = string | number | boolean;

/** A record by field name; a field without a value is absent. Keys are in the order of the kind's fields. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Alternatives of which a record needs one: each is a set of fields that must all be there. */
export interface Requirement {
  readonly anyOf: readonly (readonly string[])[];
  /** The same in words, for messages. */
  readonly text: string;
  /** What can be done about it on the command line. */
  readonly hint: string;
  /** Options with which records are read that do not meet it. */
  readonly fix?: readonly string[];
}

export interface SchemaOptions {
  /** The year of the run; `year` may be at most the next one. */
  readonly currentYear: number;
  /** Where the records go: the local calculator knows fuels by name, the API only by id. */
  readonly target: 'api' | 'calculator';
}

/** A value that is valid but strange; only the value of this one field decides. */
export interface FieldWarning {
  readonly field: string;
  readonly value: number;
  readonly warning: Warning;
}

/** The fields by which two records are the same. */
export interface KeyRule {
  readonly fields: readonly string[];
  /** A record without this field has no such key: all its fields are compared. */
  readonly needs?: string;
}

/** The versions of the API that a bulk call can name. */
export type ApiVersion = 'v1' | 'v2';

/** What a kind of record is. One file of this folder defines each; `kinds.ts` registers them. */
export interface RecordKind {
  readonly name: (typeof kindNames)[number];
  /** What one record is called in messages, singular and plural. */
  readonly noun: readonly [string, string];
  /** Every field, in the order of the wire form. */
  readonly fields: Readonly<Record<string, FieldDefinition>>;
  readonly requirements: readonly Requirement[];
  /** The zod schema of each field's value. */
  shape(options: SchemaOptions): Readonly<Record<string, z.ZodType>>;
  /** The zod schema of a record, made of `shape` and the requirements: the definition of what is valid. */
  schema(options: SchemaOptions): z.ZodObject;
  /**
   * What tells that a record is one that was sent before, whatever the duplicate key of a file: the fields, those that must be there,
   * and those without which the same record on another day is another one.
   */
  readonly identity: {
    readonly fields: readonly string[];
    readonly needs: readonly string[];
    readonly dated: readonly string[];
  };
  /** The default duplicate key. */
  readonly defaultKey: KeyRule;
  readonly fieldWarnings: readonly FieldWarning[];

  /** Its records move goods: they have vehicle types, places, distances and loads. Those of other kinds burn fuel. */
  readonly isTransport: boolean;
  /** The API replaces a record that it has already, so that sending one again does no harm. */
  readonly isUpsert: boolean;
  /** The API calculates emissions, which can be looked up and read back. */
  readonly readsBack: boolean;
  /** Where the API lists its records. */
  readonly listPath: string;
  /** What the list of ids is called in a call that deletes several records. */
  readonly idsName: string;
  /** Where bulk calls of the API go. */
  bulkPath(version: ApiVersion): string;
  /** Whether the API calculates before it answers a bulk call. */
  isCalculatedInline(version: ApiVersion): boolean;
  /** The field that the API takes by id and files may hold by name: the ids are looked up. */
  readonly lookedUpField?: string | undefined;
  /** The same kind for the embedded calculator, where that knows more than the API. */
  readonly local?: RecordKind;
  /** The same kind as files have it that are uploaded, where they say more than the API takes. */
  readonly uploaded?: RecordKind;
  /** The same kind for files that may lack what is needed of a record, as far as the API takes it without. */
  readonly lenient?: RecordKind;
}
