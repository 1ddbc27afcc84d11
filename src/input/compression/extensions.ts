/** The ends of the names of compressed files, by what they are compressed with. */
export const compressedExtensions = { gzip: 'gz', zstd: 'zst' } as const;

export type CompressionName = keyof typeof compressedExtensions;
