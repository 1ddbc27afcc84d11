import type { RecordKind, SchemaOptions } from './kind.ts';
import { recharges } from './recharge.ts';
import { requests } from './request.ts';

/** Every record kind by its name, which is also its command's name. */
export const kinds: Readonly<Record<RecordKind['name'], RecordKind>> = { requests, recharges };

/** A kind as its records are read for a target; `mayLack` what the user allows to be missing. */
export function kindFor(name: RecordKind['name'], target: SchemaOptions['target'], mayLack = false): RecordKind {
  const kind = kinds[name];
  const own = (target === 'calculator' ? kind.local : kind.uploaded) ?? kind;
  return mayLack ? (own.lenient ?? own) : own;
}
