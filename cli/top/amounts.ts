/** Amounts: numbers for people, in at most seven columns each. What is not known is "–". */

export const UNKNOWN = "–";

/** 0, 7, 99 999, then 123k, 4.6M, 12M; a rate below ten has one decimal. */
export function count(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  if (value < 0) return `-${count(-value)}`;
  if (value < 10 && !Number.isInteger(value)) return value < 0.05 ? "0" : value.toFixed(1);
  if (value < 99_999.5) return String(Math.round(value));
  if (value < 999_500) return `${Math.round(value / 1e3)}k`;
  return scaled(value, [
    [1e6, "M"],
    [1e9, "G"],
    [1e12, "T"],
  ]);
}

/** "1 actor", "312k actors". */
export function countOf(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** <1 µs, 850 µs, 1.2 ms, 120 ms, 4.2 s, 42 s, 12 min, 3.5 h, 20 d. */
export function time(us: number | undefined): string {
  if (us === undefined) return UNKNOWN;
  if (us < 1) return "<1 µs";
  return scaled(us, [
    [1, " µs"],
    [1e3, " ms"],
    [1e6, " s"],
    [6e7, " min"],
    [3.6e9, " h"],
    [8.64e10, " d"],
  ]);
}

/** 640 kB, 45 MB, 1.2 GB. */
export function kilobytes(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return scaled(value, [
    [1, " kB"],
    [2 ** 10, " MB"],
    [2 ** 20, " GB"],
  ]);
}

export function percent(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${Math.round(value)} %`;
}

/** By the largest unit of which there is one at least; two digits, or whole ones. */
function scaled(value: number, units: readonly (readonly [size: number, name: string])[]): string {
  const [first = [1, ""] as const] = units;
  const fits = units.filter(([size]) => value >= size * 0.9995);
  const [size, name] = fits.at(-1) ?? first;
  const amount = value / size;
  const whole = amount >= 9.95 || size === first[0];
  return `${whole ? Math.round(amount) : Number(amount.toFixed(1))}${name}`;
}
