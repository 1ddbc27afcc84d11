import { type CallRecord, Entry, type OpenRun } from '../ledger/run-store.ts';
import type { Issue } from '../issues.ts';
import { type Destination, Fate } from '../destinations/destination.ts';
import { idOfAnother, uncertain, unread } from './fate-issues.ts';
import { OpenOutcome } from './open-outcome.ts';

const unreached = unread('the upload did not reach it, or its row has changed since');
const unheard = uncertain('the upload received no answer');
const removed = unread('it has been deleted since');
const rejectedBefore: Issue = {
  code: 'API_REJECTED',
  stage: 'api',
  message: "the API rejected it when it was uploaded; see that run's error report for the reason",
};

/** What a run came to, by the contents of its records: the last word on each. */
type Ends = ReadonlyMap<string, { readonly call: CallRecord; readonly record: number }>;

const contentOf = (contents: Uint8Array, record: number): string =>
  Buffer.from(contents.buffer, contents.byteOffset + record * 16, 16).toString('latin1');

async function readEnds(run: OpenRun): Promise<Ends> {
  const ends = new Map<string, { readonly call: CallRecord; readonly record: number }>();
  for await (const call of run.calls()) {
    for (let record = 0; record < call.marks.records; record += 1) {
      const content = contentOf(call.marks.contents, record);
      const before = ends.get(content);
      const isAccepted = before !== undefined && before.call.entries[before.record] === Entry.accepted;
      if (!isAccepted) ends.set(content, { call, record });
    }
  }
  return ends;
}

/** What an upload came to. */
export interface StoredRun extends Destination {
  /** Accepted records of the run that no row of the input had. */
  readonly unmet: () => number;
}

/** Sends nothing, but says what an upload came to: the records of a run that has ended, with the API's ids. */
export async function createStored(
  run: OpenRun,
  { resultColumns, target, close }: Pick<Destination, 'resultColumns' | 'target' | 'close'>,
): Promise<StoredRun> {
  const ends = await readEnds(run);
  const unmet = new Set(
    [...ends].filter(([, { call, record }]) => call.entries[record] === Entry.accepted).map(([content]) => content),
  );
  return {
    unmet: () => unmet.size,
    resultColumns,
    concurrency: 1,
    target,
    async deliver(chunk) {
      const outcome = new OpenOutcome(chunk);
      const { found } = await run.known(chunk);
      const files = new Set<string>();
      for (let record = 0; record < chunk.records; record += 1) {
        const content = contentOf(chunk.contents, record);
        const end = ends.get(content);
        unmet.delete(content);
        const entry = end?.call.entries[end.record];
        const before = found.get(record)?.find(({ by, entry: known }) => by === 'content' && known === Entry.accepted);
        if (end === undefined && before !== undefined) {
          outcome.accept(record, { id: before.id, package_id: before.packageId, status: 'pending' });
          outcome.countAsBefore(record);
        } else if (end === undefined || entry === Entry.notStored) outcome.refuse([record], Fate.notSent, unreached);
        else if (entry === Entry.accepted) {
          const { call, record: place } = end;
          for (const file of call.files) files.add(file);
          const isAlike = call.alike.includes(place);
          const status = isAlike ? `pending; ${idOfAnother}` : 'pending';
          outcome.accept(record, { id: call.ids[place], package_id: call.packageIds[place], status });
          if (isAlike) outcome.markAlike(record);
        } else if (entry === Entry.removed) outcome.refuse([record], Fate.notSent, removed);
        else if (entry === Entry.rejected) outcome.refuse([record], Fate.rejected, rejectedBefore);
        else outcome.refuse([record], Fate.uncertain, unheard);
      }
      return outcome.close([...files]);
    },
    close,
  };
}
