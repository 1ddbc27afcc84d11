import { Entry } from '../ledger/run-store.ts';
import type { ChunkState } from './chunk-state.ts';
import { type InDoubt, setMissing } from './doubt.ts';
import type { Parking } from './parking.ts';

/** Nothing is sent: what was not sent before stays so. */
export const leaveUnsent = (state: ChunkState, records: readonly number[]): void =>
  state.notSent(records, { reason: 'only what was sent is looked up', isEarlier: true });

/** Nothing is sent: what turned out to be missing is not stored, and that is all. */
export function leaveMissing(state: ChunkState, doubt: InDoubt, records: readonly number[]): Promise<boolean> {
  setMissing(doubt, records, Entry.notStored);
  state.notSent(records, { reason: doubt.reason, isEarlier: true });
  return state.writeLog(doubt.log);
}

/** Whether nothing would show what became of records if they failed together again, as nothing else was accepted. */
export const isBlind = ({ after, records }: InDoubt, { controls }: Parking): boolean =>
  after === 'send in halves if blind' && records.length > 1 && controls.best(false) === undefined;
