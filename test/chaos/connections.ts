import { createRequire } from 'node:module';
import type Database from 'libsql';

// The module as it is, also where this one is in its place.
const Libsql = createRequire(import.meta.url)('libsql') as typeof Database;

/** Closes the connections to databases that a process has opened, as its death does. */
export type Owner = Set<{ close(): unknown }>;

let owner: Owner | undefined;

/** Does some work, and notes which connections it opens. */
export function ownedBy<Result>(whose: Owner, work: () => Result): Result {
  const before = owner;
  owner = whose;
  try {
    return work();
  } finally {
    owner = before;
  }
}

/** Connections that somebody owns; what is in the place of the module that opens them. */
export class OwnedConnection extends Libsql {
  constructor(...options: ConstructorParameters<typeof Database>) {
    super(...options);
    owner?.add(this);
  }
}
