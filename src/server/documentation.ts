import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { version } from '../version.ts';
import type { App } from './app.ts';

const description = `Dcycle's bulk Logistics API, served by dcycle-upload over its embedded calculator.
Emissions are kg CO2e, distances km, dates ISO 8601. Every call carries the headers x-api-key and x-organization-id.`;

const zodToJsonConfig = {
  unrepresentable: 'any',
  override({ jsonSchema }: { jsonSchema: { minimum?: number; maximum?: number } }): void {
    // Zod's own bounds of whole numbers say nothing of the API.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

/** Nothing from elsewhere; the page sets styles of its own. */
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; " +
  "base-uri 'self'; frame-ancestors 'none'";

/** `GET /openapi.json`, made from the schemas that calls are checked with, and `GET /docs` to read it. */
export async function addDocumentation(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'dcycle-upload serve', version, description },
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          organization: { type: 'apiKey', in: 'header', name: 'x-organization-id' },
        },
      },
      security: [{ apiKey: [], organization: [] }],
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig }),
    transformObject: addSchemas,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentSecurityPolicy,
    // The badge of a validator elsewhere would send the document there.
    uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
    theme: { title: 'dcycle-upload serve' },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json').send(app.swagger()),
  );
}

/** Every schema comes as what is sent and as what is received; only those that something refers to are left. */
const addSchemas: SwaggerTransformObject = (source) => {
  const document = createJsonSchemaTransformObject({ zodToJsonConfig })(source);
  const text = JSON.stringify(document);
  const schemas = ('components' in document ? document.components?.schemas : undefined) ?? {};
  for (const name of Object.keys(schemas)) {
    if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  }
  return document;
};
