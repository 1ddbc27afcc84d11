import { isUtf8 } from 'node:buffer';
import { replacementCharacter } from './encoding.ts';
import type { Table } from './table.ts';

/** Whether bytes are sound text: UTF-8, decoded without loss, without NUL. */
export const isSound = (bytes: Buffer, { isDecoded }: Table): boolean =>
  !bytes.includes(0) && (isDecoded ? !bytes.includes(replacementCharacter) : isUtf8(bytes));

/** Why a row that is not sound is refused. */
export const unsound = ({ isDecoded }: Table): string =>
  isDecoded
    ? 'has bytes that can’t be decoded, or NUL; is --encoding right?'
    : 'has NUL bytes or bytes that are not UTF-8, while the beginning of the file is; --encoding says what it is';
