const fiveDecimals = new Intl.NumberFormat('en', { minimumFractionDigits: 5, maximumFractionDigits: 5 });

/** A factor with five decimals, so that columns of them line up; a dash for one that is not known. */
export const factorFigure = (value: number | null): string => (value === null ? '–' : fiveDecimals.format(value));
