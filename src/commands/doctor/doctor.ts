import { ExitCode } from '../../exit-codes.ts';
import type { DoctorDocument, Finding } from '../../report/doctor-document.ts';
import { renderDiagnosis, renderFindings } from '../../report/findings.ts';
import { version } from '../../version.ts';
import type { CommandContext } from '../context.ts';
import type { DoctorOptions } from '../doctor-command.ts';
import { checkConfiguration } from './configuration.ts';
import { checkConnection } from './connection.ts';
import { checkCredentials } from './credentials.ts';
import { checkDisk } from './disk.ts';
import { checkLedger } from './ledger.ts';
import { checkProgram, checkSurroundings } from './surroundings.ts';

/** `doctor`: looks at everything that an upload needs. What is found in one area does not keep it from looking at the next. */
export async function doctor(options: DoctorOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const layout = { style: terminal.outStyle, width: terminal.outWidth };
  const findings: Finding[] = [];
  const tell = (found: readonly Finding[]): void => {
    findings.push(...found);
    if (options.json !== true) terminal.out(renderFindings(found, layout));
  };
  tell(checkProgram(context));
  const { configuration, found } = await checkConfiguration(options, context);
  tell(found);
  const access = await checkCredentials(configuration, context);
  tell(access.found);
  tell(await checkConnection(access, context));
  tell(checkLedger(options, context));
  tell(await checkDisk(context));
  tell(checkSurroundings(context));
  const document = diagnose(findings);
  context.failed(document);
  terminal.out(
    options.json === true ? `${JSON.stringify(document, undefined, 2)}\n` : renderDiagnosis(document, layout),
  );
  return document.exit_code;
}

function diagnose(findings: readonly Finding[]): DoctorDocument {
  const count = (state: Finding['state']): number => findings.filter((finding) => finding.state === state).length;
  const problems = count('problem');
  return {
    schema: 'dcycle-upload/doctor/1',
    version,
    findings: [...findings],
    warnings: count('warning'),
    problems,
    exit_code: problems === 0 ? ExitCode.ok : ExitCode.rowsRejected,
  };
}
