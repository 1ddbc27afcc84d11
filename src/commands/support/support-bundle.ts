import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { type Configuration, readEnvironmentOnly } from '../../config/configuration.ts';
import { cacheDirectory, stateDirectory } from '../../config/directories.ts';
import { asRunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { inspectFile } from '../inspect-file.ts';
import { structureOf } from '../../pipeline/structure.ts';
import { knownColumns } from '../../pipeline/understand.ts';
import { kindFor } from '../../records/kinds.ts';
import type { RunRecord } from '../../ledger/run-store.ts';
import type { RecordKind } from '../../records/kind.ts';
import { inputPart, recentRunPart, runPart } from '../../report/support/bundle-parts.ts';
import { describeBundle } from '../../report/support/bundle-text.ts';
import { describeDirectory, describeMachine } from '../../report/support/machine.ts';
import { OutputFile } from '../../report/files/output-file.ts';
import { readableJson } from '../../report/support/readable-json.ts';
import { lastEvents } from '../../report/log/read-log.ts';
import { standardOutput } from '../../report/files/reports.ts';
import { shownEnvironment } from '../../report/support/shown-environment.ts';
import { leftOut, type SupportBundle } from '../../report/support/support-bundle.ts';
import { redactValues } from '../../redact.ts';
import { dependencies, version } from '../../version.ts';
import type { CommandContext } from '../context.ts';
import { openStore } from '../upload/journal.ts';
import { readMapping } from '../read-mapping.ts';
import { createRedaction } from './redaction.ts';
import { shownConfiguration } from './shown-configuration.ts';
import { readConfigurationFor } from '../with-settings.ts';
import { showFailure } from '../show-summary.ts';
import type { SupportBundleOptions } from '../support-bundle-command.ts';
import type { UploadOptions } from '../upload-options.ts';

const recentRunsShown = 10;
const eventsShown = 200;

/** `support-bundle`: what helps to find out what went wrong, in one file that can be read before it is sent. */
export async function supportBundle(options: SupportBundleOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  try {
    const out = options.out ?? defaultName(context.now());
    const file = openOutput(out);
    try {
      const bundle = await collect(options, context);
      const redact = await createRedaction(await readConfigurationOf(context));
      const shown: unknown = JSON.parse(JSON.stringify(bundle, redactValues(redact)));
      const text = withoutHome(`${readableJson(shown)}\n`, context);
      if (file === undefined) terminal.out(text);
      else {
        file.write(text);
        await file.commit();
      }
      (file === undefined ? terminal.err : terminal.out)(describeBundle(bundle, out));
      return ExitCode.ok;
    } catch (error) {
      file?.discard();
      throw error;
    }
  } catch (error) {
    const failure = asRunError(error);
    showFailure(failure, {}, terminal);
    return failure.exitCode;
  }
}

const defaultName = (now: Date): string =>
  `dcycle-upload-support-${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}.json`;

/** @throws RunError (exit 2) for a file that exists or can't be written */
function openOutput(out: string): OutputFile | undefined {
  if (out === standardOutput) return undefined;
  if (existsSync(out)) {
    throw usageError(
      'OUTPUT_UNWRITABLE',
      `${out} is there already`,
      'choose a file that does not exist yet with --out',
    );
  }
  return OutputFile.create(out, '--out', { isNamed: true });
}

async function collect(options: SupportBundleOptions, context: CommandContext): Promise<SupportBundle> {
  const { environment, now, workingDirectory } = context;
  const problems: { about: string; code: string }[] = [];
  /** What can't be looked at is said; the rest may help all the same. */
  const attempt = async <T>(about: string, absent: T, action: () => T | Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      problems.push({ about, code: asRunError(error).code });
      return absent;
    }
  };
  const directories = {
    'records of runs': stateDirectory(environment),
    'catalogues of accounts': cacheDirectory(environment),
    'reports, by default': workingDirectory,
    'temporary files': tmpdir(),
  };
  const run = options.run === undefined ? null : await readRun(options.run, context);
  const recent = await attempt('recent runs', [], () => listRuns(context));
  const { input } = options;
  const kind = options.kind ?? run?.command ?? undefined;
  if (input !== undefined && kind === undefined) {
    throw usageError(
      'OPTIONS_MISSING',
      '--input needs to know what the file holds',
      'add --kind requests or recharges',
    );
  }
  return {
    schema: 'dcycle-upload/support-bundle/1',
    created_at: now().toISOString(),
    left_out: [...leftOut],
    tool: { version, dependencies },
    machine: describeMachine(),
    environment: shownEnvironment(environment),
    configuration: await attempt('configuration', null, async () =>
      shownConfiguration(await readConfigurationFor({}, context)),
    ),
    directories: Object.entries(directories).map(([holds, path]) => ({ holds, ...describeDirectory(path) })),
    run,
    recent_runs: recent.slice(0, recentRunsShown).map(recentRunPart),
    input:
      input === undefined || kind === undefined
        ? null
        : await attempt(input, null, async () => {
            const described = await readInput(input, kind, options, context);
            problems.push(...described.problems.map((code) => ({ about: input, code })));
            return described.part;
          }),
    problems,
  };
}

/** What is configured, without the configuration file where that can't be read. */
const readConfigurationOf = (context: CommandContext): Promise<Configuration> =>
  readConfigurationFor({}, context).catch(() => readEnvironmentOnly(context));

async function listRuns(context: CommandContext): Promise<readonly RunRecord[]> {
  const store = await openStore(context);
  try {
    return await store.list();
  } finally {
    await store.close();
  }
}

/** @throws RunError (exit 2) for an unknown run */
async function readRun(id: string, context: CommandContext): Promise<SupportBundle['run']> {
  const store = await openStore(context);
  try {
    const { run, calls } = await store.read(id);
    const { logFile } = run.options as UploadOptions;
    const log = logFile === undefined ? [] : lastEvents(resolve(run.workingDirectory, logFile), run.id, eventsShown);
    return runPart(run, calls, log);
  } finally {
    await store.close();
  }
}

async function readInput(
  path: string,
  kindName: RecordKind['name'],
  options: SupportBundleOptions,
  context: CommandContext,
): Promise<{ readonly part: SupportBundle['input']; readonly problems: readonly string[] }> {
  const kind = kindFor(kindName, 'api');
  const mapping = await readMapping(kind, options);
  const inspection = await inspectFile(kind, path, options, { mapping, known: new Map() }, context);
  const columns = structureOf(inspection, knownColumns(kind, mapping));
  return {
    part: inputPart(kindName, inspection, columns),
    problems: inspection.problems.map(({ code }) => code),
  };
}

/** The path of the home directory holds the user's name. */
function withoutHome(text: string, { environment }: CommandContext): string {
  const home = environment['HOME'] || homedir();
  if (home.length < 3) return text;
  const written = JSON.stringify(home).slice(1, -1);
  return text.replaceAll(
    new RegExp(`${written.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?=["/\\\\])`, 'g'),
    '~',
  );
}
