import { usageError } from '../../errors.ts';
import type { Target } from '../../destinations/destination.ts';
import { standardInput } from '../../input/source.ts';
import type { RecordKind } from '../../records/kind.ts';
import { plural } from '../../report/format.ts';
import type { CommandContext } from '../context.ts';

const named: Readonly<Record<RecordKind['name'], string>> = { requests: 'shipments', recharges: 'fuel purchases' };

/**
 * At a terminal, asks before anything is sent.
 *
 * @throws RunError (exit 2) when the answer is no, (exit 130) when there is none
 */
export async function confirmUpload(
  kind: RecordKind['name'],
  paths: readonly string[],
  { baseUrl, organizationId }: Target,
  { questions }: Pick<CommandContext, 'questions'>,
): Promise<void> {
  // Rows that are typed come from where the answer would.
  if (questions === undefined || paths.includes(standardInput)) return;
  const [first = '', ...others] = paths;
  const files = others.length === 0 ? first : `${first} and ${plural(others.length, 'other file')}`;
  const { host } = new URL(baseUrl);
  const question = `Upload the ${named[kind]} of ${files} to ${host}, organisation ${organizationId}?`;
  if (await questions.confirm(question, true)) return;
  throw usageError(
    'NOT_CONFIRMED',
    'the upload was not confirmed; nothing was sent',
    '--dry-run checks without sending',
  );
}
