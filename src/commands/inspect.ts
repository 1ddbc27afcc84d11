import { writeFile } from 'node:fs/promises';
import { asRunError, errorMessage, inputError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { standardInput } from '../input/source.ts';
import type { MappingFile } from '../mapping/mapping-file.ts';
import type { Inspection } from '../pipeline/inspect.ts';
import { listed } from '../pipeline/plan-warnings.ts';
import { kindFor } from '../records/kinds.ts';
import type { RecordKind } from '../records/kind.ts';
import { hasValidRows, inspectionAsJson, inspectionVerdict, renderInspection } from '../report/inspection.ts';
import { optionsThatFix } from '../report/causes.ts';
import { checkLineFor } from './upload/command-line.ts';
import type { CommandContext } from './context.ts';
import { withFoundMapping } from './find-mapping.ts';
import { findNamed } from './find-named.ts';
import { knownValues } from './known-values.ts';
import { readMapping } from './read-mapping.ts';
import { showFailure } from './show-summary.ts';
import { inspectFile } from './inspect-file.ts';
import type { InspectOptions } from './inspect-command.ts';

/**
 * `inspect`: what was understood of a file, and why.
 *
 * @returns 0 when a run could start, 1 when it would refuse every row of the sample, 2 when something prevents it, 3 when the file can't be read
 */
export async function inspect(
  kindName: RecordKind['name'],
  named: string,
  options: InspectOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  let path = named;
  try {
    path = await findOne(named, options, context);
    const kind = kindFor(kindName, 'api');
    const mapping = await readMapping(kind, await withFoundMapping(kind, [path], options, context));
    const inspection = await inspectFile(kind, path, options, { mapping, known: knownValues() }, context);
    if (options.saveMap !== undefined) await saveMapping(options.saveMap, inspection, options);
    const document = inspectionAsJson(kindName, inspection);
    context.failed(document);
    if (options.json === true) {
      terminal.out(toJson(document));
    } else {
      terminal.out(
        renderInspection(inspection, { style: terminal.outStyle, width: terminal.outWidth, isVerbose: true }),
      );
      if (options.saveMap !== undefined) terminal.out(`mapping: ${options.saveMap}\n`);
      const next =
        path === standardInput
          ? undefined
          : checkLineFor(context.args, kindName, named, options.saveMap, optionsThatFix(inspection.share.causes));
      terminal.out(`${inspectionVerdict(inspection, next, terminal.outStyle)}\n`);
    }
    if (inspection.problems.length + inspection.missing.length > 0) return ExitCode.usage;
    return hasValidRows(inspection) ? ExitCode.ok : ExitCode.rowsRejected;
  } catch (error) {
    const failure = asRunError(error);
    showFailure(failure, options, terminal);
    const { code, message, hint = null } = failure;
    const head = { schema: 'dcycle-upload/inspection/1', command: 'inspect', kind: kindName, path };
    const document = { ...head, error: { code, message, hint } };
    context.failed(document);
    if (options.json === true) terminal.out(toJson(document));
    return failure.exitCode;
  }
}

/** The only file that a name means. */
async function findOne(named: string, options: InspectOptions, context: CommandContext): Promise<string> {
  const { paths } = await findNamed([named], options, context);
  const [first = named, ...others] = paths;
  if (others.length === 0) return first;
  throw inputError(
    'INPUT_SEVERAL',
    `${named} has ${String(paths.length)} tables: ${listed(paths)}`,
    `inspect one of them: ${first}`,
  );
}

const toJson = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** Writes a mapping file that makes the next run depend on nothing that was detected. */
async function saveMapping(
  path: string,
  { input, mapping, conventions }: Inspection,
  options: InspectOptions,
): Promise<void> {
  if (mapping === undefined || conventions === undefined) {
    throw usageError(
      'MAPPING_NOT_SAVED',
      `there is no mapping to save to ${path}: see the problems that inspect shows without --save-map`,
    );
  }
  const nameOf = (column: number): string => input.table.columns[column] ?? '';
  const fields = mapping.sources.flatMap(({ field, columns }): [string, string | string[]][] => {
    const [only, ...others] = columns.map(nameOf);
    if (only === undefined) return [];
    return [[field, others.length === 0 ? only : [only, ...others]]];
  });
  const set = (options.set ?? []).map((text): [string, string] => {
    const at = text.indexOf('=');
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  });
  const file: MappingFile = {
    fields: Object.fromEntries(fields),
    ...(set.length === 0 ? {} : { set: Object.fromEntries(set) }),
    // What nothing has settled is not settled for the next file either.
    ...(conventions.decimalReason === 'default' ? {} : { decimal: conventions.decimal }),
    // What nothing has settled is not settled for the next file either.
    ...(conventions.dateReason === 'dots' ? {} : { dateFormat: conventions.dateOrder }),
  };
  try {
    await writeFile(path, `${JSON.stringify(file, undefined, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    throw usageError(
      'MAPPING_NOT_SAVED',
      `${path} can't be written: ${errorMessage(error)}`,
      'choose a file that does not exist yet',
    );
  }
}
