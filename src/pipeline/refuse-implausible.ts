import { Verdict } from '../columns/batch.ts';
import { usageError } from '../errors.ts';
import type { Plan, PlannedInput } from './plan.ts';
import { type Bounds, isOfFile, messageOfFile, Plausibility, type PlausibilityRule } from './plausibility.ts';
import { readSampleRows } from './sample-rows.ts';

/**
 * Refuses inputs in whose samples one rule of plausibility doubts over half of the rows: these are meant otherwise, and to refuse
 * them one by one would say nothing. Before anything is sent.
 *
 * @throws RunError (exit 2)
 */
export function refuseImplausible(plan: Plan, bounds: Bounds): void {
  for (const input of plan.inputs) refuseInput(plan, input, bounds);
}

function refuseInput(plan: Plan, planned: PlannedInput, bounds: Bounds): void {
  const { input, path, conventions } = planned;
  const doubted = new Map<PlausibilityRule, { rows: number; readonly text: string }>();
  let valid = 0;
  let plausibility: Plausibility | undefined;
  const sample = { input, reading: plan.readingOf(planned), conventions, rowRules: plan.rowRules };
  readSampleRows(sample, (batch, records, arena) => {
    plausibility ??= new Plausibility({ records, arena, planned }, { bounds, isStrict: false });
    for (let row = 0; row < batch.rows; row += 1) if (batch.verdicts[row] === Verdict.accepted) valid += 1;
    plausibility.check(batch);
    for (const doubts of plausibility.doubts.values()) {
      for (const { rule, text } of doubts) {
        const known = doubted.get(rule) ?? { rows: 0, text };
        known.rows += 1;
        doubted.set(rule, known);
      }
    }
  });
  for (const [rule, { rows, text }] of doubted) {
    if (!isOfFile(rows, valid)) continue;
    throw usageError(
      'IMPLAUSIBLE_FILE',
      `${path}: ${messageOfFile({ rule, text }, rows, valid)}`,
      'without --strict such rows are taken, and shown',
    );
  }
}
