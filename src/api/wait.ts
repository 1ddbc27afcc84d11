/**
 * Why no call is made for a while: the API asked for it, a failed call is tried again later, the user's `--rate`, another
 * look for records that may be stored, another run that sends the same records, another look for calculated emissions.
 */
export type WaitReason = 'retry-after' | 'backoff' | 'rate' | 'look-up' | 'other run' | 'calculation';

/** Waits, or returns early when the run is interrupted. */
export type Wait = (delayMs: number, reason: WaitReason) => Promise<'waited' | 'interrupted'>;
