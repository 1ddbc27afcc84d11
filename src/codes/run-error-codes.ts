/** What ends a run. The names are part of the interface: `error.code` of `--json`, docs/errors.md. */
export const runErrorTexts = {
  ACCESS_REFUSED: {
    meaning: 'the API refused the key or the organisation (exit 4)',
    remedy: 'check the key and the organisation it belongs to',
  },
  ACCOUNT_NOT_SYNCED: {
    meaning: "`--factors account` without the account's vehicle types",
    remedy: '`dcycle-upload tocs --sync`',
  },
  ACCOUNT_UNREADABLE: {
    meaning: "(`export`) the account's records can't be read to the end, or changed meanwhile (exit 5)",
    remedy: 'run it again; what was written to standard output is not all',
  },
  ACCOUNT_UNKNOWN: {
    meaning: '`--factors account` without an organisation',
    remedy: 'set `DCYCLE_ORG_ID` or give `--org`',
  },
  ADDRESS_IN_USE: {
    meaning: '(`serve`) another program listens there',
    remedy: 'give another `--port`; 0 takes a free one',
  },
  ADDRESS_UNUSABLE: { meaning: "(`serve`) this machine can't listen there", remedy: 'check `--host` and `--port`' },
  ALREADY_STORED: {
    meaning:
      'the account has records of this upload, and the ledger of this machine knows nothing of them; nothing was sent',
    remedy: 'upload again with `--verify` (looks first, sends what is missing) or `--again` (sends all)',
  },
  ANSWERS_INVALID: {
    meaning: '(`map`) an answer of `--answers` belongs to no open question, or does not answer it',
    remedy: '`dcycle-upload map <kind> <file> --json` lists the questions, each with its proposals',
  },
  API_UNAVAILABLE: {
    meaning: 'the API could not be read before the first call (exit 5); nothing was sent',
    remedy: 'try again later; `doctor` looks at the connection',
  },
  BASE_URL_INSECURE: {
    meaning: 'the base URL is plain http, which would show the key on the way',
    remedy: 'use https; plain http is for this machine alone',
  },
  BASE_URL_INVALID: {
    meaning: 'the base URL is not an http(s) address, or holds a password, query or fragment',
    remedy: 'give the root of the API, such as `https://api.dcycle.io`',
  },
  BROWSER_MISSING: {
    meaning: '(`--report page.pdf`) no Chromium, Chrome or Edge was found, or `CHROME_PATH` names none',
    remedy: 'set `CHROME_PATH`, or write `--report page.html` and print it in any browser',
  },
  CACHE_UNREADABLE: {
    meaning: "the catalogue that was fetched from the account can't be read",
    remedy: 'fetch it again with `--sync`',
  },
  CACHE_UNWRITABLE: {
    meaning: "the catalogue can't be kept",
    remedy: 'set `XDG_CACHE_HOME` to a folder that can be written',
  },
  CATALOGUE_UNREADABLE: {
    meaning: "(`--sync`) the account's catalogue can't be read from the API (exit 5)",
    remedy: 'try again later; what was fetched earlier stays',
  },
  CONFIG_EXPOSED: {
    meaning: 'the configuration file holds a key, and others can read it',
    remedy: '`chmod 600`, as the message says',
  },
  CONFIG_INVALID: {
    meaning: 'the configuration file is not valid',
    remedy: 'the message names the line; [configuration](configuration.md) lists the settings',
  },
  CONFIG_UNREADABLE: { meaning: "the configuration file can't be read", remedy: 'fix it or move it away' },
  CONFIG_UNWRITABLE: {
    meaning: "the configuration file can't be written",
    remedy: 'check the permissions of its folder, or set `XDG_CONFIG_HOME`',
  },
  CONSTANT_INVALID: {
    meaning: 'the value of `--set` is none that the field can have',
    remedy: 'write it as the message says',
  },
  CREDENTIALS_INVALID: {
    meaning: 'the key holds characters that no key has, or the organisation is not a valid UUID',
    remedy: 'copy them again',
  },
  CREDENTIALS_MISSING: {
    meaning: 'no API key, or no organisation',
    remedy: 'set `DCYCLE_API_KEY` and `DCYCLE_ORG_ID`; without an account, use `--local` or `--dry-run`',
  },
  CREDENTIALS_UNREADABLE: { meaning: "the file of the key can't be read", remedy: 'check its path and permissions' },
  DATABASE_IN_USE: {
    meaning: '(`serve`) another process has the database',
    remedy: 'stop the other one, or give another `--db`',
  },
  DATABASE_UNUSABLE: {
    meaning: 'a file is not a database of this program, or of another version of it',
    remedy: 'give a new file',
  },
  DATES_AMBIGUOUS: {
    meaning: 'nothing in the file tells whether 03/04 is in March or April, or rows contradict each other',
    remedy: '`--date-format dmy` or `mdy`',
  },
  DECIMAL_AMBIGUOUS: {
    meaning: 'numbers are written with both decimal marks',
    remedy: '`--decimal .` or `--decimal ,`; rows with the other are refused',
  },
  DEDUPE_KEY_INVALID: {
    meaning: '`--dedupe-key` names a field that does not exist, or that no column holds',
    remedy: 'the message lists the fields',
  },
  DEFECT: { meaning: 'a defect of this tool (exit 70)', remedy: 'please report it' },
  DISTANCE_KIND_UNKNOWN: {
    meaning: '(`--ileap`) the rows give distances, and footprints have to say what these are',
    remedy: '`--distance-kind actual`, `gcd` or `sfd`',
  },
  ENCODING_UNKNOWN: {
    meaning: 'there is no encoding of this name',
    remedy: 'a WHATWG label such as `utf-8`, `windows-1252`, `utf-16le`',
  },
  ENV_FILE_UNREADABLE: {
    meaning: "the file `.env` of the working directory can't be read",
    remedy: 'check its permissions',
  },
  FACTORS_INVALID: {
    meaning: 'the file of `--factors` is not valid',
    remedy: 'the message names the place; [calculation](calculation.md) describes it',
  },
  FACTORS_UNREADABLE: {
    meaning: "the file of `--factors` can't be read",
    remedy: 'check its path, and that it is JSON',
  },
  FAULTS_NOT_LOCAL: { meaning: '(`serve`) faults are for this machine alone', remedy: 'leave `--host` out' },
  FAULTS_TOO_MANY: { meaning: '(`serve`) fault rates add up to more than 100 %', remedy: 'lower them' },
  FUELS_UNREADABLE: {
    meaning: "the input names fuels, and the account's fuels can't be read (exit 5)",
    remedy: 'try again later, or give their ids',
  },
  HUBS_INVALID: { meaning: 'the file of `--hubs` is not valid', remedy: 'the message names the line' },
  INCOMPLETE: {
    meaning: 'records were not delivered, or it is unknown whether they were (exit 5)',
    remedy: '`resume` finishes the run',
  },
  INPUT_CHANGED: {
    meaning: 'the input is not what it was when it was first read, or sent',
    remedy: 'run again when nothing writes to it; a changed file is a new run',
  },
  INPUT_DAMAGED: {
    meaning: 'the compressed data, the workbook or the Parquet file is damaged',
    remedy: 'get the file again',
  },
  INPUT_EMPTY: { meaning: 'the input holds nothing', remedy: 'check the export' },
  INPUT_ENCRYPTED: {
    meaning: 'the workbook, archive or Parquet file is encrypted',
    remedy: 'save or unpack it without a password',
  },
  INPUT_FORBIDDEN: { meaning: 'the input may not be read by this user', remedy: 'check its permissions' },
  INPUT_IS_DIRECTORY: { meaning: 'the input is a folder where a file is needed', remedy: 'name a file in it' },
  INPUT_NONE: {
    meaning: 'a folder holds no table, a glob matches none, or all are left for the next run',
    remedy: 'the message says what is there; check the folder and the pattern',
  },
  INPUT_NOT_CSV: { meaning: "the header can't be read as CSV", remedy: 'the first line must hold the column names' },
  INPUT_NOT_FOUND: { meaning: 'there is no such file', remedy: 'check the name and the folder' },
  INPUT_NOT_JSONL: { meaning: 'the first lines hold no JSON objects', remedy: 'each line must be one object' },
  INPUT_NOT_ROWS: { meaning: 'the first line is longer than 1 MiB', remedy: 'is it a CSV or JSONL file?' },
  INPUT_NOT_TEXT: {
    meaning: 'the input is binary, an old workbook (.xls), or UTF-16 without a mark',
    remedy: 'save it as .xlsx or "CSV UTF-8", or give `--encoding`',
  },
  INPUT_OTHER_FORMAT: {
    meaning: 'the input is not of the format that `--format` says',
    remedy: 'leave `--format` out',
  },
  INPUT_SEVERAL: {
    meaning: 'an archive, a folder or a glob has several tables where one is needed (`inspect`, standard input)',
    remedy: 'name one: `portal.zip/may.csv`',
  },
  INPUT_TOO_LARGE: {
    meaning: 'what is in the file is many times as large as the file, or needs more memory than a run may take',
    remedy: 'unpack it if you trust it, and give what is in it',
  },
  IMPLAUSIBLE_FILE: {
    meaning: '(`--strict`) over half of the rows of the sample are implausible in the same way; nothing was sent',
    remedy: 'check the unit and the decimal mark of the column that the message names',
  },
  INPUT_TWICE: { meaning: 'the same file is given twice', remedy: 'give it once' },
  INPUT_UNREADABLE: { meaning: "the input can't be read", remedy: 'the message says what the system says' },
  INTERRUPTED: {
    meaning: 'a signal ended the run (exit 130, 143)',
    remedy: '`resume` finishes what had begun; else start again',
  },
  IN_PROGRESS: { meaning: 'the same upload is in progress (exit 6)', remedy: 'wait for its end' },
  KEY_COMMAND_FAILED: {
    meaning: 'the command of `api_key_command` gave no key',
    remedy: 'run it by hand; it must print the key and nothing else',
  },
  KEY_ON_COMMAND_LINE: {
    meaning: 'a key was given on the command line, where others can read it; it was not kept',
    remedy: '`dcycle-upload config set api_key` asks for it; consider replacing that key',
  },
  MAPPING_AMBIGUOUS: { meaning: 'two columns could be the same field', remedy: 'say which with `--map field=column`' },
  MAPPING_INCOMPLETE: {
    meaning: 'no column holds a field that every row needs',
    remedy: '`--map` its column, or `--set` a value',
  },
  MAPPING_INVALID: {
    meaning: 'the mapping file or `--map` is not valid',
    remedy: 'the message names the place; [mapping](mapping.md) describes it',
  },
  MAPPING_NONE: {
    meaning: 'no column is known',
    remedy: '`dcycle-upload inspect` shows what was understood; give `--map`',
  },
  MAPPING_NOT_SAVED: {
    meaning: "(`inspect --save-map`) there is no mapping to save, or its file is there or can't be written",
    remedy: 'choose a file that does not exist yet',
  },
  MAPPING_UNKNOWN_COLUMN: {
    meaning: 'the mapping names a column that the input does not have',
    remedy: 'the message names the nearest',
  },
  MAPPING_UNKNOWN_FIELD: {
    meaning: 'the mapping names a field that does not exist',
    remedy: 'the message names the nearest',
  },
  MAPPING_UNREADABLE: { meaning: "the mapping file can't be read", remedy: 'check its path, and that it is JSON' },
  NOT_THE_API: {
    meaning: 'what answers at the base URL is not the Logistics API: a redirect, a sign-in page; nothing was sent',
    remedy: 'check `--base-url` (`DCYCLE_BASE_URL`)',
  },
  MAX_ERRORS: {
    meaning: 'the run stopped at `--max-errors` (exit 7); what was accepted stays accepted',
    remedy: 'correct the rows, or `resume` to send the rest',
  },
  NOT_CALCULATED: {
    meaning: 'the API had not calculated every record when `--wait` ended (exit 8)',
    remedy: '`results` reads them later',
  },
  NOT_CONFIRMED: { meaning: 'the question before an upload was answered with no', remedy: '`--yes` does not ask' },
  NO_TERMINAL: {
    meaning: '`config init` asks, and there is no terminal',
    remedy: '`config set`, as the message shows',
  },
  OPTIONS_CONFLICT: { meaning: 'two options exclude each other', remedy: 'leave one out' },
  OPTIONS_EMPTY: { meaning: 'an option has no value', remedy: 'give it one' },
  OPTIONS_MISSING: { meaning: 'an option needs another one', remedy: 'the message names it' },
  ORGANIZATION_MISSING: {
    meaning: 'a row names no organisation, while a column says to which account rows go; nothing was sent',
    remedy: 'fill it in, or `--set organization=…` for such rows',
  },
  ORGANIZATION_UNKNOWN: {
    meaning: 'the key sees no organisation of a name, or several; nothing was sent',
    remedy: 'fix the name, or write the id',
  },
  ORGANIZATIONS_UNREADABLE: {
    meaning:
      'the rows cannot be shared out to organisations: by standard input, by columns of several names, by `|` or `=` in a name',
    remedy: 'as the message says',
  },
  OUTPUT_FAILED: {
    meaning: "a report can't be written any more (exit 5)",
    remedy: 'make room; what was sent stays sent, `resume` writes the reports again',
  },
  OUTPUT_FORMAT: { meaning: 'files of this kind are not written', remedy: 'write .csv, .jsonl or .xlsx' },
  OUTPUT_TAKEN: { meaning: 'a report would be written over an input or another report', remedy: 'choose another file' },
  OUTPUT_UNWRITABLE: { meaning: "a file can't be written there", remedy: 'choose another place' },
  PROFILE_INVALID: {
    meaning: 'the name of a profile holds other than letters, digits and `-_.`',
    remedy: 'choose another name',
  },
  PROFILE_UNKNOWN: {
    meaning: 'there is no such profile',
    remedy: 'the message lists them; `dcycle-upload config init` makes one',
  },
  PROXY_INVALID: {
    meaning: 'a proxy variable is not an address',
    remedy: 'give it with its scheme: `http://proxy.example:3128`',
  },
  REPLACE_INCOMPLETE: {
    meaning: '(`--replace`) new versions are stored, and earlier ones still, too (exit 5)',
    remedy:
      '`resume` deletes them when the list shows the new ones, calculated; where the API could not calculate these, fix the rows and upload them with `--replace`',
  },
  REPORT_NOT_PRINTED: {
    meaning: '(`--report page.pdf`) the browser made no PDF (exit 5); all other files are whole',
    remedy: 'write `--report page.html` and print it in any browser',
  },
  RUN_ELSEWHERE: {
    meaning: 'the run went to another API or organisation',
    remedy: 'set `DCYCLE_BASE_URL` and `DCYCLE_ORG_ID` to these',
  },
  RUN_NOT_RESUMABLE: {
    meaning: "the inputs of the run can't be read again, or its folder has gone",
    remedy: 'its rejected file holds what was not sent',
  },
  RUN_UNDONE: {
    meaning: '(`resume`, `results`) records of the run were deleted by `undo`',
    remedy: 'upload the file again: what is there still is not sent again',
  },
  RUN_UNKNOWN: { meaning: 'there is no such run, or several', remedy: '`dcycle-upload runs` lists them' },
  RUN_UNSETTLED: {
    meaning: '(`undo`) it is unknown whether the API stored some records of the run (exit 5); nothing was deleted',
    remedy: 'run `undo` again later, or end it by your word: `resume --assume`',
  },
  SETTING_INVALID: { meaning: "a setting can't have this value", remedy: 'write it as the message says' },
  SETTING_UNKNOWN: { meaning: 'there is no such setting', remedy: 'the message lists them' },
  SHEET_UNCLEAR: { meaning: 'several sheets of a workbook may be meant', remedy: 'say which with `--sheet`' },
  SHEET_UNKNOWN: { meaning: 'the workbook has no such sheet', remedy: 'the message lists them' },
  STOPPED: {
    meaning: 'the run stopped at `--stop-on-error` (exit 7); what was accepted stays accepted',
    remedy: 'correct the row, or `resume` to send the rest',
  },
  SOURCES_MIXED: {
    meaning: 'a file `.env` names the API or the organisation, and the key is kept elsewhere; nothing was sent',
    remedy: 'take the line out of `.env`, or give `--base-url` and `--org` yourself',
  },
  STATE_BUSY: {
    meaning: 'another process works on the ledger for too long',
    remedy: 'try again when its upload or repair has ended',
  },
  STATE_DAMAGED: {
    meaning: 'the ledger, which knows what was sent, is damaged; nothing more is sent',
    remedy: '`dcycle-upload doctor --repair` keeps what is whole, and says what is lost',
  },
  STATE_FAILED: {
    meaning: "the record of the run can't be written any more (exit 5)",
    remedy: 'make room in the state directory, then `resume`',
  },
  STATE_ON_NETWORK: {
    meaning: "the state directory is on a network file system, where locks can't be relied on",
    remedy: 'set `XDG_STATE_HOME` to a folder on a disk of this machine',
  },
  STATE_UNWRITABLE: {
    meaning: "the run can't be written down, and nothing was sent",
    remedy: 'set `XDG_STATE_HOME` to a folder that can be written',
  },
  TEMPORARY_FULL: {
    meaning: "the temporary copy of a stream can't be written",
    remedy: 'set `TMPDIR` to a folder with room',
  },
  TEMPORARY_UNWRITABLE: {
    meaning: 'no temporary file can be made',
    remedy: 'set `TMPDIR` to a folder that can be written',
  },
  SKIP_UNKNOWN_COLUMN: {
    meaning: '`--skip` or `--where` names a column that no input has',
    remedy: 'write the name as in the header, or the field that it is mapped to',
  },
  UNDO_INCOMPLETE: {
    meaning: '(`undo`) not all is deleted yet, or the list could not show that it is (exit 5)',
    remedy: 'run it again: it continues where it stopped',
  },
  UNIT_AMBIGUOUS: {
    meaning: 'a unit could be one of two: US or imperial gallons, metric or short tons',
    remedy: '`--gallon` or `--ton`, as the message says',
  },
  UNIT_OTHER: {
    meaning:
      "a column is mapped to a field that can't be in the unit that its name says, or has another unit below its name",
    remedy: 'map another column, or correct the unit',
  },
  USAGE: { meaning: 'the command line is not valid', remedy: '`dcycle-upload <command> --help`' },
} as const satisfies Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>;

export type RunErrorCode = keyof typeof runErrorTexts;
