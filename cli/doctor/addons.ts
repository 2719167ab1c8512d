/** The check of native add-ons: who has them, and do they load on threads? */

import { type Check, countOf, type Finding } from "./check.ts";
import type { Outcome } from "./loader.ts";
import { load } from "./loading.ts";
import { findNodeModules, type Scan, scan } from "./scan.ts";

/** More files than this are not tried. */
const FILES_MAX = 200;
/** More packages than this are not named in one line. */
const NAMES_MAX = 5;

export function addOnCheck(folder: string): Check {
  return {
    name: "add-ons",
    run: async () => {
      const nodeModules = findNodeModules(folder);
      if (nodeModules === undefined) {
        return [{ ok: true, text: "none: there is no node_modules here", facts: { packages: [] } }];
      }
      return await inFolder(scan(nodeModules));
    },
  };
}

interface Tried {
  readonly name: string;
  /** The best that any of its files did. */
  readonly outcome: Outcome;
}

async function inFolder({ addOns, cut }: Scan): Promise<Finding[]> {
  const files = addOns.flatMap((addOn) => addOn.files);
  const outcomes = await load(files.slice(0, FILES_MAX));
  const byFile = new Map(files.map((file, at) => [file, outcomes[at]]));
  const tried = addOns.flatMap(({ name, files }): Tried[] => {
    const best = files
      .flatMap((file) => byFile.get(file) ?? [])
      .sort((a, b) => RANK.indexOf(a.type) - RANK.indexOf(b.type))[0];
    return best === undefined ? [] : [{ name, outcome: best }];
  });
  const untried = addOns.length - tried.length;
  const good = tried.filter(({ outcome }) => outcome.type === "loads").map(({ name }) => name);
  const bad = tried.filter(({ outcome }) => outcome.type !== "loads");
  const facts = { packages: good, cut: cut || untried > 0 };
  return [{ ok: true, text: goodText(good, facts.cut), facts }, ...bad.map(badFinding)];
}

const RANK: readonly Outcome["type"][] = ["loads", "once", "fails", "hangs", "crashes"];

function goodText(names: readonly string[], cut: boolean): string {
  const more = cut ? " (there are more than this looks at)" : "";
  if (names.length === 0) return `no package has native code that loads${more}`;
  const named = names.slice(0, NAMES_MAX).join(", ");
  const rest = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : "";
  const verb = names.length === 1 ? "loads" : "load";
  const packages = countOf(names.length, "package");
  return `${packages} with native code ${verb} on several threads: ${named}${rest}${more}`;
}

function badFinding({ name, outcome }: Tried): Finding {
  const facts = { package: name, outcome };
  const main = `keep it on main ({ thread: 0 }), or look for a newer ${name}`;
  switch (outcome.type) {
    case "once": {
      const text = `${name} loads on one thread, but not on a second: it is not made for threads`;
      return { ok: false, text, fix: main, facts };
    }
    case "crashes": {
      const text = `${name} ends the process when it is loaded on threads (${outcome.end})`;
      return { ok: false, text, fix: main, facts };
    }
    case "hangs": {
      const text = `${name} does not come back when it is loaded on threads`;
      return { ok: false, text, fix: main, facts };
    }
    default: {
      const why = outcome.type === "fails" ? (outcome.message.split("\n")[0] ?? "") : "";
      const text = `${name} does not load on a thread: ${why}`;
      return { ok: false, text, fix: `npm rebuild ${name}, or install it again`, facts };
    }
  }
}
