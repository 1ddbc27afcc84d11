import type { EnergyFactor } from '../../calculator/energy-carrier.ts';
import type { ShipmentSelection } from '../../calculator/shipment-figures.ts';
import { decimal } from './decimal.ts';

/** A transport operation category of iLEAP 1.0.0, and what its envelope needs besides. */
export interface OperationCategory {
  readonly data: ReturnType<typeof dataOf>;
  readonly sources: readonly string[];
  /** ISO dates of the legs that it was used for. */
  from: string;
  until: string;
}

/** The id of the category of a leg: its vehicle type and the figures that it is calculated with. */
export const tocIdOf = ({ toc, factorRegion, factorSource }: ShipmentSelection): string =>
  [toc, factorSource, factorRegion]
    .map((part) =>
      part
        .toLowerCase()
        .replaceAll(/[^\p{L}\d._]+/gu, '-')
        .replaceAll(/^-|-$/g, ''),
    )
    .join(':');

/** The category of a leg. */
export function categoryOf(
  tocId: string,
  selection: ShipmentSelection,
  energy: EnergyFactor,
): Omit<OperationCategory, 'from' | 'until'> {
  return {
    data: dataOf(tocId, selection, energy),
    sources: selection.publications.map((publication) =>
      'year' in publication ? `${publication.set} ${String(publication.year)}` : publication.set,
    ),
  };
}

function dataOf(tocId: string, selection: ShipmentSelection, energy: EnergyFactor) {
  const { toc, wtwKgPerTkm, ttwKgPerTkm = 0, factorSource, factorRegion } = selection;
  return {
    tocId,
    description: `${toc}: average of ${factorSource} (${factorRegion})`,
    mode: 'Road' as const,
    ...(/refrigerated/.test(toc) ? { temperatureControl: 'refrigerated' as const } : {}),
    energyCarriers: [
      {
        energyCarrier: energy.carrier,
        relativeShare: '1' as const,
        energyConsumptionUnit: energy.unit,
        emissionFactorWTW: decimal(energy.wtwKgPerUnit),
        emissionFactorTTW: decimal(energy.ttwKgPerUnit),
      },
    ],
    co2eIntensityWTW: decimal(wtwKgPerTkm),
    co2eIntensityTTW: decimal(ttwKgPerTkm),
    transportActivityUnit: 'tkm' as const,
  };
}
