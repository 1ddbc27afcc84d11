import type { KnownRecord, RunFile } from '../state/run-file.ts';
import type { Destination, Fate } from './destination.ts';
import { outcomeOf } from './destination.ts';
import { uncertain, unsent } from './fates.ts';
import { hashOf, inputChanged } from './recorded.ts';

/** No destination, but what an upload came to: the records of a run that has ended, with the API's ids. */
export const createStored = (file: RunFile, { resultColumns, close }: Destination): Destination => ({
  mode: 'upload',
  takesBytes: true,
  resultColumns,
  concurrency: 1,
  async deliver(chunk) {
    const earlier = file.chunk(chunk.index);
    if (earlier === undefined) return outcomeOf(chunk.rows.map(() => unsent('the upload ended before it')));
    if (earlier.chunk.sha256 !== hashOf(chunk)) {
      const error = inputChanged(chunk);
      return outcomeOf(
        chunk.rows.map(() => unsent(error.message)),
        { reason: error.message, fatal: error },
      );
    }
    const fates = earlier.known.map(fateOf);
    return { ...outcomeOf(fates), files: earlier.chunk.files };
  },
  close,
});

function fateOf(known: KnownRecord): Fate {
  switch (known.fate) {
    case 'accepted':
      return { fate: 'accepted', result: [known.id, known.packageId, undefined, 'pending'] };
    case 'rejected':
      return {
        fate: 'rejected',
        issue: {
          code: 'API_REJECTED',
          stage: 'api',
          message: 'the API rejected it when it was uploaded; why stands in the error report of that run',
        },
      };
    case 'not-sent':
      return unsent('the upload did not come to it');
    case 'uncertain':
      return uncertain('the upload heard no answer');
  }
}
