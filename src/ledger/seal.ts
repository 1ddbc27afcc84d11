import { createHash } from 'node:crypto';

const checksumBytes = 16;

/** What is wrong with stored data; `sqlite-store.ts` makes an error of it that names the remedy. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/**
 * A row of the ledger as it is stored: a checksum, a few facts as JSON, and sections of bytes. The checksum covers the row's place,
 * so that a row that turns up at another place is not believed.
 *
 * @param place the table and the number of the row
 */
export function seal(place: string, facts: object, sections: readonly Uint8Array[] = []): Buffer {
  const text = Buffer.from(JSON.stringify({ ...facts, sections: sections.map(({ byteLength }) => byteLength) }));
  const start = aligned(checksumBytes + 4 + text.length);
  const size = sections.reduce((sum, { byteLength }) => sum + aligned(byteLength), start);
  const row = Buffer.alloc(size);
  row.writeUInt32LE(text.length, checksumBytes);
  row.set(text, checksumBytes + 4);
  let offset = start;
  for (const section of sections) {
    row.set(section, offset);
    offset += aligned(section.byteLength);
  }
  row.set(checksum(place, row), 0);
  return row;
}

/** Checks a row and takes it apart; the sections are views of its bytes. */
export function unseal<Facts>(
  place: string,
  row: unknown,
): { readonly facts: Facts; readonly sections: readonly Buffer[] } {
  if (!Buffer.isBuffer(row)) throw new Damage(`${place} is missing`);
  const isWhole = row.length >= checksumBytes + 4 && checksum(place, row).equals(row.subarray(0, checksumBytes));
  if (!isWhole) throw new Damage(`${place} is damaged`);
  const length = row.readUInt32LE(checksumBytes);
  const text = row.toString('utf8', checksumBytes + 4, checksumBytes + 4 + length);
  const { sections: lengths, ...facts } = JSON.parse(text) as { readonly sections: readonly number[] };
  let offset = aligned(checksumBytes + 4 + length);
  const sections = lengths.map((bytes) => {
    const section = row.subarray(offset, offset + bytes);
    offset += aligned(bytes);
    return section;
  });
  return { facts: facts as Facts, sections };
}

/** Sections begin where numbers of eight bytes may. */
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

const checksum = (place: string, row: Buffer): Buffer =>
  createHash('sha256').update(place).update(row.subarray(checksumBytes)).digest().subarray(0, checksumBytes);
