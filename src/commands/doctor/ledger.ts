import { stateDirectory } from '../../config/directories.ts';
import { findDamage, repairLedger } from '../../ledger/repair.ts';
import type { Finding } from '../../report/doctor-document.ts';
import { plural } from '../../report/format.ts';
import type { CommandContext } from '../context.ts';
import type { DoctorOptions } from '../doctor-command.ts';
import { createFindings, type Findings } from './finding.ts';

/** Whether what was sent can still be read; if asked to, what is damaged is repaired first. */
export function checkLedger({ repair }: DoctorOptions, context: CommandContext): readonly Finding[] {
  const findings = createFindings('disk');
  const state = stateDirectory(context.environment);
  try {
    const damage = findDamage(state);
    const [first] = damage;
    if (first === undefined) findings.ok('ledger', 'the ledger of uploads is whole');
    else if (repair === true) repairIt(state, context, findings);
    else {
      const others = damage.length > 1 ? `, and ${plural(damage.length - 1, 'other damage', 'other damages')}` : '';
      findings.problem(
        'ledger',
        `the ledger of uploads is damaged: ${first}${others}`,
        'dcycle-upload doctor --repair',
      );
    }
  } catch (error) {
    findings.failed('ledger', error);
  }
  return findings.found;
}

function repairIt(state: string, { now }: CommandContext, findings: Findings): void {
  const { runs, calls, lostCalls, lostOutcomes, damaged } = repairLedger(state, now());
  const kept = `the ledger was repaired: ${plural(runs, 'run')} with ${plural(calls, 'call')} kept; what was damaged is in ${damaged}`;
  const lost = [
    ...(lostCalls > 0
      ? [`${plural(lostCalls, 'call')} can't be read: which records were sent with them is unknown`]
      : []),
    ...(lostOutcomes > 0 ? [`the outcome of ${plural(lostOutcomes, 'call')} can't be read`] : []),
  ];
  if (lost.length === 0) findings.ok('ledger', kept);
  else {
    findings.warning(
      'ledger',
      `${kept}. Lost: ${lost.join('; ')}`,
      'uploads ask the account by movement_id from now on, as with --verify; look there yourself before you upload again what has no movement_id',
    );
  }
}
