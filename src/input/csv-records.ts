import { createRequire } from 'node:module';
import type * as CsvParse from 'csv-parse/sync';
import { errorCode, errorMessage } from '../errors.ts';
import { maxRecordBytes } from './tokeniser.ts';
import { skipBlankLines } from './lines.ts';

// Required, it is one file; imported, ten.
const { parse } = createRequire(import.meta.url)('csv-parse/sync') as typeof CsvParse;

/** A record: its cells, and the bytes from the end of the record before to its own end. */
type OnRecord = (cells: string[], start: number, end: number) => void;

/** Why parsing stopped before the end. */
export interface Failure {
  /** Where the record that could not be read starts, after blank lines. */
  readonly start: number;
  readonly message: string;
  /** The bytes ended inside quotes: more bytes may finish the record. */
  readonly isOpen: boolean;
}

class RecordTooLong extends Error {}

/** The records from `from` to the end or to the first that can't be read. */
export function parseRecords(bytes: Buffer, from: number, delimiter: string, onRecord: OnRecord): Failure | undefined {
  let start = from;
  try {
    parse(bytes.subarray(from), {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (cells: string[], { bytes: parsed }) => {
        const end = from + parsed;
        if (end - start > maxRecordBytes && end - skipBlankLines(bytes, start) > maxRecordBytes) {
          throw new RecordTooLong();
        }
        onRecord(cells, start, end);
        start = end;
        return null;
      },
    });
    return undefined;
  } catch (error) {
    const code = error instanceof RecordTooLong ? 'CSV_QUOTE_NOT_CLOSED' : errorCode(error);
    if (code === undefined || !(code in explanations)) throw error;
    return {
      start: skipBlankLines(bytes, start),
      message: explanations[code] ?? errorMessage(error),
      isOpen: code === 'CSV_QUOTE_NOT_CLOSED',
    };
  }
}

const textAfterQuote =
  'text follows a closing quote; double the quotes inside a quoted cell (""), or close one that is open';

const explanations: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote opens here and does not close; close it, or double it if it belongs to the text',
  CSV_INVALID_CLOSING_QUOTE: textAfterQuote,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: textAfterQuote,
  INVALID_OPENING_QUOTE:
    'a quote is inside an unquoted cell; put the whole cell in quotes and double the quote inside ("")',
};
