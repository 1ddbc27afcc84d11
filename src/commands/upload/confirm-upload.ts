import { usageError } from '../../errors.ts';
import type { Target } from '../../destinations/destination.ts';
import { standardInput } from '../../input/source.ts';
import type { RecordKind } from '../../records/kind.ts';
import { plural } from '../../report/format.ts';
import type { CommandContext } from '../context.ts';
import type { UploadOptions } from '../upload-options.ts';
import { type EarlierUpload, findEarlierUpload } from './journal.ts';

/**
 * Says what this upload would send once more, and at a terminal asks before anything is sent.
 *
 * @throws RunError (exit 2) when the answer is no, (exit 130) when there is none
 */
export async function confirmUpload(
  kind: RecordKind,
  paths: readonly string[],
  target: Target,
  options: Pick<UploadOptions, 'yes' | 'sinceLast'>,
  context: CommandContext,
): Promise<void> {
  const { questions, terminal } = context;
  // What was sent is not sent again with --since-last.
  const earlier = options.sinceLast === true ? undefined : findEarlierUpload({ kind, paths, target }, context);
  if (earlier !== undefined) terminal.err(`note: ${noteOf(earlier)}\n`);
  // Rows that are typed come from where the answer would.
  if (questions === undefined || options.yes === true || paths.includes(standardInput)) return;
  const [first = '', ...others] = paths;
  const files = others.length === 0 ? first : `${first} and ${plural(others.length, 'other file')}`;
  const { host } = new URL(target.baseUrl);
  const again = earlier === undefined ? '' : ' once more';
  const question = `Upload the ${kind.noun[1]} of ${files}${again} to ${host}, organisation ${target.organizationId}?`;
  if (await questions.confirm(question, earlier === undefined)) return;
  throw usageError(
    'NOT_CONFIRMED',
    'the upload was not confirmed; nothing was sent',
    '--dry-run checks without sending',
  );
}

function noteOf({ id, isUnfinished, accepted }: EarlierUpload): string {
  const run = id.slice(0, 8);
  return isUnfinished
    ? `run ${run} of the same input did not finish; to send only what is missing, run: dcycle-upload resume ${run}`
    : `run ${run} has brought ${plural(accepted, 'record')} of the same input there, and it has not changed since: what is sent once more is stored once more; --since-last leaves it out`;
}
