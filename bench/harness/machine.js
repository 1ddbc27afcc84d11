import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export const describeMachine = () => ({
  cpu: cpus()[0]?.model.replaceAll(/\s+/g, ' ').trim() ?? 'unknown',
  cores: availableParallelism(),
  memory_mb: Math.round(totalmem() / 1024 / 1024),
  system: `${type()} ${release().split('-')[0]}`,
});
