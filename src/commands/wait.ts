import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or returns early when the run is interrupted. */
export const createWait =
  (interrupted: AbortSignal) =>
  (delayMs: number): Promise<'waited' | 'interrupted'> =>
    delay(delayMs, undefined, { signal: interrupted }).then(
      () => 'waited',
      () => 'interrupted',
    );
