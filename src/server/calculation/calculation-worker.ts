/**
 * A thread that calculates, so that the server answers meanwhile: gazetteer and networks are read, and distances found,
 * without holding up a call.
 */
import { parentPort } from 'node:worker_threads';
import type { Assumption } from '../../calculator/assumption.ts';
import { isGiven } from '../../calculator/distances/distance-source.ts';
import type { ShipmentEmissions } from '../../calculator/shipment.ts';
import { createCalculator } from '../../index.ts';
import type { ShipmentRequest } from '../../records/request.ts';
import type { Answer, Question } from './calculations.ts';
import type { Outcome } from './outcome.ts';

const calculator = createCalculator();

/** What assumptions are about, in the names of fields where they are fields. */
const fieldOf = ({ subject }: Assumption): string => (subject === 'distance' ? 'distance_km' : subject);

function estimatedOf({ assumptions, distanceSource }: ShipmentEmissions): readonly string[] {
  const fields = assumptions.map(fieldOf);
  if (!isGiven(distanceSource)) fields.push('distance_km');
  return [...new Set(fields)];
}

function outcomeOf(request: ShipmentRequest): Outcome {
  const calculated = calculator.shipment(request);
  if (!calculated.ok) {
    const { code, message } = calculated.issue;
    // To the API, a vehicle type that is unknown is none.
    return { ok: false, code: code === 'UNKNOWN_TOC' ? 'NO_TOC' : code, message };
  }
  const { value } = calculated;
  return {
    ok: true,
    co2eKg: value.co2eKg,
    tonneKm: value.tonneKm,
    distanceKm: value.distanceKm ?? null,
    loadKg: value.loadT === undefined ? null : value.loadT * 1000,
    toc: value.toc,
    category: value.category,
    estimated: estimatedOf(value),
  };
}

function answer(question: Question): Answer['answer'] {
  if ('shipments' in question) return question.shipments.map(outcomeOf);
  const found = calculator.places.resolve(question.address);
  return found.ok ? found.place.country : null;
}

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  parentPort?.postMessage({ id, answer: answer(question) } satisfies Answer);
});
