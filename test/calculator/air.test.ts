import { expect, test } from 'vitest';
import { geodesicKm } from '../../src/calculator/distances/geodesic.ts';
import { readAirports } from '../../src/calculator/places/airports.ts';
import { createCalculator, issueOf, shipmentOf } from '../support/calculator.ts';

const calculator = createCalculator();

// WGS84 geodesics between the positions of OurAirports, worked out with another program.
test.each([
  ['MAD', 'FRA', 1423.2],
  ['MAD', 'JFK', 5776.8],
  ['MAD', 'LHR', 1245.6],
  ['PVG', 'FRA', 8877.9],
  ['HKG', 'LAX', 11683.6],
  ['SIN', 'LHR', 10887.9],
  ['GRU', 'MAD', 8353.7],
  ['MEX', 'MAD', 9082.1],
  ['ORD', 'FRA', 6989.6],
  ['ANC', 'HKG', 8176.6],
])('from %s to %s are %d km, within 0.5', (origin, destination, km) => {
  const result = shipmentOf(calculator, { category: 'air', origin, destination, load: 1000 });
  expect(Math.abs((result.distanceKm ?? 0) - km)).toBeLessThanOrEqual(0.5);
  expect(result.distanceSourceText).toBe(`air: ${origin}-${destination}`);
});

// The same, known to a whole kilometre.
test.each([
  ['MAD', 'BCN', 484],
  ['FRA', 'JFK', 6205],
  ['LHR', 'JFK', 5555],
  ['BCN', 'CDG', 858],
  ['DXB', 'MAD', 5658],
  ['JFK', 'SFO', 4162],
  ['CDG', 'NRT', 9734],
  ['AMS', 'JNB', 8986],
])('from %s to %s are %d km', (origin, destination, km) => {
  const result = shipmentOf(calculator, { category: 'air', origin, destination, load: 1000 });
  expect(Math.round(result.distanceKm ?? 0)).toBe(km);
});

test('the airport of a place is the nearest large one within 100 km, else the nearest with scheduled service', () => {
  const airports = readAirports();
  const codeAt = (lat: number, lon: number) => airports.nearest({ lat, lon })?.airport.code;
  expect(codeAt(40.4168, -3.7038)).toBe('MAD');
  expect(codeAt(51.5074, -0.1278)).toBe('LHR');
  expect(codeAt(41.6561, -0.8773)).toBe('ZAZ');
});

test('places with the same airport have no distance by air', () => {
  const request = { category: 'air', origin: 'Madrid, Spain', destination: 'Getafe, Spain', load: 1 } as const;
  expect(issueOf(calculator, request)?.code).toBe('NO_DISTANCE');
});

test('geodesics cross the 180th meridian', () => {
  expect(geodesicKm({ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 })).toBeCloseTo(111.319, 2);
});
