import { Calculator, placeSources, type Words } from '../../calculator/calculator.ts';
import type { VehicleType } from '../../calculator/catalogue.ts';
import type { Router, RouterSettings } from '../../calculator/distances/router.ts';
import type { Place } from '../../calculator/places/place.ts';
import { Places } from '../../calculator/places/places.ts';
import type { LocalDestination, Prepare } from '../../destinations/local.ts';
import { readCountryText } from '../../mapping/countries.ts';
import { createSuggester, nearestNames } from '../../mapping/names.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { ShipmentRequest } from '../../records/request.ts';
import { assumptionText } from '../../report/words/assumption-text.ts';
import { distanceSourceText } from '../../report/words/distance-source-text.ts';
import { placeText } from '../../report/words/place-text.ts';
import type { CommandContext } from '../context.ts';
import type { UploadOptions } from '../upload-options.ts';

/** Of one question to a router. */
const routerTimeoutMs = 30_000;

/** What the calculator knows of names. */
const createWords = (): Words => ({
  readCountry: readCountryText,
  nearestNames,
  suggest: createSuggester(),
  placeText,
});

/**
 * Makes the calculator that the options describe, and what has to be asked before a chunk is calculated.
 *
 * @throws RunError (exit 2) for a factor or hub file that is not valid, or an account that was not synced
 */
export async function createLocalCalculator(
  options: UploadOptions,
  context: CommandContext,
): Promise<{ readonly calculator: Calculator; readonly prepare: Prepare | undefined }> {
  const { factors, hubs, homeCountry, intraCityKm, avoid, palletKg, teuT, router: address, concurrency } = options;
  const words = createWords();
  const router = address === undefined ? undefined : await createRouter({ ...address, concurrency });
  const calculator = new Calculator(words, {
    intraCityKm,
    palletKg,
    teuT,
    homeCountry: homeCountry?.toUpperCase(),
    avoid,
    vehicleTypes: factors === undefined ? undefined : await readVehicleTypes(factors, options, context),
    ownTypesOnly: factors === 'account',
    accountFuels: await readFuels(options, context),
    hubs: hubs === undefined ? [] : await readOwnPlaces(hubs, words, context),
    routed: router === undefined ? undefined : (from, to) => router.get(from, to),
  });
  return { calculator, prepare: router === undefined ? undefined : askFirst(calculator, router) };
}

// What only some runs need is loaded here.

async function readVehicleTypes(
  factors: string,
  options: UploadOptions,
  context: CommandContext,
): Promise<readonly VehicleType[]> {
  if (factors !== 'account') return (await import('../../calculator/factor-file.ts')).readFactorFile(factors);
  const { readAccountVehicleTypes } = await import('../catalogue/account-catalogue.ts');
  return readAccountVehicleTypes(options, context);
}

async function readFuels(options: UploadOptions, context: CommandContext): Promise<ReadonlyMap<string, string>> {
  if (options.org === undefined) return new Map();
  return (await import('../catalogue/account-catalogue.ts')).readAccountFuels(options, context);
}

async function readOwnPlaces(path: string, words: Words, context: CommandContext): Promise<readonly Place[]> {
  const { readHubs } = await import('./read-hubs.ts');
  return readHubs(path, new Places(placeSources(words, [])), context.stdin);
}

async function createRouter(settings: Omit<RouterSettings, 'timeoutMs'>): Promise<Router> {
  const { Router: RoadRouter } = await import('../../calculator/distances/router.ts');
  return new RoadRouter({ ...settings, timeoutMs: routerTimeoutMs });
}

/** The embedded calculator as the end of a run. */
export async function createLocalDestination(
  kind: RecordKind,
  options: UploadOptions,
  context: CommandContext,
): Promise<LocalDestination> {
  const { calculator, prepare } = await createLocalCalculator(options, context);
  const words = { assumptionText, distanceSourceText };
  if (kind.isTransport) {
    return (await import('../../destinations/local-shipments.ts')).localShipments(calculator, words, prepare);
  }
  return (await import('../../destinations/local-recharges.ts')).localRecharges(calculator, words);
}

/** The router is asked for all pairs of a chunk at once: one after the other, each would wait for the one before. */
const askFirst =
  (calculator: Calculator, router: Router): Prepare =>
  async (records) => {
    const pairs: { from: Place; to: Place }[] = [];
    for (const record of records) {
      const pair = calculator.roadOf(record as ShipmentRequest);
      if (pair !== undefined) pairs.push(pair);
    }
    await router.ask(pairs);
  };
