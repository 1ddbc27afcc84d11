import { kindNames } from '../records/kind.ts';
import { Argument } from './commander.ts';

/** The argument of commands that are about a kind of file and not about records of it. */
export const kindArgument = (): Argument => new Argument('<kind>', 'what the file holds').choices(kindNames);
