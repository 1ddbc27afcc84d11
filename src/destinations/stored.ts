import { inputError } from '../errors.ts';
import type { Issue } from '../issues.ts';
import type { RunFile } from '../state/run-file.ts';
import { type Destination, Fate } from './destination.ts';
import { uncertain, unread } from './fates.ts';
import { notSent, OpenOutcome } from './open-outcome.ts';
import { hashOf } from './recorded.ts';

const unreached = unread('the upload did not come to it');
const unheard = uncertain('the upload heard no answer');
const rejectedBefore: Issue = {
  code: 'API_REJECTED',
  stage: 'api',
  message: 'the API rejected it when it was uploaded; why stands in the error report of that run',
};

/** Sends nothing, but says what an upload came to: the records of a run that has ended, with the API's ids. */
export const createStored = (file: RunFile, { resultColumns, target, close }: Destination): Destination => ({
  resultColumns,
  concurrency: 1,
  target,
  async deliver(chunk) {
    const earlier = file.chunk(chunk.index);
    if (earlier === undefined) return notSent(chunk, unreached);
    if (earlier.chunk.sha256 !== hashOf(chunk)) {
      const error = inputError(
        'INPUT_CHANGED',
        `the rows of chunk ${String(chunk.index + 1)} are not those that were uploaded`,
        'the API has what was accepted; its emissions can be put beside the file as it was. What is new in it: upload with --since-last',
      );
      return notSent(chunk, unread(error.message), { reason: error.message, fatal: error });
    }
    const outcome = new OpenOutcome(chunk);
    for (const [record, known] of earlier.known.entries()) {
      switch (known.fate) {
        case 'accepted':
          outcome.accept(record, { id: known.id, package_id: known.packageId, status: 'pending' });
          break;
        case 'rejected':
          outcome.refuse([record], Fate.rejected, rejectedBefore);
          break;
        case 'not-sent':
          outcome.refuse([record], Fate.notSent, unreached);
          break;
        case 'uncertain':
          outcome.refuse([record], Fate.uncertain, unheard);
      }
    }
    return outcome.close(earlier.chunk.files);
  },
  close,
});
