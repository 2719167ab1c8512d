/** What is told of a seed that failed. */

import type { Style } from "../style.ts";
import type { FailedSeed } from "./orders.ts";

export function failureLines(
  { seed, what, report, command }: FailedSeed,
  trace: string | undefined,
  style: Style,
): string[] {
  const ends = report.includes(command) ? [] : ["run it again:", `  ${command}`];
  const saved = trace === undefined ? [] : ["saved, to be compared with:"];
  const again = trace === undefined ? [] : [`  npx sabeam sim --replay ${trace}`];
  return [
    style.bad(`seed ${seed} failed: ${what}`),
    "",
    ...[...report.split("\n"), ...ends, ...saved, ...again].map((line) => `  ${line}`),
    "",
  ];
}
