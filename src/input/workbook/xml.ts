/** What is told of an XML text, in its order. Names are without their prefix. */
export interface XmlHandler {
  /** @param attributes as they are written; `attributeOf` reads them */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** A piece of text as it is written (`decodeEntities`); one text may come in several pieces. */
  text(text: string): void;
}

/** No tag of a workbook is longer. */
const longestTag = 1024 * 1024;
/** What of a text must be seen at once: `&#x10FFFF;`. */
const longestEntity = 16;

/** Reads XML as it comes. It knows what workbooks have: no document type, no other entities than those of XML. */
export class XmlReader {
  readonly #handler: XmlHandler;
  readonly #isHtml: boolean;
  #rest = '';

  /** @param isHtml declarations are passed over */
  constructor(handler: XmlHandler, isHtml = false) {
    this.#handler = handler;
    this.#isHtml = isHtml;
  }

  /** @throws Error when the text is not XML that a workbook may have */
  push(text: string): void {
    const all = this.#rest === '' ? text : this.#rest + text;
    const end = this.#read(all);
    this.#rest = all.slice(end);
    if (this.#rest.length > longestTag) throw new Error('a tag is not closed');
  }

  /** @throws Error when the text ends in the middle of something */
  end(): void {
    if (this.#rest.trim() !== '') throw new Error('it ends in the middle');
  }

  /** Reads what is whole; returns where the rest begins. */
  #read(text: string): number {
    const handler = this.#handler;
    let at = 0;
    for (;;) {
      const start = text.indexOf('<', at);
      if (start === -1) return this.#readOpenText(text, at);
      if (start > at) handler.text(text.slice(at, start));
      const second = text.charCodeAt(start + 1);
      if (second === 0x21 || second === 0x3f || Number.isNaN(second)) {
        const end = this.#readSpecial(text, start);
        if (end === -1) return start;
        at = end;
        continue;
      }
      const end = endOfTag(text, start + 1);
      if (end === -1) return start;
      if (second === 0x2f) handler.close(localName(text.slice(start + 2, end).trimEnd()));
      else this.#openTag(text, start + 1, end);
      at = end + 1;
    }
  }

  #openTag(text: string, start: number, end: number): void {
    const isEmpty = text.charCodeAt(end - 1) === 0x2f;
    const last = isEmpty ? end - 1 : end;
    let nameEnd = start;
    while (nameEnd < last && text.charCodeAt(nameEnd) > 0x20) nameEnd += 1;
    const name = localName(text.slice(start, nameEnd));
    this.#handler.open(name, text.slice(nameEnd, last));
    if (isEmpty) this.#handler.close(name);
  }

  /** Text whose end is not there yet: long ones are told in pieces. */
  #readOpenText(text: string, at: number): number {
    if (text.length - at < longestTag / 2) return at;
    const entity = text.lastIndexOf('&');
    const end = entity > at && text.length - entity < longestEntity ? entity : text.length;
    this.#handler.text(text.slice(at, end));
    return end;
  }

  /** Passes over comments and instructions; returns where they end, -1 where the end is not there yet. */
  #readSpecial(text: string, start: number): number {
    const after = (mark: string, from: number): number => {
      const end = text.indexOf(mark, from);
      return end === -1 ? -1 : end + mark.length;
    };
    if (text.startsWith('<?', start)) return after('?>', start);
    if (text.startsWith('<!--', start)) return after('-->', start + 4);
    if (text.startsWith('<![CDATA[', start)) {
      const end = after(']]>', start + 9);
      if (end !== -1) this.#handler.text(text.slice(start + 9, end - 3).replaceAll('&', '&amp;'));
      return end;
    }
    if (text.length - start < '<![CDATA['.length) return -1;
    if (this.#isHtml) return after('>', start);
    throw new Error('it has a document type, which workbooks do not have');
  }
}

const localName = (name: string): string => {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
};

/** Where a tag ends: at the first `>` that is not in quotes. */
function endOfTag(text: string, from: number): number {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (open !== 0) {
      if (code === open) open = 0;
    } else if (code === 0x3e) return at;
    else if (code === 0x22 || code === 0x27) open = code;
  }
  return -1;
}

/** The value of an attribute, by the name that is written: `r`, `r:id`, `table:name`. */
export function attributeOf(attributes: string, name: string): string | undefined {
  const start = attributes.indexOf(` ${name}="`);
  if (start !== -1) {
    const from = start + name.length + 3;
    return decodeEntities(attributes.slice(from, attributes.indexOf('"', from)));
  }
  // Most writers use double quotes and single spaces.
  if (!(attributes.includes("'") || attributes.includes(' =') || attributes.includes('= '))) return undefined;
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return match === null ? undefined : decodeEntities(match[1] ?? match[2] ?? '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The characters that a text of XML means. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (whole, hex?: string, digits?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
