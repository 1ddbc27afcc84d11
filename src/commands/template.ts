import { writeFile } from 'node:fs/promises';
import { errorMessage, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { kinds } from '../records/kinds.ts';
import { printable } from '../issues.ts';
import { csvLine } from '../report/files/csv-writer.ts';
import { standardOutput } from '../report/files/reports.ts';
import { commandLineFor } from './upload/command-line.ts';
import type { CommandContext } from './context.ts';
import { showFailure } from './show-summary.ts';
import type { TemplateOptions } from './template-command.ts';

/** Records as a carrier has them: two legs of one shipment, and a row with no more than is needed. */
const examples: Readonly<Record<RecordKind['name'], readonly Fields[]>> = {
  requests: [
    {
      origin: 'Getafe, Spain',
      destination: 'Madrid, Spain',
      distance_km: 18,
      load: 850,
      load_unit: 'kg',
      toc: 'van_diesel',
      category: 'road',
      origin_country: 'ES',
      year: 2025,
      cleaning: false,
      movement_id: 'MOV-2025-001234',
      client: 'Transportes Núñez, S.L.',
      shipment_date: '2025-06-16',
      movement_stretch: '1',
      movement_stage: 'pickup',
      vehicle_license_plate: '1234-ABC',
      subcontractor: false,
      package_key: 'PKG-2025-123456',
    },
    {
      origin: 'Madrid, Spain',
      destination: 'Barcelona, Spain',
      distance_km: 621,
      load: 850,
      load_unit: 'kg',
      toc: 'artic_truck_diesel',
      category: 'road',
      origin_country: 'ES',
      year: 2025,
      cleaning: false,
      movement_id: 'MOV-2025-001234',
      client: 'Transportes Núñez, S.L.',
      shipment_date: '2025-06-17',
      movement_stretch: '2',
      movement_stage: 'long_haul',
      vehicle_license_plate: '5678-DEF',
      trailer_license_plate: 'R-4321-GHJ',
      subcontractor: true,
      package_key: 'PKG-2025-123456',
    },
    { distance_km: 350, load: 12.5, load_unit: 'ton', category: 'rail', movement_id: 'MOV-2025-001235' },
  ],
  recharges: [
    {
      fuel_id: 'f51a1645-c201-43da-9dcd-6408be3cb517',
      country: 'ES',
      date: '2025-06-15',
      quantity: 50.5,
      vehicle_license_plate: '1234-ABC',
    },
    {
      fuel_id: 'f51a1645-c201-43da-9dcd-6408be3cb517',
      country: 'PT',
      date: '2025-06-16',
      quantity: 612.3,
      vehicle_license_plate: '5678-DEF',
    },
  ],
};

/** `template`: a file with every field and example rows, ready to be filled in. */
export async function template(
  kindName: RecordKind['name'],
  { out = standardOutput, format }: TemplateOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const text = format === 'csv' ? asCsv(kindName) : asJsonLines(kindName);
  if (out === standardOutput) {
    terminal.out(text);
    return ExitCode.ok;
  }
  try {
    await writeFile(out, text, { flag: 'wx' });
    const next = commandLineFor([kindName], [], out, ['--dry-run']);
    terminal.err(`wrote ${printable(out)}; fill it in and check it: ${printable(next)}\n`);
    return ExitCode.ok;
  } catch (error) {
    const failure = usageError(
      'OUTPUT_UNWRITABLE',
      `${out} can't be written: ${errorMessage(error)}`,
      'choose a file that does not exist yet',
    );
    showFailure(failure, {}, terminal);
    return failure.exitCode;
  }
}

function asCsv(kindName: RecordKind['name']): string {
  const fields = Object.keys(kinds[kindName].fields);
  const rows = examples[kindName].map((record) =>
    csvLine(
      fields.map((field) => {
        const value = record[field];
        return typeof value === 'boolean' ? String(value) : value;
      }),
    ),
  );
  return csvLine(fields) + rows.join('');
}

const asJsonLines = (kindName: RecordKind['name']): string =>
  examples[kindName].map((record) => `${JSON.stringify(record)}\n`).join('');
