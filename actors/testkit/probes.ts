/** Makes probes: an inbox, an actor around it, and what the test asks it by. */

import { isBlueprint } from "../define.ts";
import { checkName, known, wholeNumber } from "../options.ts";
import type { System } from "../system.ts";
import type { Definition } from "../types.ts";
import { Inbox, MESSAGES_MAX_DEFAULT, MESSAGES_MAX_LIMIT } from "./inbox.ts";
import { Probe, type ProbeHome } from "./probe.ts";
import { standIn } from "./stand-in.ts";

export interface ProbeOptions {
  /** Its name in the system, where actors under test find it; and in what failures say. */
  name?: string;
  /** Messages that it keeps, 1 to 1 000 000, default 10 000; with one more it fails (ProbeFull). */
  max?: number;
}

const OPTIONS = ["name", "max"];
const MAX = { min: 1, max: MESSAGES_MAX_LIMIT };

/** What a kit keeps of a probe. */
export interface Made<P> {
  readonly probe: Probe<P>;
  readonly inbox: Inbox;
}

/**
 * @param like a definition, or names of handlers
 * @param number counts the probes of a kit: those without a name are told apart by it
 */
export async function makeProbe<P>(
  system: System,
  home: ProbeHome,
  like: unknown,
  options: ProbeOptions,
  number: number,
): Promise<Made<P>> {
  known("probe", options, OPTIONS);
  const { name, max = MESSAGES_MAX_DEFAULT } = options;
  if (name !== undefined) checkName(name);
  wholeNumber("max", max, MAX);
  const kind = isBlueprint(like) ? `${like.name} ` : "";
  const inbox = new Inbox(name ?? `${kind}probe ${number}`, max);
  const definition = standIn(like, inbox) as Definition<[], unknown> as Definition<[], P>;
  const place = { thread: 0, label: "probe" };
  const ref = await system.spawn(definition, [], name === undefined ? place : { ...place, name });
  return { probe: new Probe(ref, inbox, home), inbox };
}
