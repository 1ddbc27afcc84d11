import type { Fields } from '../records/kind.ts';
import { changedFields, type FieldChange } from './compare-stored.ts';
import { type Get, readMovements } from './read-stored.ts';

/** A record of which the account has an earlier version. */
export interface Version {
  readonly fields: Fields;
  /** Of the earlier one. */
  readonly id: string | undefined;
}

/** What a record changes of the version that the account has. */
export type Changes =
  | { readonly kind: 'read'; readonly fields: readonly FieldChange[] }
  /** The account does not show the earlier version. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unread'; readonly why: string };

/** As many are looked up, in a run: who changed more has changed a column. */
const mostVersions = 100;

/** Looks up what changed records change. It is asked to say more, and nothing depends on it: what can't be read is not tried again. */
export class Versions {
  readonly #get: Get;
  readonly #listPath: string;
  #left = mostVersions;
  #unread: string | undefined;

  constructor(get: Get, listPath: string) {
    this.#get = get;
    this.#listPath = listPath;
  }

  async changesOf(versions: readonly Version[]): Promise<readonly Changes[]> {
    const asked = new Set(versions.filter((version) => isNamed(version)).slice(0, this.#left));
    this.#left -= asked.size;
    const movementIds = [...new Set(Array.from(asked, ({ fields }) => String(fields['movement_id'])))];
    const stored = new Map<string, Readonly<Record<string, unknown>>>();
    if (movementIds.length > 0 && this.#unread === undefined) {
      const reading = await readMovements(this.#get, this.#listPath, { movementIds, always: undefined, since: 0 });
      if ('reason' in reading) this.#unread = reading.reason;
      else for (const each of reading.stored) stored.set(each.id, each);
    }
    return versions.map((version): Changes => {
      if (!isNamed(version)) return { kind: 'unread', why: 'without movement_id it can’t be looked up' };
      if (!asked.has(version)) return { kind: 'unread', why: `only the first ${String(mostVersions)} are looked up` };
      if (this.#unread !== undefined) return { kind: 'unread', why: this.#unread };
      const earlier = stored.get(version.id ?? '');
      return earlier === undefined
        ? { kind: 'gone' }
        : { kind: 'read', fields: changedFields(version.fields, earlier) };
    });
  }
}

const isNamed = ({ fields, id }: Version): boolean => fields['movement_id'] !== undefined && id !== undefined;
