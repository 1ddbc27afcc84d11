import { platform, release } from 'node:os';
import type { Finding } from '../../report/doctor-document.ts';
import { version } from '../../version.ts';
import type { CommandContext } from '../context.ts';
import { createFindings } from './finding.ts';

/** As package.json has it. */
const oldestNode = [20, 19] as const;

/** The program and what it runs on. */
export function checkProgram({ nodeVersion }: CommandContext): readonly Finding[] {
  const findings = createFindings('program');
  findings.ok('version', `dcycle-upload ${version} on ${platform()} ${release()}`);
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (isOld) findings.problem('node', `Node.js ${nodeVersion} is too old`, `install ${oldestNode.join('.')} or newer`);
  else findings.ok('node', `Node.js ${nodeVersion}`);
  return findings.found;
}

/** Locale, time zone and terminal: they change how things look, and nothing else. */
export function checkSurroundings({ environment, terminal }: CommandContext): readonly Finding[] {
  const findings = createFindings('surroundings');
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  findings.ok('locale', `locale ${locale}, time zone ${timeZone}`);
  if (!terminal.outIsTerminal) {
    findings.ok('terminal', 'the output is not a terminal: no colours, no progress');
    return findings.found;
  }
  const colours = terminal.outStyle.isColored ? 'colours' : 'no colours';
  const encoding = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  // Other systems say elsewhere what their terminals can show.
  const isUtf8 = platform() !== 'linux' || /utf-?8/i.test(encoding);
  if (isUtf8) findings.ok('terminal', `terminal of ${String(terminal.outWidth)} columns, ${colours}, UTF-8`);
  else {
    const set = encoding === '' ? 'no locale is set' : `the locale is ${encoding}`;
    findings.warning('terminal', `lines and accents may look wrong: ${set}, not UTF-8`, 'export LC_ALL=C.UTF-8');
  }
  return findings.found;
}
