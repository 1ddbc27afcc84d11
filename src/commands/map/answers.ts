import type { MappingFile } from '../../mapping/mapping-file.ts';

/** Answers are parts of a mapping file; together they are the whole one. */
export type Answers = MappingFile;

/** Joins parts of a mapping file; of two answers to one question the later one counts. */
export const join = (parts: readonly Answers[]): Answers => parts.reduce<Answers>(joinTwo, {});

const joinTwo = (one: Answers, other: Answers): Answers => ({
  ...one,
  ...other,
  ...joinedRecords('fields', one, other),
  ...joinedRecords('set', one, other),
  ...joinedRecords('values', one, other, (a, b) => ({ ...a, ...b })),
  ...joinedRecords('skip', one, other, (a, b) => [...new Set([a, b].flat())]),
  ...joinedLists('columns', one, other),
  ...joinedLists('null', one, other),
});

/** A key of the file that holds something for each field or column. */
function joinedRecords<Key extends 'fields' | 'set' | 'values' | 'skip'>(
  key: Key,
  one: Answers,
  other: Answers,
  both: (a: Part<Key>, b: Part<Key>) => Part<Key> = (_, b) => b,
): Partial<Answers> {
  const [first, second] = [one[key], other[key]] as const;
  if (first === undefined || second === undefined) return {};
  const joined: Record<string, unknown> = { ...first };
  for (const [name, part] of Object.entries(second) as [string, Part<Key>][]) {
    const known = Object.hasOwn(first, name) ? (first as Record<string, Part<Key>>)[name] : undefined;
    joined[name] = known === undefined ? part : both(known, part);
  }
  return { [key]: joined };
}

type Part<Key extends keyof Answers> = NonNullable<Answers[Key]> extends Record<string, infer Value> ? Value : never;

function joinedLists(key: 'columns' | 'null', one: Answers, other: Answers): Partial<Answers> {
  const [first, second] = [one[key], other[key]];
  return first === undefined || second === undefined ? {} : { [key]: [...new Set([...first, ...second])] };
}

/** A part of a mapping file that says one thing, and where it says it: `values/toc/camión`. */
export interface Leaf {
  readonly place: string;
  readonly answer: Answers;
}

/** Divides answers into the single things that they say. */
export function leavesOf(answers: Answers): readonly Leaf[] {
  return Object.entries(answers).flatMap(([key, value]): Leaf[] => {
    if (Array.isArray(value)) {
      return value.map((item) => ({ place: placeOf(key, item), answer: { [key]: [item] } }));
    }
    if (typeof value !== 'object') return [{ place: key, answer: { [key]: value } }];
    return Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([name, part]): Leaf[] => {
      if (key === 'values') {
        return Object.entries(part as Readonly<Record<string, string>>).map(([raw, meant]) => ({
          place: placeOf(key, name, raw),
          answer: { values: { [name]: { [raw]: meant } } },
        }));
      }
      if (key === 'skip') {
        return [part as string | string[]].flat().map((text) => ({
          place: placeOf(key, name, text),
          answer: { skip: { [name]: [text] } },
        }));
      }
      return [{ place: placeOf(key, name), answer: { [key]: { [name]: part } } }];
    });
  });
}

/** Where a mapping file says something; values are compared without case. */
export const placeOf = (...parts: readonly string[]): string => parts.join('/').toLowerCase();
