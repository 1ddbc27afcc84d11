import type { Journey, Journeys } from '../../pipeline/journeys.ts';
import type { Plan } from '../../pipeline/plan.ts';
import { csvLine } from '../../report/files/csv-writer.ts';
import { createEncoder, dialectOf } from '../../report/files/dialect.ts';
import { OutputFile } from '../../report/files/output-file.ts';

/**
 * Writes the sums by shipment or package in the input's dialect: `<name>.by-shipment.csv`.
 *
 * @returns the file's name, for the summary; nothing where no sums were asked for
 * @throws RunError (exit 2) when it can't be written
 */
export async function writeJourneys(
  journeys: Journeys | undefined,
  path: string,
  { inputs }: Plan,
): Promise<{ readonly totals?: string | null }> {
  if (journeys === undefined) return {};
  if (journeys.size === 0) return { totals: null };
  const dialect = dialectOf(inputs);
  // Names of files are there where they tell rows apart, as in results and rejected rows.
  const fileOf = ({ input }: Journey): readonly string[] => (inputs.length > 1 ? [inputs[input]?.path ?? ''] : []);
  const file = OutputFile.create(path, '--by', { encoder: createEncoder(dialect), isNamed: false });
  file.write(
    csvLine(
      [
        journeys.idField,
        'client',
        ...(inputs.length > 1 ? ['_file'] : []),
        'legs',
        'legs_not_calculated',
        'co2e_kg',
        'co2e_wtt_kg',
        'co2e_ttw_kg',
        'tonne_km',
        'distance_km',
        'intensity_g_per_tkm',
      ],
      dialect,
    ),
  );
  for (const each of journeys.all()) {
    const { id, client, legs, missing, co2eKg, co2eWttKg, co2eTtwKg, tonneKm, distanceKm } = each;
    const intensity = tonneKm === 0 ? undefined : (co2eKg * 1000) / tonneKm;
    file.write(
      csvLine(
        [id, client, ...fileOf(each), legs, missing, co2eKg, co2eWttKg, co2eTtwKg, tonneKm, distanceKm, intensity],
        dialect,
      ),
    );
  }
  await file.commit();
  return { totals: path };
}
