import { StringDecoder } from 'node:string_decoder';
import { errorMessage, inputError, RunError } from '../../errors.ts';
import { Remembered } from '../../remembered.ts';
import { CellKind, CellLines, errorCell, numberCell, shownCell, textCell } from '../cell-lines.ts';
import type { Zip, ZipEntry } from '../zip.ts';
import {
  builtInCodes,
  dateText,
  durationText,
  meaningOfBuiltIn,
  meaningOfFormat,
  type NumberMeaning,
  type ShownWords,
  shownWords,
} from './number-formats.ts';
import { SharedTexts } from './shared-texts.ts';
import {
  type IsUnit,
  mostSheetColumns,
  mostSheetRows,
  type RowsHandler,
  rowsOf,
  type Sheet,
  type Workbook,
} from './workbook.ts';
import { decodeText } from './xlsx-text.ts';
import { attributeOf, decodeEntities, type XmlHandler, XmlReader } from './xml.ts';

/** Shared texts and styles are read whole: more of them than this is not a table. */
const mostSharedBytes = 400 * 1024 * 1024;

interface Relation {
  readonly id: string;
  readonly type: string;
  readonly path: string;
}

/** What all sheets of a workbook share. */
interface Shared {
  readonly texts: SharedTexts;
  /** By style of a cell. */
  readonly meanings: readonly NumberMeaning[];
  /** By style, the words that it shows numbers with. */
  readonly words: readonly (ShownWords | undefined)[];
  readonly system: 1900 | 1904;
}

/**
 * Opens an Office Open XML workbook (ECMA-376), in its transitional or strict form.
 *
 * The libraries there are hide what must not be overlooked: formulas without a stored result look like empty cells, hidden rows
 * and sheets like others, and a currency such as `[$S/.-280A]` makes a date. Reading the four parts of the format that matter
 * here also takes less than half of their time.
 *
 * @throws RunError (exit 3) when it is damaged, or a binary workbook
 */
export async function openXlsx(zip: Zip, path: string, isUnit: IsUnit): Promise<Workbook> {
  const root = await readRelations(zip, '');
  const document = root.find(({ type }) => type === 'officeDocument');
  if (document?.path.endsWith('.bin') === true) {
    throw inputError('INPUT_UNREADABLE', `${path} is a binary workbook (.xlsb)`, 'save it as .xlsx');
  }
  const entry = document === undefined ? undefined : zip.find(document.path);
  if (document === undefined || entry === undefined) throw damaged(path, 'it has no workbook in it');
  const relations = await readRelations(zip, document.path);
  const described = new WorkbookHandler();
  await readWhole(zip, entry, described, path);
  const partOf = (type: string): ZipEntry | undefined => {
    const relation = relations.find((each) => each.type === type);
    return relation === undefined ? undefined : zip.find(relation.path);
  };
  let shared: Promise<Shared> | undefined;
  const readShared = async (): Promise<Shared> => {
    const texts = new SharedTexts();
    const styles = new StylesHandler();
    const [textsPart, stylesPart] = [partOf('sharedStrings'), partOf('styles')];
    for (const part of [textsPart, stylesPart]) {
      if ((part?.bytes ?? 0) > mostSharedBytes) throw damaged(path, 'its texts would fill the memory');
    }
    if (textsPart !== undefined) await readWhole(zip, textsPart, texts, path);
    if (stylesPart !== undefined) await readWhole(zip, stylesPart, styles, path);
    texts.finish();
    return { texts, meanings: styles.meanings(), words: styles.words(isUnit), system: described.system };
  };
  const sheets = described.sheets.flatMap(({ id, ...sheet }): Sheet[] => {
    const relation = relations.find((each) => each.id === id);
    // Sheets may be charts or macros.
    if (relation?.type !== 'worksheet') return [];
    return [
      {
        ...sheet,
        ...rowsOf(async () => {
          const part = zip.find(relation.path);
          if (part === undefined) throw damaged(path, `sheet ${sheet.name} is missing`);
          const handler = new SheetHandler(await (shared ??= readShared()));
          return { handler, pieces: readXml(zip, part, handler, path) };
        }),
      },
    ];
  });
  return { format: 'xlsx', sheets };
}

const damaged = (path: string, why: string, cause?: unknown): RunError =>
  inputError(
    'INPUT_DAMAGED',
    `${path} is damaged: ${why}`,
    'open it in a spreadsheet program and save it again',
    cause,
  );

async function readWhole(zip: Zip, part: ZipEntry, handler: XmlHandler, path: string): Promise<void> {
  // oxlint-disable-next-line no-empty
  for await (const _ of readXml(zip, part, handler, path)) {
  }
}

/** Reads a part of a workbook, a piece at a time. */
export async function* readXml(zip: Zip, part: ZipEntry, handler: XmlHandler, path: string): AsyncGenerator<void> {
  const reader = new XmlReader(handler);
  let decoder: StringDecoder | undefined;
  try {
    for await (const chunk of zip.read(part)) {
      decoder ??= new StringDecoder(isWide(chunk) ? 'utf16le' : 'utf8');
      reader.push(decoder.write(chunk));
      yield;
    }
    reader.end();
  } catch (error) {
    throw error instanceof RunError ? error : damaged(path, `${part.name}: ${errorMessage(error)}`, error);
  }
}

const isWide = (bytes: Buffer): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;

async function readRelations(zip: Zip, of: string): Promise<readonly Relation[]> {
  const slash = of.lastIndexOf('/') + 1;
  const folder = of.slice(0, slash);
  const entry = zip.find(`${folder}_rels/${of.slice(slash)}.rels`);
  const relations: Relation[] = [];
  if (entry === undefined) return relations;
  const reader = new XmlReader({
    open(name, attributes) {
      if (name !== 'Relationship') return;
      const target = attributeOf(attributes, 'Target') ?? '';
      relations.push({
        id: attributeOf(attributes, 'Id') ?? '',
        type: (attributeOf(attributes, 'Type') ?? '').replace(/^.*\//, ''),
        path: target.startsWith('/') ? target.slice(1) : resolve(folder, target),
      });
    },
    close() {},
    text() {},
  });
  reader.push(await zip.text(entry));
  return relations;
}

function resolve(folder: string, target: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${target}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

class WorkbookHandler implements XmlHandler {
  readonly sheets: { readonly id: string; readonly name: string; readonly isHidden: boolean }[] = [];
  system: 1900 | 1904 = 1900;

  open(name: string, attributes: string): void {
    if (name === 'workbookPr') {
      if (/^(?:1|true)$/.test(attributeOf(attributes, 'date1904') ?? '')) this.system = 1904;
    } else if (name === 'sheet') {
      const [, id = ''] = /\s\w+:id\s*=\s*["']([^"']*)/.exec(attributes) ?? [];
      const state = attributeOf(attributes, 'state') ?? 'visible';
      this.sheets.push({ id, name: attributeOf(attributes, 'name') ?? '', isHidden: state !== 'visible' });
    }
  }

  close(): void {}
  text(): void {}
}

/** Finds which styles show numbers as dates, or with words. */
class StylesHandler implements XmlHandler {
  readonly #formats = new Map<number, string>();
  readonly #styles: number[] = [];
  #isInCells = false;

  open(name: string, attributes: string): void {
    if (name === 'cellXfs') this.#isInCells = true;
    else if (name === 'numFmt') {
      this.#formats.set(Number(attributeOf(attributes, 'numFmtId')), attributeOf(attributes, 'formatCode') ?? '');
    } else if (name === 'xf' && this.#isInCells) this.#styles.push(Number(attributeOf(attributes, 'numFmtId') ?? 0));
  }

  close(name: string): void {
    if (name === 'cellXfs') this.#isInCells = false;
  }

  text(): void {}

  meanings(): readonly NumberMeaning[] {
    return this.#styles.map((id) => {
      const code = this.#formats.get(id);
      return code === undefined ? meaningOfBuiltIn(id) : meaningOfFormat(code);
    });
  }

  words(isUnit: IsUnit): readonly (ShownWords | undefined)[] {
    return this.#styles.map((id) => shownWords(this.#formats.get(id) ?? builtInCodes.get(id) ?? '', isUnit));
  }
}

const shortDigits = /^[1-9]\d{0,14}$/;

/** Reads the rows of a sheet. */
class SheetHandler implements RowsHandler {
  readonly lines = new CellLines();
  readonly isOver = false;
  hasHiddenRows = false;
  readonly #shared: Shared;
  /** Days repeat. */
  readonly #dates: Remembered<string, string>;
  #cells: string[] = [];
  #row = 0;
  #isHidden = false;
  #column = 0;
  #type = '';
  #style = 0;
  #value = '';
  #inline = '';
  #formula = '';
  #hasValue = false;
  #hasFormula = false;
  /** What a text that comes now belongs to. */
  #part: 'value' | 'inline' | 'formula' | undefined;
  #isPhonetic = false;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#dates = new Remembered((text) => dateCell(text, shared.system));
  }

  open(name: string, attributes: string): void {
    switch (name) {
      case 'c':
        this.#openCell(attributes);
        break;
      case 'v':
        this.#part = 'value';
        this.#hasValue = true;
        break;
      case 'row':
        this.#openRow(attributes);
        break;
      case 'f':
        this.#part = 'formula';
        this.#hasFormula = true;
        break;
      case 't':
        // A text for reading aloud is not part of what is written.
        this.#part = this.#isPhonetic ? undefined : 'inline';
        break;
      case 'rPh':
        this.#isPhonetic = true;
        break;
      default:
    }
  }

  text(text: string): void {
    if (this.#part === 'value') this.#value += text;
    else if (this.#part === 'inline') this.#inline += text;
    else if (this.#part === 'formula') this.#formula += text;
  }

  close(name: string): void {
    this.#part = undefined;
    if (name === 'c') {
      this.#cells[this.#column - 1] = this.#cell();
    } else if (name === 'row') {
      this.lines.add(this.#row, this.#cells);
      if (this.#isHidden && this.#cells.length > 0) this.hasHiddenRows = true;
      this.#cells = [];
    } else if (name === 'rPh') this.#isPhonetic = false;
  }

  #openRow(attributes: string): void {
    const written = attributeOf(attributes, 'r');
    const row = written === undefined ? this.#row + 1 : Number(written);
    if (!(row > this.#row && row <= mostSheetRows)) {
      throw new Error(`row ${String(written ?? row)} is where none can be`);
    }
    this.#row = row;
    this.#isHidden = /^(?:1|true)$/.test(attributeOf(attributes, 'hidden') ?? '');
    this.#column = 0;
  }

  #openCell(attributes: string): void {
    const reference = attributeOf(attributes, 'r');
    this.#column = reference === undefined ? this.#column + 1 : columnOf(reference);
    if (!(this.#column >= 1 && this.#column <= mostSheetColumns)) {
      throw new Error(`there is no column of ${reference ?? ''}`);
    }
    this.#type = attributeOf(attributes, 't') ?? 'n';
    const style = attributeOf(attributes, 's');
    this.#style = style === undefined ? 0 : Number(style);
    this.#value = this.#inline = this.#formula = '';
    this.#hasValue = this.#hasFormula = false;
  }

  #cell(): string {
    if (this.#type === 'inlineStr') return textCell(decodeText(this.#inline));
    if (!this.#hasValue) return this.#hasFormula ? errorCell(`=${decodeEntities(this.#formula)}`) : '';
    switch (this.#type) {
      case 's':
        return this.#shared.texts.cell(Number(decodeEntities(this.#value)));
      case 'n':
        return this.#number(decodeEntities(this.#value));
      case 'str':
        return textCell(decodeText(this.#value));
      case 'b':
        return CellKind.boolean + (this.#value.trim() === '1' ? 'true' : 'false');
      case 'e':
        return errorCell(decodeEntities(this.#value));
      case 'd':
        return CellKind.date + this.#value.trim().replace(/T00:00:00(?:\.0+)?$/, '');
      default:
        throw new Error(`there is no cell type ${this.#type}`);
    }
  }

  #number(text: string): string {
    const meaning = this.#shared.meanings[this.#style] ?? 'number';
    if (text === '') return '';
    if (meaning === 'date') return this.#dates.of(text);
    const shown = this.#shared.words[this.#style];
    if (shown !== undefined) return shownCell(readNumber(text) / shown.divisor, shown.words, shown.isUnit);
    if (shortDigits.test(text) && meaning === 'number') return CellKind.number + text;
    const value = readNumber(text);
    return meaning === 'duration' && value >= 0 ? textCell(durationText(value)) : numberCell(value);
  }
}

function readNumber(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`${text} is not a number`);
  return value;
}

function dateCell(text: string, system: 1900 | 1904): string {
  const serial = readNumber(text);
  const date = dateText(serial, system);
  return date === undefined ? numberCell(serial) : CellKind.date + date;
}

/** A column's number, from 1, of a place such as `AB12`. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const letter = (reference.charCodeAt(at) | 0x20) - 0x60;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column;
}
