import type { RecordKind } from './kind.ts';
import { recharges } from './recharge.ts';
import { requests } from './request.ts';

/** Every record kind by its name, which is also its command's name. */
export const kinds = { requests, recharges } satisfies Record<RecordKind['name'], RecordKind>;
