/** What the user should know and refuses no row. The names are part of the interface: `--json`, docs/errors.md. */
export const warningTexts = {
  ACCEPTED_BEFORE: 'an earlier run had the record accepted; it is not sent again',
  BEING_SENT: '(dry run) another run is sending the record at this moment; an upload waits for it',
  LEDGER_UNREAD:
    '(dry run) the ledger can’t say, or not for all, what was accepted before: it is not there yet, is damaged, is on a network file system, or rows name their organisations',
  KNOWN_MOVEMENT:
    'the account has the movement with other legs, places, dates or quantities; the record is sent in addition',
  ENCODING_ASSUMED: 'the file is not UTF-8 and was read as windows-1252',
  REPLACED: 'a new version is stored, and the earlier one has been deleted (`--replace`, `_id`)',
  UNKNOWN_ID:
    '`_id` has no effect: the account does not show that record under the row’s `movement_id`; the row is treated as one without `_id`',
  TITLE_LINES: 'the header was found below other lines, which were skipped',
  FILE_LEFT_OUT:
    'a file of an archive or a folder was not read: it is hidden, not named as a table, written by this tool, a folder; the message says which',
  FILE_UNFINISHED:
    'a file in a folder is left for the next run: it is still being written by its name, its size or its time, is empty, or gone',
  SHEET_CHOSEN: 'a workbook has several sheets; the one with known columns was read; `--sheet` names another',
  ROWS_HIDDEN: 'a sheet has hidden or filtered rows, which were read like the others',
  COLUMNS_LEFT_OUT:
    'columns of a Parquet file hold lists, maps or other values that are not one a row, and are not read',
  DECIMAL_ASSUMED: 'the decimal mark of a column that does not prove it is that of another column, which does',
  GROUPS_ASSUMED: 'a mark was read as one of thousands, which no other value of its column shows',
  IMPLAUSIBLE:
    'a value is valid and hardly true: far from what is usual in its column, more than is bought at once or than the vehicle carries, a distance that does not fit its places, a positive figure of a row that another column calls taken back, a whole trip next to its legs; the message names the rule and the rows; `--strict` refuses them',
  HEAVY_ROW: '(`--local`) one of 50 rows or more is over 20 % of the total',
  UNIT_CONVERTED:
    '(upload, dry run) a quantity was converted to the unit that its fuel is sold in, rounded to six decimals',
  UNIT_OF_COLUMN: "a column's name gives a unit",
  COUNTRY_NAME: "a country's name or alpha-3 code was read as its alpha-2 code",
  ABSENT_VALUE:
    'a text of an id column, such as `nan`, was taken for no value, or an error of a spreadsheet where no figure needs the value',
  UNIT_ASSUMED: 'loads without a unit are read as kg, and are so light that they may be tonnes',
  UNIT_UNUSED: 'a column holds units and is not used: values are read without them',
  TRIPS_UNUSED:
    'a column says that rows are several trips, or there and back: each row counts as one way with its distance and load',
  UNMAPPED_COLUMN: 'a column is not used',
  BLANK_ROWS: 'rows without any value were skipped',
  EQUAL_RECORDS:
    'rows are equal in all that is mapped and differ in another column: they were taken as records of their own',
  SECOND_COPY:
    'twenty or more different rows repeat earlier ones in the same order: they are duplicates; the message names both ranges',
  ROWS_SKIPPED:
    'rows were left out: totals of others, headers that are repeated, remarks below the table, refunds with their purchases, or rows of `--skip` and `--where`; the message names the rule and the rows',
  ROWS_LIMITED:
    '`--limit`, `--sample`: only the first rows were read, or some rows chosen at random, and totals were not checked',
  RULE_UNUSED: '`--skip` or `--where` left out no row',
  ZERO_DISTANCE: '`distance_km` is 0',
  UNKNOWN_TOC: '(upload, dry run) a vehicle type that this tool does not know',
  UNKNOWN_HUB:
    '(upload, dry run) an origin or destination is neither a hub of the account, as `hubs --sync` fetched them, nor a place that this tool knows; or the hub has no address, or `hub_id` is not one of the account',
  TKM_MISMATCH: 'given tonne-kilometres differ from load x distance by more than 5 %',
  CATEGORY_MISMATCH: 'the vehicle type is of another category than the row says',
  DEFAULT_LOAD: '(`--local`) rows without a load were calculated with the default of their vehicle type',
  FACTOR_YEAR: 'no factors are known for the year; the nearest year was taken',
  AMBIGUOUS_PLACE: 'a place could be another of the same name; the message names the one that was taken and others',
  PLACE_PARTLY_READ: 'a part of a place text was not understood',
  POSTCODE_MISMATCH:
    'the postcode is that of another area than the town; docs/calculation.md has the countries whose postcodes are known',
  POSTCODE_UNUSED:
    'a postcode could have told places of one name apart, and where postcodes of their country are, is not known; the largest was taken',
  FERRY: 'the kilometres of a ferry are counted as road',
  LONG_DETOUR: 'the way by land is at least 1.8 times the straight line, as water lies between',
  COUNTRY_MISMATCH: 'a place lies in another country than `origin_country` or `destination_country` says',
  FAR_FROM_TERMINAL: 'the nearest port or airport is more than 150 km away; the way there is not in the distance',
  ILEAP_LEFT_OUT:
    '(`--ileap`) shipments, or rows without `movement_id`, are not in the file, as they can’t be given honestly; the file that the message names has the reason of each',
  ILEAP_NOT_WRITTEN:
    '(`--ileap`) there is no file: rows could not be read, or not all rows were, so any shipment may lack a leg',
  ROUTER_FAILED: 'the router gave no distance; it is estimated',
} as const satisfies Readonly<Record<string, string>>;

export type WarningCode = keyof typeof warningTexts;
