/**
 * Where a system plays: the machine that its threads are made of, and who lives on each of them. A
 * simulation brings its own (actors/sim/stage.ts).
 */

import { type Machine, realMachine } from "../runtime/machine.ts";
import type { Entries } from "./entries.ts";
import { Host, type HostOptions } from "./host.ts";

export interface Stage {
  readonly machine: Machine;
  /** One thread's half of the system. */
  host(options: HostOptions): Host;
}

/** That of main, which starts others. */
export interface MainStage extends Stage {
  entries(): Promise<Entries>;
}

export const realStage: Stage = {
  machine: realMachine,
  host: (options) => new Host(options),
};
