import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/**
 * The numbers of the calls that were written down, in a file next to the database: each is added after it is safe in the database.
 * SQLite believes a log that is cut or missing, and is then as it was some calls ago; that is noticed here.
 */
export class Witness {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** One write of eight bytes, which other processes can't divide. */
  add(event: number): void {
    const line = Buffer.alloc(8);
    line.writeUInt32LE(event);
    line.writeUInt32LE(crc32(line.subarray(0, 4)), 4);
    appendFileSync(this.#path, line, { mode: 0o600 });
  }

  /** The highest number; 0 where there is none. */
  last(): number {
    let last = 0;
    for (const event of this.all()) last = Math.max(last, event);
    return last;
  }

  /** All numbers; what is damaged says nothing. */
  all(): ReadonlySet<number> {
    const events = new Set<number>();
    if (!existsSync(this.#path)) return events;
    const lines = readFileSync(this.#path);
    for (let offset = 0; offset + 8 <= lines.length; offset += 8) {
      const isWhole = crc32(lines.subarray(offset, offset + 4)) === lines.readUInt32LE(offset + 4);
      if (isWhole) events.add(lines.readUInt32LE(offset));
    }
    return events;
  }
}
