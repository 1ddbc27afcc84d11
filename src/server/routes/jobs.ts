import * as z from 'zod';
import { notFound } from '../api-error.ts';
import type { App } from '../app.ts';
import { id, listOf, pageQuery, refusals } from '../contract/common.ts';
import { job, jobPage } from '../contract/replies.ts';
import type { Services } from '../services.ts';
import { findJob, jobStatuses, listJobs } from '../store/jobs.ts';

const tags = ['Processing jobs'];

/** Processing jobs: documented as what they are, their endpoints are this server's own. */
export function addJobRoutes(app: App, { database }: Services): void {
  app.get(
    '/v1/processing-jobs',
    {
      schema: {
        tags,
        summary: 'Processing jobs, the newest first',
        querystring: z.object({ ...pageQuery, status: listOf(z.enum(jobStatuses)), file_id: listOf(id) }),
        response: { 200: jobPage, ...refusals },
      },
    },
    async ({ organization, query }) => listJobs(database, organization, query),
  );
  app.get(
    '/v1/processing-jobs/:job_id',
    {
      schema: {
        tags,
        summary: 'One processing job',
        params: z.object({ job_id: id }),
        response: { 200: job, ...refusals },
      },
    },
    async ({ organization, params }) => {
      const found = findJob(database, organization, params.job_id);
      if (found === undefined) throw notFound('Processing job');
      return found;
    },
  );
}
