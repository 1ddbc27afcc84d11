// Writes the JSON Schemas of what the tool prints and reads, from the zod schemas that define them: `npm run schemas`.
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { factorFileSchema } from '../dist/calculator/factor-file.js';
import { configFileSchema } from '../dist/config/config-file.js';
import { mappingFileSchema } from '../dist/mapping/mapping-file.js';
import { doctorDocumentSchema } from '../dist/report/doctor-document.js';
import { errorRowSchema } from '../dist/report/files/error-row-schema.js';
import { fuelsDocumentSchema } from '../dist/report/fuels-document.js';
import { hubsDocumentSchema } from '../dist/report/hubs-document.js';
import { footprintSchema } from '../dist/report/ileap/footprint-schema.js';
import { logEventSchema } from '../dist/report/log/log-event.js';
import { mapDocumentSchema } from '../dist/report/map-document.js';
import { settingsDocumentSchema } from '../dist/report/settings-document.js';
import { sharesDocumentSchema } from '../dist/report/shares.js';
import { summarySchema } from '../dist/report/summary-schema.js';
import { supportBundleSchema } from '../dist/report/support/support-bundle.js';
import { tocsDocumentSchema } from '../dist/report/tocs-document.js';
import { accountResultsSchema } from '../dist/report/account-results-document.js';
import { undoDocumentSchema } from '../dist/report/undo-document.js';
import { verifyDocumentSchema } from '../dist/report/verify-document.js';

/** The schemas by file name. */
export const schemas = {
  'summary-2.json': [summarySchema, 'The document that --json prints'],
  'error-row-1.json': [errorRowSchema, 'One line of an error report in JSON Lines'],
  'factors-1.json': [factorFileSchema, 'A file of emission factors: --factors factors.json'],
  'log-event-1.json': [logEventSchema, 'One line of a log: --log-file run.log'],
  'mapping-1.json': [mappingFileSchema, 'A mapping file: --map mapping.json'],
  'map-1.json': [mapDocumentSchema, 'The document that map --json prints'],
  'config-1.json': [configFileSchema, 'The configuration file'],
  'settings-1.json': [settingsDocumentSchema, 'The document that config show --json prints'],
  'doctor-1.json': [doctorDocumentSchema, 'The document that doctor --json prints'],
  'ileap-footprint-1.json': [footprintSchema, 'One line of the file that --ileap writes'],
  'tocs-1.json': [tocsDocumentSchema, 'The document that tocs --json prints'],
  'fuels-1.json': [fuelsDocumentSchema, 'The document that fuels --json prints'],
  'hubs-1.json': [hubsDocumentSchema, 'The document that hubs --json prints'],
  'organizations-1.json': [
    sharesDocumentSchema,
    'The document that --json prints where rows name several organisations',
  ],
  'undo-1.json': [undoDocumentSchema, 'The document that undo --json prints'],
  'account-results-1.json': [accountResultsSchema, 'The document that results --account --json prints'],
  'verify-1.json': [verifyDocumentSchema, 'The document that verify --json prints'],
  'support-bundle-1.json': [supportBundleSchema, 'The file that support-bundle writes'],
};

/** A schema as it stands in its file. */
export function toText([schema, title]) {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const [name, entry] of Object.entries(schemas)) writeFileSync(new URL(name, import.meta.url), toText(entry));
}
