import type { en } from './en/index.ts';

/** A text with `{placeholders}`, or its forms by the number `count` (`Intl.PluralRules`; other forms are those of `other`). */
export type Message = string | { readonly one: string; readonly other: string };

export type Key = keyof typeof en;

/** The texts of a language. One that is missing is a type error. */
export type Catalogue = Readonly<Record<Key, Message>>;

type PlaceholdersIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | PlaceholdersIn<Rest> : never;
type FormsOf<Of> = Of extends { readonly one: infer One; readonly other: infer Other } ? One | Other : Of;
type Counted<K extends Key> = (typeof en)[K] extends string ? unknown : { readonly count: number };

/** What a text needs for its placeholders; `count` chooses its form. */
export type Values<K extends Key, Value = string> = Readonly<
  Record<Exclude<PlaceholdersIn<FormsOf<(typeof en)[K]>>, 'count'>, Value>
> &
  Counted<K>;

/** Keys of texts without a placeholder. */
export type PlainKey = { [K in Key]: keyof Values<K> extends never ? K : never }[Key];

/** Arguments after the key: none where the text has no placeholder. */
export type ValuesOf<K extends Key, Value = string> = keyof Values<K, Value> extends never ? [] : [Values<K, Value>];
