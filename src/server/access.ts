import type { FastifyRequest } from 'fastify';
import type { Database } from '../state/database.ts';
import { ApiError, InvalidCall } from './api-error.ts';
import { hasOrganization, type Organization, organizationOfKey } from './store/organizations.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const header = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};

/**
 * The organisation that a call is made for, by its headers `x-api-key` and `x-organization-id`.
 *
 * @throws ApiError 401 without a key that is known, 404 for an organisation that is not, 403 for one that the key does
 *   not open; InvalidCall (422) where the organisation's id is missing or no UUID
 */
export function organizationOf(database: Database, request: FastifyRequest): Organization {
  const apiKey = header(request, 'x-api-key');
  const opened = apiKey === '' ? undefined : organizationOfKey(database, apiKey);
  if (opened === undefined) throw new ApiError(401, 'INVALID_API_KEY', 'Invalid API key');
  const id = header(request, 'x-organization-id');
  if (id === '') throw new InvalidCall([{ loc: ['header', 'x-organization-id'], msg: 'field required' }]);
  if (!uuid.test(id)) {
    throw new InvalidCall([{ loc: ['header', 'x-organization-id'], msg: 'value is not a valid uuid' }]);
  }
  if (id.toLowerCase() === opened.id) return opened;
  if (hasOrganization(database, id)) {
    throw new ApiError(403, 'FORBIDDEN', 'This API key does not belong to the organization');
  }
  throw new ApiError(404, 'ORGANIZATION_NOT_FOUND', `Organization with id=UUID('${id}') not found`);
}
