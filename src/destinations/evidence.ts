import type { Assumption } from '../calculator/assumption.ts';
import { type DistanceSource, isGiven } from '../calculator/distances/distance-source.ts';

/**
 * The weakest part of what a figure is based on, the strongest first: all that it needs is in the row; a number was brought to another
 * unit; a place or a distance was worked out; a default was taken for what the row does not say.
 */
export const evidences = ['given', 'converted', 'worked out', 'assumed'] as const;
export type Evidence = (typeof evidences)[number];

/**
 * Where energy or intensity comes from, as ISO 14083 calls it: primary data are energy that was measured, modelled data an intensity
 * of the user's own, default data an average of a publication. How a distance was found is another question.
 */
export const dataKinds = ['primary', 'modelled', 'default'] as const;
export type DataKind = (typeof dataKinds)[number];

/** What one assumption makes of a figure; some change none. */
function weightOf({ subject, kind }: Assumption): Exclude<Evidence, 'converted'> {
  if (subject === 'place') return 'worked out';
  // CO2 from biomass is outside of the total; tonne-kilometres that are given need no distance.
  if (subject === 'biogenic' || kind === 'unknown distance') return 'given';
  return subject === 'distance' && kind !== 'within town' ? 'worked out' : 'assumed';
}

/** What a figure is based on, but for the units of its numbers, and what that is about: each subject once. */
export function evidenceOf(
  assumptions: readonly Assumption[],
  distanceSource?: DistanceSource,
): { readonly evidence: Exclude<Evidence, 'converted'>; readonly assumed: readonly Assumption['subject'][] } {
  const isEstimated = distanceSource !== undefined && !isGiven(distanceSource);
  const weights = assumptions.map(weightOf);
  const counted = assumptions.filter((_each, at) => weights[at] !== 'given').map(({ subject }) => subject);
  const assumed = [...new Set([...counted, ...(isEstimated ? (['distance'] as const) : [])])];
  const evidence = weights.includes('assumed') ? 'assumed' : assumed.length > 0 ? 'worked out' : 'given';
  return { evidence, assumed };
}
