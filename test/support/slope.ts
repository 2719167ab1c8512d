/**
 * The line that fits best through samples taken at equal distances, and how sure that is: what
 * grows shows as a slope whose bounds do not hold 0.
 *
 * Source: ordinary least squares; Student's t, one-sided 95 %.
 */

export interface Slope {
  /** Growth from one sample to the next. */
  readonly perSample: number;
  /** With a confidence of 95 % it is not more than that. */
  readonly upper: number;
}

/** Student's t, by degrees of freedom; beyond the last one the difference does not matter. */
const T95: readonly number[] = [
  Number.POSITIVE_INFINITY,
  ...[6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812],
  ...[1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74, 1.734, 1.729, 1.725],
];
const T95_MANY = 1.725;

export function slopeOf(samples: readonly number[]): Slope {
  const count = samples.length;
  const middle = (count - 1) / 2;
  const mean = samples.reduce((sum, one) => sum + one, 0) / count;
  let [spread, common] = [0, 0];
  samples.forEach((one, at) => {
    spread += (at - middle) ** 2;
    common += (at - middle) * (one - mean);
  });
  const perSample = common / spread;
  const rest = samples.reduce((sum, one, at) => {
    return sum + (one - mean - perSample * (at - middle)) ** 2;
  }, 0);
  const error = Math.sqrt(rest / (count - 2) / spread);
  const t = T95[count - 2] ?? T95_MANY;
  return { perSample, upper: perSample + t * error };
}
