import { setTimeout as delay } from 'node:timers/promises';
import type { Wait, WaitReason } from '../../api/wait.ts';
import type { CommandContext } from '../context.ts';

/** Waits by the time of this machine. */
export const sleepHere = async (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal });

/**
 * Waits that end early when the run is interrupted.
 *
 * @param onWait is told of each, and returns what is to be done at its end
 */
export const createWait =
  (
    { interrupted, sleep = sleepHere }: Pick<CommandContext, 'interrupted' | 'sleep'>,
    onWait: (delayMs: number, reason: WaitReason) => () => void,
  ): Wait =>
  async (delayMs, reason) => {
    const ended = onWait(delayMs, reason);
    try {
      await sleep(delayMs, interrupted);
      return 'waited';
    } catch {
      return 'interrupted';
    } finally {
      ended();
    }
  };
