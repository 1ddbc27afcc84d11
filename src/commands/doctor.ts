import { ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';
import type { DoctorOptions } from './doctor-command.ts';
export const doctor = async (_o: DoctorOptions, _c: CommandContext): Promise<ExitCode> => ExitCode.ok;
