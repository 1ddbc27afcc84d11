import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Characters that are held in memory. */
const mostCharacters = 32 * 1024 * 1024;
/** Ten million legs of 500 bytes are 20 MB a part. */
const parts = 256;

/**
 * Brings together what belongs to one shipment, of files of any size in bounded memory: what is too much goes to files, a part of the
 * shipments each, which are read back one after the other.
 */
export class LegStore<T extends { readonly shipmentId: string }> {
  readonly #memory: number;
  #held: { readonly shipmentId: string; readonly text: string }[] = [];
  #characters = 0;
  #folder: string | undefined;

  /** @param memory characters that are held in memory */
  constructor(memory = mostCharacters) {
    this.#memory = memory;
  }

  add(leg: T): void {
    const text = JSON.stringify(leg);
    this.#held.push({ shipmentId: leg.shipmentId, text });
    this.#characters += text.length;
    if (this.#characters >= this.#memory) this.#spill();
  }

  /** The legs of each shipment, in the order in which they came; shipments in that of their first legs where all are in memory. */
  *shipments(): Generator<readonly T[]> {
    if (this.#folder === undefined) return yield* grouped<T>(this.#held.map(({ text }) => text));
    this.#spill();
    for (let part = 0; part < parts; part += 1) {
      const text = readPart(partPath(this.#folder, part));
      if (text !== '') yield* grouped<T>(text.trimEnd().split('\n'));
    }
  }

  /** Removes what is in files. */
  close(): void {
    this.#held = [];
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #spill(): void {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'dcycle-upload-legs-'));
    const texts = new Map<number, string>();
    for (const { shipmentId, text } of this.#held) {
      const part = partOf(shipmentId);
      texts.set(part, `${texts.get(part) ?? ''}${text}\n`);
    }
    for (const [part, text] of texts) appendFileSync(partPath(this.#folder, part), text, { mode: 0o600 });
    this.#held = [];
    this.#characters = 0;
  }
}

function* grouped<T extends { readonly shipmentId: string }>(texts: readonly string[]): Generator<readonly T[]> {
  const legs = new Map<string, T[]>();
  for (const text of texts) {
    const leg = JSON.parse(text) as T;
    const others = legs.get(leg.shipmentId);
    if (others === undefined) legs.set(leg.shipmentId, [leg]);
    else others.push(leg);
  }
  yield* legs.values();
}

/** FNV-1a, 32 bits. */
function partOf(shipmentId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < shipmentId.length; at += 1) {
    hash = Math.imul(hash ^ shipmentId.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % parts;
}

const partPath = (folder: string, part: number): string => join(folder, `${String(part)}.jsonl`);

function readPart(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No shipment belongs to this part.
    return '';
  }
}
