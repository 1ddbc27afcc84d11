import { createApiClient } from '../../api/client.ts';
import { accountOrganizations, type Organization } from '../../api/catalogue.ts';
import { readCatalogue } from '../../api/read-catalogue.ts';
import { readBaseUrl } from '../../base-url.ts';
import { cellText } from '../../columns/column.ts';
import type { Configuration } from '../../config/configuration.ts';
import { readCredentials } from '../../config/credentials.ts';
import { findSetting } from '../../config/configuration.ts';
import { uuidPattern } from '../../config/settings.ts';
import { RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { Input } from '../../input/input.ts';
import { formats } from '../../input/formats.ts';
import { standardInput } from '../../input/source.ts';
import { quote } from '../../issues.ts';
import type { MappingOptions } from '../../mapping/mapping.ts';
import { didYouMean, normaliseName } from '../../mapping/names.ts';
import { isOrganizationColumn, organizationName, type OwnRows } from '../../mapping/organization.ts';
import { foldCell, type RowRule } from '../../mapping/row-rule.ts';
import type { OpenedInputs } from '../../pipeline/plan.ts';
import { version } from '../../version.ts';
import type { CommandContext } from '../context.ts';
import { keyReading } from '../key-reading.ts';
import type { UploadOptions } from '../upload-options.ts';

/** An account with the rows of the inputs that go to it. */
export interface Share {
  /** UUID, lower case. */
  readonly id: string;
  /** As the API names it; the id where the inputs have that. */
  readonly name: string;
  /** What names it, in words. */
  readonly namedBy: string;
  /** Its rows; `undefined` where all are. */
  readonly rows: OwnRows | undefined;
}

/** The texts of a column that say where rows go, each with the first line that has it. */
type Texts = ReadonlyMap<string, string>;

/**
 * The accounts that the inputs name in a column or with `--set organization`; `undefined` where they name none.
 *
 * @throws RunError (exit 2) for a row that names none while others do, an unknown name, or standard input with several;
 *   (exit 4, 5) when the names of the API's organisations can't be read
 */
export async function findShares(
  opened: OpenedInputs,
  mapping: MappingOptions,
  options: UploadOptions,
  configuration: Configuration,
  context: CommandContext,
): Promise<readonly Share[] | undefined> {
  const { value } = mapping.organization;
  const column = await columnOf(opened, mapping);
  const ofOption = `--set ${organizationName}`;
  if (column === undefined) {
    if (value === undefined) return undefined;
    const [ids] = await resolve([value], options, configuration, context);
    return ids === undefined ? undefined : [{ ...ids, namedBy: ofOption, rows: undefined }];
  }
  const texts = await readTexts(opened, column);
  const { left, taken } = withoutSkipped(texts, column, mapping.rowRules);
  if (taken.length === 0) return undefined;
  if (value === undefined && taken.includes('')) refuseNameless(texts, column);
  const resolved = await resolve(
    taken.map((text) => (text === '' ? (value ?? '') : text)),
    options,
    configuration,
    context,
  );
  const byId = new Map<string, { name: string; namedBy: string; texts: string[] }>();
  for (const [index, { id, name }] of resolved.entries()) {
    const text = taken[index] ?? '';
    const namedBy = text === '' ? ofOption : `${quote(text)} in ${texts.get(text) ?? ''}`;
    const known = byId.get(id) ?? { name, namedBy, texts: [] };
    known.texts.push(text);
    byId.set(id, known);
  }
  if (byId.size > 1 && opened.inputs.some(({ path }) => path === standardInput)) {
    throw usageError(
      'ORGANIZATIONS_UNREADABLE',
      'rows of several organisations are read once for each of them, and standard input can be read only once',
      'write it to a file first',
    );
  }
  return Array.from(byId, ([id, share], index) => ({
    id,
    name: share.name,
    namedBy: share.namedBy,
    // What is of no account is said once: by the run of the first one.
    rows:
      byId.size === 1
        ? undefined
        : { column, texts: index === 0 ? [...share.texts, ...left] : share.texts, takesUnread: index === 0 },
  }));
}

/** The column by its name, the same in all inputs; JSON may have it in later rows alone. */
async function columnOf({ inputs }: OpenedInputs, { organization }: MappingOptions): Promise<string | undefined> {
  const given = organization.column;
  if (given === '') return undefined;
  const isIt = (column: string): boolean => (given === undefined ? isOrganizationColumn(column) : column === given);
  const found: (string | undefined)[] = [];
  for (const { input } of inputs) found.push(input.table.columns.find(isIt) ?? (await laterKey(input, isIt)));
  const names = [...new Set(found)];
  if (names.length > 1) {
    throw usageError(
      'ORGANIZATIONS_UNREADABLE',
      'the inputs do not have their organisations in one column of the same name',
      'upload them one after the other',
    );
  }
  const [name] = names;
  if (name === undefined && given !== undefined) {
    throw usageError('MAPPING_UNKNOWN_COLUMN', `no input has the column ${quote(given)} that --map organization names`);
  }
  return name;
}

/** The key of rows of JSON after those that were looked at first: they must not go to another account. */
async function laterKey(input: Input, isIt: (key: string) => boolean): Promise<string | undefined> {
  if (input.isSampleWhole || !formats[input.table.format].hasOpenNames) return undefined;
  let found: string | undefined;
  await input.survey(({ extras }) => {
    for (const each of extras.values()) found ??= each.find(({ key }) => isIt(key))?.key;
  });
  return found;
}

/** Texts of rows that a rule for this column leaves out need name no account. */
function withoutSkipped(
  texts: Texts,
  column: string,
  rules: readonly RowRule[],
): { readonly left: readonly string[]; readonly taken: readonly string[] } {
  const isTaken = (text: string): boolean =>
    rules.every((rule) => rule.column !== column || rule.values.includes(foldCell(text)) === (rule.kind === 'where'));
  const [taken, left] = [true, false].map((is) => [...texts.keys()].filter((text) => isTaken(text) === is));
  return { taken: taken ?? [], left: left ?? [] };
}

async function readTexts({ inputs }: OpenedInputs, column: string): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const { path, input } of inputs) {
    const at = input.table.columns.indexOf(column);
    await input.survey((batch, { arena }) => {
      for (let row = 0; row < batch.rows; row += 1) {
        if (batch.malformed.has(row)) continue;
        const own = at === -1 ? batch.extraText(row, column) : cellText(batch, row, at, arena);
        const text = own.trim();
        if (!texts.has(text)) texts.set(text, `${path}, line ${String(batch.lines[row] ?? 0)}`);
      }
    });
  }
  return texts;
}

function refuseNameless(texts: Texts, column: string): never {
  throw usageError(
    'ORGANIZATION_MISSING',
    `${texts.get('') ?? ''} names no organisation, while the column ${quote(column)} says to which account a row goes`,
    `fill it in, or give that of such rows: --set ${organizationName}=<name or id>; --map ${organizationName}= leaves a column that does not name accounts out`,
  );
}

/** Ids and names of organisations, in the order of the texts. */
async function resolve(
  texts: readonly string[],
  options: UploadOptions,
  configuration: Configuration,
  context: CommandContext,
): Promise<readonly Organization[]> {
  const isId = (text: string): boolean => uuidPattern.test(text);
  const names = texts.every(isId) ? [] : await readOrganizations(texts.find(isId), options, configuration, context);
  return texts.map((text) => {
    if (isId(text)) {
      const id = text.toLowerCase();
      return { id, name: names.find((each) => each.id.toLowerCase() === id)?.name ?? id };
    }
    const found = names.filter(({ name }) => normaliseName(name) === normaliseName(text));
    const [first] = found;
    if (first !== undefined && found.length === 1) return { id: first.id.toLowerCase(), name: first.name };
    const ids = found.map(({ id }) => id).join(', ');
    throw usageError(
      'ORGANIZATION_UNKNOWN',
      first === undefined
        ? `the organisation ${quote(text)} is unknown${didYouMean(
            text,
            names.map(({ name }) => name),
          )}; nothing was sent`
        : `${quote(text)} is the name of ${String(found.length)} organisations; nothing was sent`,
      first === undefined
        ? `the key sees ${names.map(({ name }) => name).join(', ') || 'none'}; --map ${organizationName}= leaves a column that does not name accounts out`
        : `write the id of the one that is meant: ${ids}`,
    );
  });
}

/** The organisations that the key sees, asked in the name of the configured one or of one that the inputs name by id. */
async function readOrganizations(
  id: string | undefined,
  options: UploadOptions,
  configuration: Configuration,
  context: CommandContext,
): Promise<readonly Organization[]> {
  const baseUrl = readBaseUrl(options.baseUrl);
  const own = options.org ?? findSetting(configuration, 'org')?.value ?? id;
  const credentials = await readCredentials(configuration, own, keyReading(context), {
    what: 'looking up the names of organisations',
    without: 'or write ids in the column',
  });
  const client = (context.createClient ?? createApiClient)({
    ...credentials,
    baseUrl,
    timeoutMs: options.timeout * 1000,
    userAgent: `dcycle-upload/${version}`,
    environment: context.environment,
    interrupted: context.interrupted,
  });
  try {
    const reading = await readCatalogue(client, baseUrl, accountOrganizations);
    if (reading.ok) return reading.rows;
    throw new RunError(
      ExitCode.incomplete,
      'CATALOGUE_UNREADABLE',
      `the names of organisations can't be read (${reading.reason}); nothing was sent`,
      'try again later, or write ids in the column',
    );
  } finally {
    await client.close();
  }
}
