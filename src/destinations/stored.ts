import { inputError } from '../errors.ts';
import type { KnownRecord, RunFile } from '../state/run-file.ts';
import type { Destination, Fate } from './destination.ts';
import { outcomeOf } from './destination.ts';
import { uncertain, unread } from './fates.ts';
import { hashOf } from './recorded.ts';

/** No destination, but what an upload came to: the records of a run that has ended, with the API's ids. */
export const createStored = (file: RunFile, { resultColumns, close }: Destination): Destination => ({
  mode: 'upload',
  takesBytes: true,
  resultColumns,
  concurrency: 1,
  async deliver(chunk) {
    const earlier = file.chunk(chunk.index);
    if (earlier === undefined) return outcomeOf(chunk.rows.map(() => unread('the upload did not come to it')));
    if (earlier.chunk.sha256 !== hashOf(chunk)) {
      const error = inputError(
        'INPUT_CHANGED',
        `the rows of chunk ${String(chunk.index + 1)} are not those that were uploaded`,
        'the API has what was accepted; its emissions can be put beside the file as it was. What is new in it: upload with --since-last',
      );
      return outcomeOf(
        chunk.rows.map(() => unread(error.message)),
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
      return unread('the upload did not come to it');
    case 'uncertain':
      return uncertain('the upload heard no answer');
  }
}
