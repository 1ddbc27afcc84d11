/** What a terminal is for lines that are drawn again and again. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly size: () => { readonly columns: number; readonly rows: number };
}

/** Makes the lines for a width, none of them wider. */
export type Rendering = (width: number) => readonly string[];

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseLineEnd = '\u001b[K';
const eraseBelow = '\u001b[J';
/** Around each drawing: it may meet a terminal that has just become narrower, before this program is told of it. */
const cutLines = '\u001b[?7l';
const wrapLines = '\u001b[?7h';
/** Not from the first cell on: from there tmux would scroll the screen into its history before it erases it. */
const eraseAll = `\r\u001b[2K\u001b[C${eraseBelow}\r`;
const up = (lines: number): string => (lines > 0 ? `\u001b[${String(lines)}A` : '');

/**
 * Lines at the end of what is on a terminal, drawn over and over in one write each, so that nothing flickers.
 *
 * The cursor rests at the start of the first line. When a terminal is made narrower it breaks lines that were drawn wider;
 * what comes of them lies below the cursor then, and goes with the next drawing. (ora rests at the end of the last line,
 * clears as many lines as it drew, and leaves the others.)
 */
export class LiveLines {
  readonly #screen: Screen;
  #render: Rendering | undefined;
  #columns = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  draw(render: Rendering): void {
    const start = this.#render === undefined ? hideCursor : '';
    this.#render = render;
    this.#screen.write(start + this.#drawing());
  }

  /** Whole lines of text that stay; they are written above. */
  above(text: string, write: (text: string) => void): void {
    write(this.#render === undefined ? text : `${eraseAll}${text}${this.#drawing()}`);
  }

  /** Takes the lines away and gives the cursor back; drawing may begin again. */
  leave(): void {
    if (this.#render === undefined) return;
    this.#render = undefined;
    this.#screen.write(`${eraseAll}${showCursor}`);
  }

  #drawing(): string {
    const { columns, rows } = this.#screen.size();
    // A character in the last column would leave some terminals in doubt about the next line.
    const lines = (this.#render?.(columns - 1) ?? []).slice(0, Math.max(1, rows - 1));
    // Lines that the terminal has broken stay joined to each other, for its next change of width, until they are erased.
    const start = columns === this.#columns ? '\r' : eraseAll;
    this.#columns = columns;
    return `${cutLines}${start}${lines.join(`${eraseLineEnd}\r\n`)}${eraseBelow}${up(lines.length - 1)}\r${wrapLines}`;
  }
}
