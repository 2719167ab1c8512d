/**
 * Releases of Node and how long they are supported, as data, and what follows from a date.
 *
 * @source the schedule of Node's release working group, github.com/nodejs/Release, November 2026.
 */

export interface Release {
  readonly major: number;
  /** Odd majors up to 25 lived for half a year and never became what one should build on. */
  readonly longTerm: boolean;
  /** The last day with security fixes. */
  readonly end: string;
}

/** By number. What is older than the first has ended; what is newer than the last is not known. */
export const RELEASES: readonly Release[] = [
  { major: 18, longTerm: true, end: "2025-04-30" },
  { major: 19, longTerm: false, end: "2023-06-01" },
  { major: 20, longTerm: true, end: "2026-04-30" },
  { major: 21, longTerm: false, end: "2024-06-01" },
  { major: 22, longTerm: true, end: "2027-04-30" },
  { major: 23, longTerm: false, end: "2025-06-01" },
  { major: 24, longTerm: true, end: "2028-04-30" },
  { major: 25, longTerm: false, end: "2026-06-01" },
  { major: 26, longTerm: true, end: "2029-04-30" },
];

export type Support =
  | { readonly type: "supported" | "ended"; readonly end: string }
  /** Newer than this list. */
  | { readonly type: "unknown" };

/** Whether a major version gets fixes on a day (YYYY-MM-DD). */
export function supportOf(major: number, day: string): Support {
  const release = RELEASES.find((one) => one.major === major);
  if (release !== undefined) {
    return { type: day <= release.end ? "supported" : "ended", end: release.end };
  }
  const first = RELEASES[0];
  if (first !== undefined && major < first.major) return { type: "ended", end: first.end };
  return { type: "unknown" };
}

/** What to use instead on that day: "Node 24 (until 2028-04-30) or 26 (until 2029-04-30)". */
export function advice(day: string): string {
  const good = RELEASES.filter(({ longTerm, end }) => longTerm && day <= end).slice(-2);
  const names = good.map(({ major, end }) => `${major} (until ${end})`);
  return names.length === 0 ? "the newest Node" : `Node ${names.join(" or ")}`;
}
