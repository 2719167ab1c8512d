/** Checks of Node itself: is it new enough, does it still get fixes, does it know TypeScript. */

import type { Check, Finding } from "./check.ts";
import { advice, supportOf } from "./releases.ts";

export function nodeChecks(version: string, nodeMin: string, day: string): Check[] {
  return [
    { name: "node", run: () => [isNewEnough(version, nodeMin, day)] },
    { name: "support", run: () => [isSupported(version, day)] },
  ];
}

function isNewEnough(version: string, nodeMin: string, day: string): Finding {
  const facts = { version, needed: nodeMin };
  const text = `${version}; sabeam needs ${nodeMin} or newer`;
  if (compare(version, nodeMin) >= 0) return { ok: true, text, facts };
  return { ok: false, text, fix: `install ${advice(day)}`, facts };
}

function isSupported(version: string, day: string): Finding {
  const major = numbersOf(version)[0] ?? 0;
  const support = supportOf(major, day);
  const facts = { major, ...support };
  switch (support.type) {
    case "supported":
      return { ok: true, text: `Node ${major} gets security fixes until ${support.end}`, facts };
    case "unknown":
      return { ok: true, text: `Node ${major} is newer than this version of sabeam`, facts };
    case "ended": {
      const text = `Node ${major} has had no security fixes since ${support.end}`;
      return { ok: false, text, fix: `use ${advice(day)}`, facts };
    }
  }
}

/** Negative if `a` is older. Only numbers count: a pre-release is as good as its release. */
function compare(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return version.split(/[.-]/).map(Number);
}
