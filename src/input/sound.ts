import { isUtf8 } from 'node:buffer';
import { replacementCharacter } from './encoding.ts';
import type { Table } from './row.ts';

/** Whether bytes are text as they should be: UTF-8, and decoded without loss. */
export const isSound = (bytes: Buffer, { isDecoded }: Table): boolean =>
  isDecoded ? !bytes.includes(replacementCharacter) : isUtf8(bytes);

/** Why a row that is not sound is refused. */
export const unsound = ({ isDecoded }: Table): string =>
  isDecoded
    ? 'has bytes that can’t be decoded; is --encoding right?'
    : 'has bytes that are not UTF-8, while the beginning of the file is; --encoding says what the file is';
