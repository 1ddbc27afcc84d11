import { usageError } from '../../errors.ts';
import type { Target } from '../../destinations/destination.ts';
import { standardInput } from '../../input/source.ts';
import type { RecordKind } from '../../records/kind.ts';
import { plural } from '../../report/format.ts';
import type { CommandContext } from '../context.ts';
import type { UploadOptions } from '../upload-options.ts';
import { findUnfinished } from './journal.ts';

/**
 * Says which upload of the same input did not finish, and at a terminal asks before anything is sent.
 *
 * @throws RunError (exit 2) when the user declines, (exit 130) when there is none
 */
export async function confirmUpload(
  kind: RecordKind,
  paths: readonly string[],
  target: Target,
  options: Pick<UploadOptions, 'yes'>,
  context: CommandContext,
): Promise<void> {
  const { questions, terminal } = context;
  const unfinished = (await findUnfinished({ kind, paths, target }, context))?.slice(0, 8);
  if (unfinished !== undefined) {
    terminal.err(
      `note: run ${unfinished} of the same input did not finish; to finish it, run: dcycle-upload resume ${unfinished}\n`,
    );
  }
  // Rows that are typed come from where the answer would.
  if (questions === undefined || options.yes === true || paths.includes(standardInput)) return;
  const [first = '', ...others] = paths;
  const files = others.length === 0 ? first : `${first} and ${plural(others.length, 'other file')}`;
  const { host } = new URL(target.baseUrl);
  const again = unfinished === undefined ? '' : ' again';
  const question = `Upload the ${kind.noun[1]} of ${files}${again} to ${host}, organisation ${target.organizationId}?`;
  if (await questions.confirm(question, unfinished === undefined)) return;
  throw usageError(
    'NOT_CONFIRMED',
    'the upload was not confirmed; nothing was sent',
    '--dry-run checks without sending',
  );
}
