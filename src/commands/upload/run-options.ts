import { usageError } from '../../errors.ts';
import { didYouMean } from '../../mapping/names.ts';
import { EmissionDetails } from '../../pipeline/emission-details.ts';
import { Journeys } from '../../pipeline/journeys.ts';
import type { Plan } from '../../pipeline/plan.ts';
import { countRows } from '../../pipeline/row-sample.ts';
import type { RunOptions } from '../../pipeline/run.ts';
import type { RecordKind } from '../../records/kind.ts';
import { loadTexts } from '../../report/texts/texts.ts';
import { assumptionTextIn } from '../../report/words/assumption-text.ts';
import { findBrowser, isPdf } from '../browser.ts';
import type { CommandContext } from '../context.ts';
import { localeOf } from '../report-options.ts';
import type { UploadOptions } from '../upload-options.ts';
import { createHubCheck } from './hub-check.ts';
import { createBounds } from './bounds.ts';
import type { ChosenTarget } from './create-destination.ts';
import { createVehicleCheck } from './vehicle-check.ts';

/** What a run is to do, by the options of the command line. */
export async function createRunOptions(
  plan: Plan,
  options: UploadOptions,
  context: CommandContext,
  target: ChosenTarget,
): Promise<RunOptions> {
  const { kind } = plan;
  const vehicles = kind.isTransport && options.local !== true ? await createVehicleCheck(options, context) : undefined;
  const hubs = kind.isTransport && options.local !== true ? await createHubCheck(options, context) : undefined;
  return {
    chunkRecords: options.chunkSize,
    dedupeKey: readDedupeKey(kind, options.dedupeKey, plan),
    rowLimit: options.limit,
    sample:
      options.sample === undefined
        ? undefined
        : { size: options.sample, seed: options.seed ?? 1, rows: await countRows(plan) },
    stopOnError: options.stopOnError === true,
    maxErrors: options.maxErrors,
    interrupted: context.interrupted,
    vehicles,
    hubs,
    bounds: createBounds(plan, target, options.strict === true),
    isStrict: options.strict === true,
    sizes: context.sizes,
    journeys: options.by === undefined ? undefined : new Journeys(options.by),
    details: options.report === undefined ? undefined : await createDetails(options, context),
  };
}

/** What the report page says beyond the totals, in its language. */
async function createDetails(
  { locale, report = '' }: UploadOptions,
  context: CommandContext,
): Promise<EmissionDetails> {
  // Not found when all is done.
  if (isPdf(report)) findBrowser(context.environment);
  const texts = await loadTexts(locale ?? localeOf(context));
  return new EmissionDetails((assumption) => assumptionTextIn(texts, assumption));
}

function readDedupeKey(kind: RecordKind, text: string | undefined, { inputs }: Plan): RunOptions['dedupeKey'] {
  if (text === undefined || text === 'none') return text;
  const fields = text.split(',').map((field) => field.trim());
  const names = Object.keys(kind.fields);
  const unknown = fields.find((field) => !names.includes(field));
  if (unknown !== undefined) {
    throw usageError(
      'DEDUPE_KEY_INVALID',
      `--dedupe-key names a field "${unknown}" that ${kind.name} do not have${didYouMean(unknown, names)}`,
      `the fields are ${names.join(', ')}`,
    );
  }
  const mapped = new Set(inputs.flatMap(({ mapping }) => mapping.sources.map(({ field }) => field)));
  if (fields.some((field) => mapped.has(field))) return fields;
  throw usageError(
    'DEDUPE_KEY_INVALID',
    `no column holds ${fields.join(' or ')}, which --dedupe-key names`,
    'map one with --map',
  );
}
