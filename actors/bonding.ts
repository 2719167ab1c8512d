/**
 * What users ask of links, monitors and exits: checked here, done in links.ts, monitors.ts and
 * exits.ts.
 */

import type { Bonds } from "./bonds.ts";
import type { Cell } from "./cell.ts";
import { InvalidOptions } from "./errors.ts";
import { type ExitReason, type ExitWish, type Fate, reasonOf } from "./exit.ts";
import type { Host } from "./host.ts";
import { bondsOf } from "./links.ts";
import { checkName, checkTime, known } from "./options.ts";
import { NamedRef } from "./ref.ts";
import type { AnyRef, DemonitorOptions, MonitorOptions, WhenDownOptions } from "./types.ts";

export class Bonding {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  link(cell: Cell, ref: AnyRef): void {
    this.#host.links.add(cell, this.#host.own("link", ref));
  }

  unlink(cell: Cell, ref: AnyRef): void {
    this.#host.links.remove(cell, this.#host.own("unlink", ref));
  }

  trap(cell: Cell, traps: boolean): void {
    if (typeof traps !== "boolean") throw new InvalidOptions("trapExit", "true or false", traps);
    bondsOf(cell).traps = traps;
  }

  exit(by: Cell | undefined, ref: AnyRef, reason: ExitWish): void {
    const to = this.#host.own("exit", ref);
    this.#host.exits.send(by, to, reasonOf("exit", reason), reason === "kill");
  }

  monitor(cell: Cell, target: AnyRef | string, options: MonitorOptions = {}): number {
    known("monitor", options, ["tag"]);
    if (cell.kind.blueprint.down === undefined) {
      throw new InvalidOptions("monitor", "used where the definition has down(self, …)", target);
    }
    const { tag } = options;
    if (typeof target !== "string") {
      const name = target instanceof NamedRef ? target.name : undefined;
      return this.#host.monitors.add(cell, this.#host.own("monitor", target), name, tag);
    }
    const ref = this.#host.names.refOf(checkName(target));
    return this.#host.monitors.add(cell, ref, target, tag);
  }

  demonitor(cell: Cell, monitor: number, options: DemonitorOptions = {}): boolean {
    known("demonitor", options, ["flush"]);
    if (!Number.isInteger(monitor)) {
      throw new InvalidOptions("demonitor", "given what self.monitor() returned", monitor);
    }
    return this.#host.monitors.remove(cell, monitor, options.flush === true);
  }

  whenDown(ref: AnyRef, options: WhenDownOptions = {}): Promise<ExitReason> {
    known("whenDown", options, ["timeout"]);
    const { timeout } = options;
    if (timeout !== undefined) checkTime("timeout", timeout);
    return this.#host.monitors.whenDown(this.#host.own("whenDown", ref), timeout);
  }

  /** `cell` is dead, and no longer in the directory. */
  bury(cell: Cell, bonds: Bonds, reason: ExitReason): void {
    for (const alias of bonds.aliases ?? []) alias.end();
    this.#host.monitors.bury(cell, bonds, reason);
    this.#host.links.bury(cell, bonds, reason);
  }

  threadDied(index: number, generation: number, fate: Fate): void {
    const { cells, links, monitors } = this.#host;
    monitors.threadDied(index, generation, fate);
    for (const cell of cells.all()) {
      monitors.forget(cell, index, generation);
      links.threadDied(cell, index, generation, fate);
    }
  }
}
