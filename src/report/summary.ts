import type * as z from 'zod';
import type { Target } from '../destinations/destination.ts';
import type { DataKind, Evidence } from '../destinations/evidence.ts';
import type { RunError } from '../errors.ts';
import { formats } from '../input/formats.ts';
import type { EmissionTotals, GroupTotals } from '../pipeline/emissions.ts';
import { columnsOf, type Plan } from '../pipeline/plan.ts';
import type { RunResult } from '../pipeline/run-result.ts';
import type { Causes } from './causes.ts';
import type { summarySchema } from './summary-schema.ts';

// The schema is only for types here: a run does not need it, and it takes time to make.
export type Summary = z.infer<typeof summarySchema>;

/** What every run has from its first moment. */
export interface RunHead {
  readonly command: string;
  readonly mode: Summary['mode'];
  readonly runId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Where an upload goes, or would go, as soon as that is known. */
  readonly target?: Target | undefined;
}

const describeTarget = (target: Target | undefined): Summary['target'] =>
  target === undefined ? null : { host: new URL(target.baseUrl).host, organization_id: target.organizationId };

/** The summary of a run that failed before it read anything. */
export function emptySummary(
  { command, mode, runId, startedAt, durationMs, target }: RunHead,
  error: RunError,
): Summary {
  return {
    schema: 'dcycle-upload/summary/2',
    command,
    mode,
    run_id: runId,
    started_at: startedAt.toISOString(),
    duration_ms: Math.round(durationMs),
    target: describeTarget(target),
    inputs: [],
    mapping: {},
    rows: { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 },
    records: { accepted: 0, accepted_before: 0, rejected: 0, not_sent: 0, uncertain: 0 },
    implausible: 0,
    chunks: { planned: 0, sent: 0, accepted: 0, failed: 0, retries: 0 },
    emissions: null,
    errors_by_code: {},
    warnings: [],
    files: { results: null, errors: null, rejected: null },
    exit_code: error.exitCode,
    error: describeError(error),
  };
}

const describeError = ({ code, message, hint }: RunError) => ({ code, message, hint: hint ?? null });

export interface SummaryParts {
  readonly head: RunHead;
  readonly plan: Plan;
  readonly result: RunResult;
  readonly causes: Causes;
  readonly files: Summary['files'];
  readonly retries: number;
}

export function buildSummary({ head, plan, result, causes, files, retries }: SummaryParts): Summary {
  const { ledger, chunks, error } = result;
  const { read, valid, invalid, duplicates, skipped } = ledger.rows;
  const { accepted, acceptedBefore, rejected, notSent, uncertain } = ledger.records;
  // Nothing is sent in chunks but to the API; a dry run plans them.
  const counted = head.mode === 'local' ? { planned: 0, sent: 0, accepted: 0, failed: 0 } : chunks;
  const sent = head.mode === 'dry-run' ? { sent: 0, accepted: 0, failed: 0 } : {};
  const summary: Summary = {
    schema: 'dcycle-upload/summary/2',
    command: head.command,
    mode: head.mode,
    run_id: head.runId,
    started_at: head.startedAt.toISOString(),
    duration_ms: Math.round(head.durationMs),
    target: describeTarget(head.target),
    inputs: plan.inputs.map(({ path, input, conventions }, index) => ({
      path,
      format: input.table.format,
      encoding: input.encoding.label,
      delimiter: formats[input.table.format].hasDelimiter ? input.table.delimiter : null,
      decimal: conventions.decimal,
      bytes: input.source.bytesRead(),
      rows: ledger.inputs[index]?.read ?? 0,
    })),
    mapping: mappingOf(plan),
    rows: { read, valid, invalid, duplicates, skipped },
    records: {
      accepted,
      accepted_before: acceptedBefore,
      rejected,
      not_sent: notSent,
      uncertain,
    },
    implausible: result.implausible,
    chunks: { ...counted, ...sent, retries },
    emissions: describeEmissions(plan.kind, result.emissions),
    errors_by_code: causes.byCode,
    warnings: [...result.warnings.all],
    files,
    exit_code: result.exitCode,
  };
  return error === undefined ? summary : { ...summary, error: describeError(error) };
}

function mappingOf({ kind, inputs }: Plan): Summary['mapping'] {
  const mapping: Record<string, string> = {};
  for (const field of Object.keys(kind.fields)) {
    const columns = inputs.map((planned) => columnsOf(planned, field)).find(({ length }) => length > 0);
    if (columns !== undefined) mapping[field] = columns.join(', ');
  }
  return mapping;
}

function describeEmissions(kind: Plan['kind'], emissions: EmissionTotals): Summary['emissions'] {
  const sum = emissions.total;
  if (sum === undefined) return null;
  const plain = ({ records, co2eKg }: GroupTotals) => ({ records, co2e_kg: co2eKg });
  const figures = (group: GroupTotals) => ({
    ...plain(group),
    tonne_km: group.tonneKm ?? null,
    distance_km: group.distanceKm ?? null,
  });
  const whole = {
    co2e_kg: sum.co2eKg,
    co2e_wtt_kg: sum.co2eWttKg ?? null,
    co2e_ttw_kg: sum.co2eTtwKg ?? null,
  };
  const { assumed } = emissions;
  const basedOn = emissions.evidences.map((each) => ({ evidence: each.group as Evidence, ...plain(each) }));
  const data = emissions.data.map((each) => ({ data: each.group as DataKind, ...plain(each) }));
  const rests = {
    ...plain(assumed.total),
    by_kind: assumed.kinds.map((each) => ({ kind: each.group, ...plain(each) })),
  };
  if (!kind.isTransport) {
    return {
      ...whole,
      biogenic_co2_kg: sum.biogenicCo2Kg ?? null,
      by_fuel: emissions.groups.map((group) => ({ fuel: group.group, ...plain(group) })),
      by_month: emissions.months.map((group) => ({ month: group.group, ...plain(group) })),
      based_on: basedOn,
      data,
      assumptions: rests,
    };
  }
  return {
    ...whole,
    tonne_km: sum.tonneKm ?? null,
    distance_km: sum.distanceKm ?? null,
    intensity_g_per_tkm:
      sum.tonneKm === undefined || sum.tonneKm === 0 ? null : (sum.co2eOfTonneKm * 1000) / sum.tonneKm,
    by_category: emissions.groups.map((group) => ({ category: group.group, ...figures(group) })),
    by_vehicle_type: emissions.vehicleTypes.map((group) => ({ vehicle_type: group.group, ...figures(group) })),
    by_client: emissions.clients.map((group) => ({ client: group.group, ...figures(group) })),
    by_month: emissions.months.map((group) => ({ month: group.group, ...figures(group) })),
    based_on: basedOn,
    data,
    assumptions: rests,
  };
}
