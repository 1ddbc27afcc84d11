import { version } from '../../version.ts';
import type { App } from '../app.ts';
import { health } from '../contract/replies.ts';
import type { Services } from '../services.ts';
import { countUnfinishedJobs } from '../store/jobs.ts';

/** `GET /healthz`, for monitoring; needs no key. */
export function addHealth(app: App, { database }: Services): void {
  app.get(
    '/healthz',
    { schema: { tags: ['Server'], summary: 'Whether the server works', security: [], response: { 200: health } } },
    async () => ({ status: 'ok', version, unfinished_jobs: countUnfinishedJobs(database) }) as const,
  );
}
