import type { ShipmentRequest } from '../records/request.ts';
import type { ShipmentWords } from './shipment.ts';

/** The year that a leg's factors are chosen for. */
export const yearOf = ({ year, shipment_date: date }: Pick<ShipmentRequest, 'year' | 'shipment_date'>) =>
  year ?? (date === undefined ? undefined : Number(date.slice(0, 4)));

/** A request without its numbers. */
export const wordsOf = (request: ShipmentRequest): ShipmentWords => ({
  toc: request.toc,
  category: request.category,
  originCountry: request.origin_country,
  year: yearOf(request),
  origin: request.origin,
  destination: request.destination,
  originPostcode: request.origin_postcode,
  originRegion: request.origin_region,
  destinationCountry: request.destination_country,
  destinationPostcode: request.destination_postcode,
  destinationRegion: request.destination_region,
  loadUnit: request.load_unit,
  cleaning: request.cleaning,
  hasLoad: request.load !== undefined,
  hasTkm: request.tkm !== undefined,
  distanceKm: request.distance_km,
  loadFactor: request.load_factor,
});
