import { FuelCatalogue } from '../../calculator/recharge.ts';
import { readFuels } from '../../calculator/data.ts';
import { Limits } from '../../calculator/limits.ts';
import { lazily } from '../../mapping/vocabulary.ts';
import type { Plan } from '../../pipeline/plan.ts';
import type { Bounds } from '../../pipeline/plausibility.ts';
import type { Category } from '../../records/request.ts';
import type { ChosenTarget } from './create-destination.ts';

/**
 * What is known of plausible values, by the embedded data. Given distances are compared with places where those are looked up anyway,
 * as some row needs it, or with `--strict`: reading the gazetteer takes longer than calculating a small file.
 */
export function createBounds(plan: Plan, target: ChosenTarget, isStrict: boolean): Bounds {
  const knowsPlaces = isStrict || plan.inputs.some(({ asksDistances }) => asksDistances);
  const limits = lazily(() => new Limits());
  const soldIn = unitsOfFuels(plan);
  return {
    purchase: (fuel, unit, hasPlate) => {
      const own = soldIn(fuel);
      const known = unit ?? own;
      return known === undefined ? undefined : limits().purchase(known, own, hasPlate);
    },
    payloadT: (toc, category, country) => limits().payloadT(toc, category as Category | undefined, country),
    distance: target.mode === 'local' && knowsPlaces ? target.destination.distanceLimits : undefined,
  };
}

/** The unit that a fuel is sold in, in lower case: by its name or by its id. */
function unitsOfFuels({ kind, inputs, readingOf }: Plan): (fuel: string) => string | undefined {
  if (kind.isTransport) return () => undefined;
  const [first] = inputs;
  const byId = first === undefined ? undefined : readingOf(first).options.fuelUnits;
  const catalogue = lazily(() => new FuelCatalogue(readFuels()));
  return (fuel) => byId?.get(fuel.toLowerCase()) ?? catalogue().find(fuel)?.unit.toLowerCase();
}
