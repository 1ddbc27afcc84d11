import { inputError } from '../errors.ts';

/** More than this, and it may be made to fill the memory or the disk: exports rarely shrink below a fiftieth. */
const mostRatio = 250;
/** Below this size the ratio does not matter. */
const harmlessBytes = 128 * 1024 * 1024;

/**
 * Refuses compressed data that become many times as large as data of this kind do.
 *
 * @throws RunError (exit 3)
 */
export function refuseGrowth(
  what: string,
  { bytes, compressedBytes }: { readonly bytes: number; readonly compressedBytes: number },
): void {
  if (bytes <= harmlessBytes || bytes <= compressedBytes * mostRatio) return;
  throw inputError(
    'INPUT_TOO_LARGE',
    `${what} would grow to ${String(Math.round(bytes / 1024 / 1024))} MiB or more, ` +
      `${String(Math.round(bytes / compressedBytes))} times its size: it may be made to fill the memory`,
    'if you trust it, unpack it and give what is in it',
  );
}
