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
import { formats } from '../../input/formats.ts';
import { standardInput } from '../../input/source.ts';
import { quote } from '../../issues.ts';
import type { MappingOptions } from '../../mapping/mapping.ts';
import { didYouMean, normaliseName } from '../../mapping/names.ts';
import { isOrganizationColumn, organizationName } from '../../mapping/organization.ts';
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
  /** The `--where` that leaves its rows; none where all rows are its own. */
  readonly where: string | undefined;
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
  const column = columnOf(opened, mapping);
  if (column === undefined) {
    if (mapping.organization.column !== '') await refuseLateNames(opened);
    if (value === undefined) return undefined;
    const [ids] = await resolve([value], options, configuration, context);
    return ids === undefined ? undefined : [{ ...ids, where: undefined }];
  }
  const texts = await readTexts(opened, column, value);
  const written = [...texts.keys()];
  const resolved = await resolve(
    written.map((text) => (text === '' ? (value ?? '') : text)),
    options,
    configuration,
    context,
  );
  const byId = new Map<string, { name: string; texts: string[] }>();
  for (const [index, { id, name }] of resolved.entries()) {
    const known = byId.get(id) ?? { name, texts: [] };
    known.texts.push(written[index] ?? '');
    byId.set(id, known);
  }
  if (byId.size > 1 && opened.inputs.some(({ path }) => path === standardInput)) {
    throw usageError(
      'ORGANIZATIONS_UNREADABLE',
      'rows of several organisations are read once for each of them, and standard input can be read only once',
      'write it to a file first',
    );
  }
  return Array.from(byId, ([id, share]) => ({
    id,
    name: share.name,
    where: byId.size === 1 ? undefined : `${column}=${share.texts.join('|')}`,
  }));
}

/** The column by its name, the same in all inputs. */
function columnOf({ inputs }: OpenedInputs, { organization }: MappingOptions): string | undefined {
  const given = organization.column;
  if (given === '') return undefined;
  const found = inputs.map(({ input: { table } }) =>
    table.columns.find((column) => (given === undefined ? isOrganizationColumn(column) : column === given)),
  );
  const names = [...new Set(found)];
  if (names.length === 1) {
    const [name] = names;
    if (name === undefined && given !== undefined) {
      throw usageError(
        'MAPPING_UNKNOWN_COLUMN',
        `no input has the column ${quote(given)} that --map organization names`,
      );
    }
    if (name?.includes('=') === true) {
      throw usageError('ORGANIZATIONS_UNREADABLE', `the column ${quote(name)} has "=" in its name`, 'rename it');
    }
    return name;
  }
  throw usageError(
    'ORGANIZATIONS_UNREADABLE',
    'the inputs do not have their organisations in one column of the same name',
    'upload them one after the other',
  );
}

/** JSON may have an organisation in rows after those that were looked at first: they must not go to another account. */
async function refuseLateNames({ inputs }: OpenedInputs): Promise<void> {
  for (const { path, input } of inputs) {
    if (!formats[input.table.format].hasOpenNames) continue;
    await input.survey((batch) => {
      for (const [row, extras] of batch.extras) {
        if (!extras.some(({ key }) => isOrganizationColumn(key))) continue;
        throw usageError(
          'ORGANIZATIONS_UNREADABLE',
          `${path}, line ${String(batch.lines[row] ?? 0)} names an organisation, which no row of the first 1 MiB does`,
          'put a row that names one first',
        );
      }
    });
  }
}

async function readTexts({ inputs }: OpenedInputs, column: string, value: string | undefined): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const { path, input } of inputs) {
    const at = input.table.columns.indexOf(column);
    await input.survey((batch, { arena }) => {
      for (let row = 0; row < batch.rows; row += 1) {
        if (batch.malformed.has(row)) continue;
        const text = cellText(batch, row, at, arena).trim();
        if (!texts.has(text)) texts.set(text, `${path}, line ${String(batch.lines[row] ?? 0)}`);
      }
    });
  }
  const bare = [...texts].find(([text]) => text.includes('|'));
  if (bare !== undefined) {
    throw usageError('ORGANIZATIONS_UNREADABLE', `${quote(bare[0])} in ${bare[1]} has "|" in its name`, 'write its id');
  }
  const empty = texts.get('');
  if (empty !== undefined && value === undefined) {
    throw usageError(
      'ORGANIZATION_MISSING',
      `${empty} names no organisation, while the column ${quote(column)} says to which account a row goes`,
      `fill it in, or give that of such rows: --set ${organizationName}=<name or id>; --map ${organizationName}= leaves a column that does not name accounts out`,
    );
  }
  return texts;
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
