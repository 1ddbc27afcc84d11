import { spawnSync } from 'node:child_process';

/** Whether a tool that a test needs is not there; on CI it must be, and the test fails. */
export const isMissing = (tool: string): boolean =>
  process.env['CI'] !== 'true' && spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0;
