/** Medians, quantiles and means of small lists of figures, and of nothing else. */

import type { Figure } from "./plan.ts";

/** The value in the middle; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The smallest value that at least `share` of all values (0 < share <= 1) do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = Math.ceil(sorted.length * share) - 1;
  return sorted[Math.max(0, Math.min(sorted.length - 1, index))] ?? Number.NaN;
}

/** The root of the product: the mean for ratios, which is the same whichever way they divide. */
export function geometricMean(values: readonly number[]): number {
  const logs = values.reduce((sum, value) => sum + Math.log(value), 0);
  return Math.exp(logs / values.length);
}

/** Median by median; the spread is the widest that the two spreads allow. */
export function quotient(above: Figure | undefined, below: Figure | undefined): Figure {
  if (above === undefined || below === undefined) throw new Error("a quotient needs two figures");
  return {
    median: above.median / below.median,
    min: above.min / below.max,
    max: above.max / below.min,
    rounds: Math.min(above.rounds, below.rounds),
  };
}

/** The geometric mean of medians, of minima and of maxima. */
export function meanFigure(figures: readonly Figure[]): Figure {
  const mean = (key: keyof Figure) => geometricMean(figures.map((figure) => figure[key]));
  return {
    median: mean("median"),
    min: mean("min"),
    max: mean("max"),
    rounds: Math.min(...figures.map(({ rounds }) => rounds)),
  };
}
