import { Calculator } from '../../calculator/calculator.ts';
import type { VehicleType } from '../../calculator/catalogue.ts';
import type { Router, RouterSettings } from '../../calculator/distances/router.ts';
import type { Place, PlaceResult } from '../../calculator/places/place.ts';
import type { LocalDestination, Prepare } from '../../destinations/local.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { ShipmentRequest } from '../../records/request.ts';
import { assumptionText } from '../../report/words/assumption-text.ts';
import { distanceSourceText } from '../../report/words/distance-source-text.ts';
import type { CommandContext } from '../context.ts';
import { createPlaces, createWords } from '../create-places.ts';
import type { UploadOptions } from '../upload-options.ts';

/** Of one question to a router. */
const routerTimeoutMs = 30_000;

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
    hubs: hubs === undefined ? [] : await readOwnPlaces(hubs, context),
    accountHubs: await readAccountPlaces(options, context),
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

async function readOwnPlaces(path: string, context: CommandContext): Promise<readonly Place[]> {
  const { readHubs } = await import('./read-hubs.ts');
  return readHubs(path, createPlaces(), context.stdin);
}

async function readAccountPlaces(
  options: UploadOptions,
  context: CommandContext,
): Promise<ReadonlyMap<string, PlaceResult>> {
  if (options.org === undefined) return new Map();
  const { readAccountHubs } = await import('../catalogue/account-catalogue.ts');
  const hubs = (await readAccountHubs(options, context)) ?? [];
  if (hubs.length === 0) return new Map();
  const { placeOfHub } = await import('../catalogue/hub-places.ts');
  const places = createPlaces();
  return new Map(hubs.map((hub) => [hub.name, placeOfHub(hub, places)]));
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
