/** Both ends of a Parquet file: of any, and of one whose footer is encrypted. */
export const magic = { plain: 'PAR1', encrypted: 'PARE' } as const;

/** Whether a file is Parquet, by its first bytes: a text may begin with the same letters. */
export function isParquet(head: Buffer): boolean {
  const start = head.toString('latin1', 0, magic.plain.length);
  if (start !== magic.plain && start !== magic.encrypted) return false;
  const next = head.subarray(magic.plain.length, 16);
  return next.length === 0 || next.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20));
}
