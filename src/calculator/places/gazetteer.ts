import { readDataFile } from '../../embedded.ts';
import { brotliDecompressSync } from 'node:zlib';
import { greatCircleKm, type Position } from '../distances/geodesic.ts';
import { foldPlaceName } from './fold.ts';
import { TownGrid } from './town-grid.ts';

/** A town or village; also an airport or a port that is named like one. */
export interface Town extends Position {
  /** Its number in the gazetteer. */
  readonly index: number;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Codes of its first- and second-level divisions, as in `regions.json`; the second may be empty. */
  readonly admin1: string;
  readonly admin2: string;
  readonly population: number;
  /** A part of a town. */
  readonly isSection: boolean;
  /** The seat of a country or of a first-level division. */
  readonly isSeat: boolean;
  /** What it is where it is not a town, with its IATA code or UN/LOCODE. */
  readonly terminal?: { readonly kind: 'airport' | 'port'; readonly code: string };
}

/** A town that a name belongs to. */
export interface NamedTown {
  readonly town: Town;
  /** Whether it is the town's own name and not one of its others. */
  readonly isPrimary: boolean;
  /** How likely the town is meant by the name, 1 by its own. */
  readonly nameWeight?: number;
  /** The name is the beginning of the town's own, whose rest people leave out. */
  readonly isShort?: boolean;
}

interface Header {
  readonly countries: readonly string[];
  readonly admins1: readonly string[];
  readonly admins2: readonly string[];
  readonly arrays: readonly (readonly [name: string, bytes: number])[];
}

const primaryFlag = 0x80000000;
const newline = 0x0a;

/**
 * The embedded gazetteer: the towns of GeoNames cities500 by their folded names. It stays in the form it has in its file,
 * typed arrays and sorted keys, so that it is ready as soon as it is decompressed (0.15 s, 25 MB).
 */
export class Gazetteer {
  readonly #header: Header;
  readonly #names: Buffer;
  readonly #nameStarts: Uint32Array;
  readonly #lats: Int32Array;
  readonly #lons: Int32Array;
  readonly #populations: Uint32Array;
  readonly #countries: Uint8Array;
  readonly #traits: Uint8Array;
  readonly #admins1: Uint16Array;
  readonly #admins2: Uint16Array;
  readonly #keys: Buffer;
  readonly #keyStarts: Uint32Array;
  readonly #townStarts: Uint32Array;
  readonly #keyTowns: Uint32Array;
  #grid: TownGrid | undefined;

  /** @param file what `data/build-places.js` wrote */
  constructor(file: Uint8Array) {
    const bytes = aligned(brotliDecompressSync(file));
    const headerEnd = bytes.indexOf(newline) + 1;
    this.#header = JSON.parse(bytes.toString('utf8', 0, headerEnd)) as Header;
    const sections = new Map<string, Buffer>();
    let at = headerEnd;
    for (const [name, length] of this.#header.arrays) {
      sections.set(name, bytes.subarray(at, at + length));
      at += Math.ceil(length / 4) * 4;
    }
    const section = (name: string): Buffer => sections.get(name) ?? Buffer.alloc(0);
    const words = (name: string): [ArrayBufferLike, number, number] => {
      const { buffer, byteOffset, byteLength } = section(name);
      return [buffer, byteOffset, byteLength / 4];
    };
    const halves = (name: string): Uint16Array => {
      const { buffer, byteOffset, byteLength } = section(name);
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    };
    this.#names = section('names');
    this.#nameStarts = startsOf(section('nameLengths'));
    this.#lats = new Int32Array(...words('lats'));
    this.#lons = new Int32Array(...words('lons'));
    this.#populations = new Uint32Array(...words('populations'));
    this.#countries = section('countries');
    this.#traits = section('traits');
    this.#admins1 = halves('admins1');
    this.#admins2 = halves('admins2');
    this.#keys = section('keys');
    this.#keyStarts = startsOf(section('keyLengths'));
    this.#townStarts = startsOf(halves('keyCounts'));
    this.#keyTowns = new Uint32Array(...words('keyTowns'));
  }

  get size(): number {
    return this.#lats.length;
  }

  hasCountry(code: string): boolean {
    return this.#header.countries.includes(code);
  }

  /** The towns that have a name; the name is folded here. */
  find(name: string): readonly NamedTown[] {
    const key = Buffer.from(foldPlaceName(name));
    const index = this.#lowerBound(key);
    if (key.length === 0 || !this.#keyAt(index).equals(key)) return [];
    const towns: NamedTown[] = [];
    const end = this.#townStarts[index + 1] ?? 0;
    for (let at = this.#townStarts[index] ?? 0; at < end; at += 1) {
      const value = this.#keyTowns[at] ?? 0;
      towns.push({ town: this.town(value & ~primaryFlag), isPrimary: value >= primaryFlag });
    }
    return towns;
  }

  /** The towns whose own name continues after a name with a word that links: `Alcalá de Henares` for `alcala`. */
  longerNamed(folded: string, isLink: (word: string) => boolean): readonly Town[] {
    const start = Buffer.from(`${folded} `);
    const towns: Town[] = [];
    for (let index = this.#lowerBound(start); index < this.#keyStarts.length - 1; index += 1) {
      const key = this.#keyAt(index);
      if (key.length < start.length || key.compare(start, 0, start.length, 0, start.length) !== 0) break;
      if (!isLink(key.toString('utf8', start.length).split(' ')[0] ?? '')) continue;
      const end = this.#townStarts[index + 1] ?? 0;
      for (let at = this.#townStarts[index] ?? 0; at < end; at += 1) {
        const value = this.#keyTowns[at] ?? 0;
        if (value >= primaryFlag) towns.push(this.town(value & ~primaryFlag));
      }
    }
    return towns;
  }

  /** The folded names that begin with some letters, and the greatest population among the towns of each in a country. */
  *namesWith(prefix: string, country: string | undefined): Iterable<{ key: string; population: number }> {
    const start = Buffer.from(prefix);
    for (let index = this.#lowerBound(start); index < this.#keyStarts.length - 1; index += 1) {
      const key = this.#keyAt(index);
      if (key.compare(start, 0, start.length, 0, Math.min(start.length, key.length)) !== 0) return;
      let population = -1;
      const end = this.#townStarts[index + 1] ?? 0;
      for (let at = this.#townStarts[index] ?? 0; at < end; at += 1) {
        const town = (this.#keyTowns[at] ?? 0) & ~primaryFlag;
        if (country !== undefined && this.#countryOf(town) !== country) continue;
        population = Math.max(population, this.#populations[town] ?? 0);
      }
      if (population >= 0) yield { key: key.toString(), population };
    }
  }

  /** The town nearest to a position. */
  nearest(position: Position): { readonly town: Town; readonly km: number } {
    this.#grid ??= new TownGrid(this.#lats, this.#lons);
    const town = this.town(this.#grid.nearest(position));
    return { town, km: greatCircleKm(position.lat, position.lon, town.lat, town.lon) };
  }

  town(index: number): Town {
    const traits = this.#traits[index] ?? 0;
    return {
      index,
      name: this.#names.toString('utf8', this.#nameStarts[index] ?? 0, this.#nameStarts[index + 1] ?? 0),
      lat: (this.#lats[index] ?? 0) / 1e4,
      lon: (this.#lons[index] ?? 0) / 1e4,
      country: this.#countryOf(index),
      admin1: this.#header.admins1[this.#admins1[index] ?? 0] ?? '',
      admin2: this.#header.admins2[this.#admins2[index] ?? 0] ?? '',
      population: this.#populations[index] ?? 0,
      isSection: (traits & 1) !== 0,
      isSeat: (traits & 2) !== 0,
    };
  }

  #countryOf(index: number): string {
    return this.#header.countries[this.#countries[index] ?? 0] ?? '';
  }

  #keyAt(index: number): Buffer {
    return this.#keys.subarray(this.#keyStarts[index] ?? 0, this.#keyStarts[index + 1] ?? 0);
  }

  /** Number of the first key that is not before another, in the order of bytes. */
  #lowerBound(key: Buffer): number {
    let low = 0;
    let high = this.#keyStarts.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keyAt(middle).compare(key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Typed arrays can only be laid over bytes that begin at a multiple of their size. */
const aligned = (bytes: Buffer): Buffer => (bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes)));

/** Where each item begins, and the end of the last, from the length of each. */
function startsOf(lengths: Uint8Array | Uint16Array): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (let index = 0; index < lengths.length; index += 1) {
    starts[index + 1] = (starts[index] ?? 0) + (lengths[index] ?? 0);
  }
  return starts;
}

let gazetteer: Gazetteer | undefined;

/** The embedded gazetteer, read when it is first needed. */
export function readGazetteer(): Gazetteer {
  gazetteer ??= new Gazetteer(readDataFile('places.bin.br'));
  return gazetteer;
}
