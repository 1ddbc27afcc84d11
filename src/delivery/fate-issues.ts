import type { Issue } from '../issues.ts';

/** Of a valid record that was not sent, or that the API did not take. */
export const unsent = (reason: string): Issue => ({
  code: 'NOT_SENT',
  stage: 'send',
  message: `not sent: ${reason}`,
  hint: 'the last line of the run says which command finishes the job',
});

/** Of a record whose emissions can't be read back. */
export const unread = (reason: string): Issue => ({
  code: 'NOT_SENT',
  stage: 'send',
  message: `not read back: ${reason}`,
});

/** Of a record that was sent and is uncertain. */
export const uncertain = (reason: string): Issue => ({
  code: 'UNCERTAIN',
  stage: 'send',
  message: `sent; whether the API stored it is unknown: ${reason}`,
  hint: 'resume looks it up again; --assume stored or missing ends it after a look in Dcycle: a shipment that is sent twice is stored twice',
});

/** Of a record that the account was asked for before sending (`--verify`), and may have. */
export const unverified = (reason: string): Issue => ({
  code: 'UNCERTAIN',
  stage: 'send',
  message: `not sent in this run, as it is unknown whether the account has it already: ${reason}`,
  hint: 'resume asks again; --assume stored or missing ends it after a look in Dcycle: a shipment that is sent twice is stored twice',
});

/** Of a record that the API refused. */
export const rejected = (error: string): Issue => ({
  code: 'API_REJECTED',
  stage: 'api',
  message: `the API rejected it: ${error}`,
  // Quoted parts are what one record has; without them, equal errors are one cause.
  cause: `the API rejected it: ${error.replace(/'[^']*'|"[^"]*"/g, '…')}`,
});

/** Of a record that the API has more often than it was sent. */
export const storedTwice = (id: string, surplus: readonly string[]): Issue => ({
  code: 'STORED_TWICE',
  stage: 'api',
  message: `the API has it ${String(surplus.length + 1)} times: as ${id}, and as ${surplus.join(', ')}`,
  cause: 'the API has it more than once',
  isStored: true,
  hint: 'delete what is too much in Dcycle',
});

/** What the results say of a record that a list did not tell from another. */
export const idOfAnother = 'the id may be that of another record that the list does not tell from it';
