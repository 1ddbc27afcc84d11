import type { Issue } from '../issues.ts';
import type { NotAccepted } from './destination.ts';

/** A valid record that was not sent, or that the API did not take. */
export const unsent = (reason: string): NotAccepted => ({
  fate: 'not-sent',
  issue: {
    code: 'NOT_SENT',
    stage: 'send',
    message: `not sent: ${reason}`,
    hint: 'the last line of the run says which command finishes the job',
  },
});

/** A record whose emissions can't be read back. */
export const unread = (reason: string): NotAccepted => ({
  fate: 'not-sent',
  issue: { code: 'NOT_SENT', stage: 'send', message: `not read back: ${reason}` },
});

/** A record that was sent, and nobody knows what became of it. */
export const uncertain = (reason: string): NotAccepted => ({
  fate: 'uncertain',
  issue: {
    code: 'UNCERTAIN',
    stage: 'send',
    message: `sent, but nobody knows whether it was taken: ${reason}`,
    hint: 'look the records up in Dcycle before you send them again: a shipment that is sent twice is stored twice',
  },
});

/** A record that the API refused. */
export const rejected = (error: string): NotAccepted => ({ fate: 'rejected', issue: rejection(error) });

const rejection = (error: string): Issue => ({
  code: 'API_REJECTED',
  stage: 'api',
  message: `the API rejected it: ${error}`,
  // Quoted parts are what one record has; without them, equal errors are one cause.
  cause: `the API rejected it: ${error.replace(/'[^']*'|"[^"]*"/g, '…')}`,
});
