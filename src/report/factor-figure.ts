import { decimals } from './format.ts';

/** A factor with five decimals, so that columns of them line up; a dash for one that is not known. */
export const factorFigure = (value: number | null): string => (value === null ? '–' : decimals(value, 5));
