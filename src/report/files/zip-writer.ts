import { constants, crc32, deflateRawSync } from 'node:zlib';

interface Written {
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Sizes and checksum come after the data; names are UTF-8. */
const flags = 0x0808;
const version = 20;
const deflated = 8;
/** 1 January 1980: the same rows make the same bytes. */
const date = 0x21;
/** Little less is written at level 6, which takes twice the time. */
const level = 3;

/** Writes a ZIP archive from front to end: each call returns the bytes that come next. */
export class ZipWriter {
  readonly #entries: Written[] = [];
  #position = 0;
  #name = Buffer.alloc(0);
  #offset = 0;
  #crc = 0;
  #bytes = 0;
  #compressedBytes = 0;

  beginEntry(name: string): Buffer {
    this.#name = Buffer.from(name);
    this.#offset = this.#position;
    this.#crc = this.#bytes = this.#compressedBytes = 0;
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(version, 4);
    header.writeUInt16LE(flags, 6);
    header.writeUInt16LE(deflated, 8);
    header.writeUInt16LE(date, 12);
    header.writeUInt16LE(this.#name.length, 26);
    return this.#next(Buffer.concat([header, this.#name]));
  }

  add(bytes: Buffer): Buffer {
    this.#crc = crc32(bytes, this.#crc);
    this.#bytes += bytes.length;
    return this.#addCompressed(deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH }));
  }

  endEntry(): Buffer {
    const end = this.#addCompressed(deflateRawSync(Buffer.alloc(0)));
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    this.#writeSizes(descriptor, 4, this.#entry());
    this.#entries.push(this.#entry());
    return Buffer.concat([end, this.#next(descriptor)]);
  }

  end(): Buffer {
    const offset = this.#position;
    const parts = this.#entries.map((entry) => {
      const header = Buffer.alloc(46);
      header.writeUInt32LE(0x02014b50, 0);
      header.writeUInt16LE(version, 4);
      header.writeUInt16LE(version, 6);
      header.writeUInt16LE(flags, 8);
      header.writeUInt16LE(deflated, 10);
      header.writeUInt16LE(date, 14);
      this.#writeSizes(header, 16, entry);
      header.writeUInt16LE(entry.name.length, 28);
      header.writeUInt32LE(entry.offset, 42);
      return Buffer.concat([header, entry.name]);
    });
    const directory = Buffer.concat(parts);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([directory, end]);
  }

  #entry(): Written {
    const [name, offset, crc] = [this.#name, this.#offset, this.#crc];
    return { name, offset, crc, bytes: this.#bytes, compressedBytes: this.#compressedBytes };
  }

  #writeSizes(target: Buffer, at: number, { crc, bytes, compressedBytes }: Written): void {
    target.writeUInt32LE(crc, at);
    target.writeUInt32LE(compressedBytes, at + 4);
    target.writeUInt32LE(bytes, at + 8);
  }

  #addCompressed(bytes: Buffer): Buffer {
    this.#compressedBytes += bytes.length;
    return this.#next(bytes);
  }

  #next(bytes: Buffer): Buffer {
    this.#position += bytes.length;
    return bytes;
  }
}
