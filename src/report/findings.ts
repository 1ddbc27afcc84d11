import { printable } from '../issues.ts';
import type { DoctorDocument, Finding } from './doctor-document.ts';
import { plural } from './format.ts';
import { wrapText } from './tables/wrap-text.ts';
import type { Style } from './style.ts';

interface FindingsOptions {
  readonly style: Style;
  readonly width: number;
}

const signs: Readonly<Record<Finding['state'], string>> = { ok: '✓', warning: '!', problem: '✗' };

const titles: Readonly<Record<Finding['area'], string>> = {
  program: 'Program',
  configuration: 'Configuration',
  credentials: 'Credentials',
  connection: 'Connection',
  disk: 'Disk',
  surroundings: 'Surroundings',
};

const indent = '  ';

/** What was found in one area: a line or two each, the remedy below. */
export function renderFindings(findings: readonly Finding[], { style, width }: FindingsOptions): string {
  const [first] = findings;
  if (first === undefined) return '';
  const tint = { ok: style.green, warning: style.yellow, problem: style.red };
  const lines = findings.flatMap(({ state, message, remedy }) => {
    const mark = `${signs[state]} ${state.padEnd('problem'.length)} `;
    const margin = ' '.repeat(indent.length + mark.length);
    const wrap = (text: string): readonly string[] => wrapText(printable(text), width - margin.length);
    const [head = '', ...rest] = wrap(message);
    return [
      `${indent}${tint[state](mark)}${head}`,
      ...rest.map((line) => `${margin}${line}`),
      // Never broken: it is to be copied.
      ...(remedy === null ? [] : [`${margin}${style.dim('→')} ${printable(remedy)}`]),
    ];
  });
  return `${style.bold(titles[first.area])}\n${lines.join('\n')}\n`;
}

/** The last line: how many there are of what, and what to do next. */
export function renderDiagnosis({ findings, warnings, problems }: DoctorDocument, { style }: FindingsOptions): string {
  const counts = [
    problems === 0 ? 'no problem' : plural(problems, 'problem'),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
  ].join(', ');
  const worst = findings.find(({ state, remedy }) => state === 'problem' && remedy !== null);
  const unfinished = findings.find(({ check, state }) => check === 'runs' && state === 'warning');
  const next =
    problems === 0 ? (unfinished?.remedy ?? 'dcycle-upload requests <file> --dry-run') : (worst?.remedy ?? 'see above');
  const line = `${counts}; ${problems === 0 ? 'next' : 'first'}: ${printable(next)}`;
  return `${problems === 0 ? style.green(line) : style.red(line)}\n`;
}
