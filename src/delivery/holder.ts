/**
 * A run that keeps records of others from being sent: until it has found out what became of its own, or their deletion has ended. That of
 * a replacement of which nothing is left is ended by an upload that replaces (`replace`).
 */
export interface Holder {
  readonly runId: string;
  readonly by: 'resume' | 'undo' | 'undo of failed' | 'replace';
}

export const isUndo = ({ by }: Holder): boolean => by === 'undo' || by === 'undo of failed';

/** The command that ends what holds the records. */
export function freeingCommand({ runId, by }: Holder): string {
  const rest = by === 'undo of failed' ? ' --rows failed' : '';
  return `dcycle-upload ${by === 'resume' ? 'resume' : 'undo'} ${runId}${rest}`;
}
