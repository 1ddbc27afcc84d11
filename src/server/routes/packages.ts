import * as z from 'zod';
import { notFound } from '../api-error.ts';
import type { App } from '../app.ts';
import { id, listOf, pageQuery, refusals } from '../contract/common.ts';
import { packageDetail, packagePage } from '../contract/replies.ts';
import type { Services } from '../services.ts';
import { findPackage, listPackages } from '../store/packages.ts';

const tags = ['Packages'];

/** Packages: the legs with the same `package_key`. */
export function addPackageRoutes(app: App, { database }: Services): void {
  app.get(
    '/v1/logistics/packages',
    {
      schema: {
        tags,
        summary: 'Packages; with their legs where package_key is given',
        querystring: z.object({
          ...pageQuery,
          movement_id: listOf(z.string()),
          client: listOf(z.string()),
          package_key: listOf(z.string()),
        }),
        response: { 200: packagePage, ...refusals },
      },
    },
    async ({ organization, query }) => listPackages(database, organization, query),
  );
  app.get(
    '/v1/logistics/packages/:package_id',
    {
      schema: {
        tags,
        summary: 'One package with its legs',
        params: z.object({ package_id: id }),
        response: { 200: packageDetail, ...refusals },
      },
    },
    async ({ organization, params }) => {
      const found = findPackage(database, organization, params.package_id);
      if (found === undefined) throw notFound('Package');
      return found;
    },
  );
}
