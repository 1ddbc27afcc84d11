import { setTimeout as delay } from 'node:timers/promises';
import type { Wait, WaitReason } from '../../api/wait.ts';

/**
 * Waits that end early when the run is interrupted.
 *
 * @param onWait hears of each, and returns what is to be done at its end
 */
export const createWait =
  (interrupted: AbortSignal, onWait: (delayMs: number, reason: WaitReason) => () => void): Wait =>
  async (delayMs, reason) => {
    const ended = onWait(delayMs, reason);
    try {
      await delay(delayMs, undefined, { signal: interrupted });
      return 'waited';
    } catch {
      return 'interrupted';
    } finally {
      ended();
    }
  };
