import { inputError } from '../errors.ts';
import { quote } from '../issues.ts';
import { Archive } from './archive.ts';
import { decompressed } from './compression/decompressed.ts';
import { decode, detectEncoding, type Encoding, utf8Mark, utf8MarkBytes } from './encoding.ts';
import { formats, hasExtensionOf } from './formats.ts';
import { htmlRows, isHtmlTable } from './html.ts';
import { isParquet } from './parquet/is-parquet.ts';
import { arrayToLines, isJsonArray } from './json-array.ts';
import { type Peeked, peek } from './peek.ts';
import type { Source } from './source.ts';
import type { ChosenSheet, Format, LeftOutColumn } from './table.ts';
import { chooseSheet } from './workbook/choose-sheet.ts';
import { isWorkbook, openWorkbook } from './workbook/open-workbook.ts';
import { membersOf } from './zip-members.ts';
import { isZip, Zip } from './zip.ts';

/** An input as a text of lines, whatever it is in. */
export interface OpenedText {
  readonly encoding: Encoding;
  /** The format of the lines, where that is known. */
  readonly format: Format | undefined;
  readonly text: AsyncIterable<Buffer>;
  /** Where the text can be read again. Unless it is the input itself, all that is read must be added to it. */
  readonly archive: Archive;
  /** The text was decoded: it has U+FFFD where that was impossible. */
  readonly isDecoded: boolean;
  /** Bytes of a byte order mark at its beginning. */
  readonly markBytes: number;
  /** Workbooks: the sheet that is read. */
  readonly sheet?: ChosenSheet;
  /** Parquet: the columns that are not read. */
  readonly leftOut?: readonly LeftOutColumn[];
  /** Workbooks: whether a row that was decoded is hidden. */
  hasHiddenRows?(): boolean;
  close(): void;
}

interface TextOptions {
  readonly format: Format | undefined;
  readonly encoding: string | undefined;
  readonly sheet?: string | undefined;
  readonly isKnownColumn: (name: string) => boolean;
  readonly unitOf?: ((text: string) => string | undefined) | undefined;
  /** What is opened is the content of an archive already. */
  readonly isInArchive?: boolean;
}

/**
 * Finds out what an input is from its first bytes, and makes a text of lines of it.
 *
 * @throws RunError (exit 3) when it can't be read, (exit 2) when it can't be decided which sheet is meant
 */
export async function openText(source: Source, options: TextOptions): Promise<OpenedText> {
  const peeked = await peek(source.chunks());
  refuseOldWorkbook(source.path, peeked.head);
  const open = isZip(peeked.head) ? openZip : isParquet(peeked.head) ? openParquetFile : openPlain;
  const opened = await open(source, peeked, options);
  const { format: asked } = options;
  const isOther =
    opened.format === undefined ? asked !== undefined && formats[asked].isOfContent : opened.format !== asked;
  if (asked === undefined || !isOther) return opened;
  opened.close();
  const found = opened.format === undefined ? '' : `; it is ${opened.format.toUpperCase()}`;
  throw inputError('INPUT_OTHER_FORMAT', `${source.path} is not ${asked.toUpperCase()}${found}`, 'leave --format out');
}

const oldWorkbook = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le');

/** The container of old Office files also holds the encrypted ones of today. */
function refuseOldWorkbook(path: string, head: Buffer): void {
  if (!head.subarray(0, oldWorkbook.length).equals(oldWorkbook)) return;
  if (head.includes(encryptedPackage)) {
    throw inputError('INPUT_ENCRYPTED', `${path} is encrypted`, 'open it with its password and save it without one');
  }
  throw inputError(
    'INPUT_NOT_TEXT',
    `${path} is a workbook of Excel 97-2003, or has a password`,
    'open it in a spreadsheet program and save it as .xlsx, without a password',
  );
}

async function openPlain(
  { path, descriptor }: Source,
  { head, isWhole, chunks }: Peeked,
  options: TextOptions,
): Promise<OpenedText> {
  const encoding = detectEncoding(path, head, isWhole, options.encoding);
  const isDecoded = encoding.label !== 'utf-8';
  const decoded = isDecoded ? decode(chunks, encoding.label) : chunks;
  const isPage = isHtmlTable(head.toString(isDecoded ? 'latin1' : 'utf8'));
  if (isPage) return openRows(htmlRows(decoded, path), { encoding, format: 'html', close() {} });
  const { isArray, text } = await linesOf(decoded, path, options.format);
  // What is on the disk as UTF-8 can be read again where it is; anything else is copied while it is read.
  const isCopied = descriptor === undefined || isDecoded || isArray;
  const archive = isCopied ? Archive.ofStream() : Archive.ofFile(descriptor);
  return {
    encoding,
    format: isArray ? 'jsonl' : undefined,
    text,
    archive,
    isDecoded,
    markBytes: !isDecoded && encoding.hasMark && !isArray ? utf8MarkBytes : 0,
    close: () => archive.close(),
  };
}

/** Where a file can be read at any place: what passes by only once is copied first. */
async function withFile(
  { descriptor, countRead }: Source,
  chunks: AsyncIterable<Buffer>,
  open: (file: Archive) => Promise<OpenedText>,
): Promise<OpenedText> {
  const file = descriptor === undefined ? Archive.ofStream() : Archive.ofFile(descriptor, countRead);
  try {
    if (!file.isOriginal) for await (const chunk of chunks) file.append(chunk);
    return await open(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

const openParquetFile = (source: Source, { chunks }: Peeked, { isKnownColumn }: TextOptions): Promise<OpenedText> =>
  withFile(source, chunks, async (file) => {
    const { path } = source;
    const { openParquet } = await import('./parquet/parquet-file.ts');
    const { leftOut, rows } = openParquet(file, path);
    const wanted = leftOut.find(({ name }) => isKnownColumn(name));
    if (wanted !== undefined) {
      throw inputError(
        'INPUT_UNREADABLE',
        `column ${quote(wanted.name)} of ${path} holds ${wanted.holds}, which are not read`,
        'write the file with one value a row in this column, or without it',
      );
    }
    const encoding: Encoding = { label: 'utf-8', hasMark: false, reason: 'Parquet' };
    return { ...openRows(rows(), { encoding, format: 'parquet', close: () => file.close() }), leftOut };
  });

const openZip = (source: Source, { chunks }: Peeked, options: TextOptions): Promise<OpenedText> =>
  withFile(source, chunks, async (file) => {
    const { path } = source;
    const zip = new Zip(file, path);
    if (!isWorkbook(zip)) return await openMember(zip, source, options, () => file.close());
    const workbook = await openWorkbook(zip, path, (text) => options.unitOf?.(text) !== undefined);
    const { sheet, chosen } = await chooseSheet(workbook, path, options);
    const encoding: Encoding = { label: 'utf-8', hasMark: false, reason: 'workbook' };
    return {
      ...openRows(sheet.rows(), { encoding, format: workbook.format, close: () => file.close() }),
      sheet: chosen,
      hasHiddenRows: () => sheet.hasHiddenRows(),
    };
  });

/** The only table of an archive. Several are inputs of their own: `pipeline/plan.ts` names them. */
async function openMember(zip: Zip, source: Source, options: TextOptions, close: () => void): Promise<OpenedText> {
  const { path } = source;
  const { tables } = membersOf(zip);
  const [only] = tables;
  if (options.isInArchive === true) {
    throw inputError('INPUT_NOT_TEXT', `${path} is an archive in an archive`, 'unpack it and give what is in it');
  }
  if (only === undefined) throw inputError('INPUT_EMPTY', `${path} holds no table`);
  if (tables.length > 1) {
    const names = tables.slice(0, 12).map(({ name }) => quote(name));
    throw inputError(
      'INPUT_SEVERAL',
      `${path} holds several tables: ${names.join(', ')}${tables.length > names.length ? ', …' : ''}`,
      `name one: ${path}/${only.name}`,
    );
  }
  const member: Source = { ...source, descriptor: undefined, chunks: () => decompressed(zip.read(only), path) };
  const opened = await openText(member, { ...options, isInArchive: true });
  return {
    ...opened,
    close() {
      opened.close();
      close();
    },
  };
}

/** Rows that are decoded while they are read, as cell lines. */
function openRows(
  text: AsyncIterable<Buffer>,
  { encoding, format, close }: Pick<OpenedText, 'encoding' | 'format' | 'close'>,
): OpenedText {
  const archive = Archive.ofStream();
  return {
    encoding,
    format,
    text,
    archive,
    isDecoded: false,
    markBytes: 0,
    close() {
      archive.close();
      close();
    },
  };
}

/** The text as lines: a JSON array has its elements written one a line. */
async function linesOf(
  text: AsyncIterable<Buffer>,
  path: string,
  format: Format | undefined,
): Promise<{ isArray: boolean; text: AsyncIterable<Buffer> }> {
  if (format === 'csv' || (format === undefined && hasExtensionOf(path, 'csv'))) return { isArray: false, text };
  const { head, chunks } = await peek(text);
  const isArray = isJsonArray(head.subarray(0, utf8MarkBytes).equals(utf8Mark) ? head.subarray(utf8MarkBytes) : head);
  return { isArray, text: isArray ? arrayToLines(chunks) : chunks };
}
