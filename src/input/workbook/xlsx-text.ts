import { decodeEntities } from './xml.ts';

/** Characters that XML can't hold are written as `_x000D_`. */
export const decodeText = (text: string): string => {
  const decoded = decodeEntities(text);
  if (!decoded.includes('_x')) return decoded;
  return decoded
    .replaceAll(/_x([0-9a-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\p{Surrogate}/gu, '\ufffd');
};
