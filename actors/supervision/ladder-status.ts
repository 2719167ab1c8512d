/** How a ladder stands, for people and their tools. Plain data. */

import type { AnyRef } from "../types.ts";
import type { ChildInfo } from "./child.ts";
import type { LadderShell } from "./ladder-shell.ts";

export type RungState =
  /** In charge. */
  | "active"
  /** To be in charge as soon as it has started. */
  | "starting"
  /** Started beside the one in charge, to see whether it works again. */
  | "trial"
  | "idle"
  /** It promises less than the ladder's minimum, so it is never used. */
  | "excluded";

export interface RungStatus {
  readonly id: string;
  readonly definition: string;
  /** "" if the ladder has no guarantees. */
  readonly guarantee: string;
  readonly state: RungState;
  /** Undefined unless it runs. */
  readonly ref: AnyRef | undefined;
  /** As often it was started again and stayed in charge. */
  readonly restarts: number;
  readonly falls: number;
  readonly failedTrials: number;
  /** Why it failed last. */
  readonly cause: string | undefined;
}

export interface LadderStatus {
  readonly service: string;
  /** `switching`: a rung starts, and the service waits for it. */
  readonly state: "serving" | "switching" | "unavailable";
  /** Id of the rung in charge. */
  readonly rung: string | undefined;
  /** The last one that was given out. */
  readonly epoch: number;
  /** Reports of rungs with an epoch that is over. */
  readonly stale: number;
  /** The best first. */
  readonly rungs: readonly RungStatus[];
}

export function statusOf(shell: LadderShell): LadderStatus {
  const { state, service, ladder } = shell;
  const { incumbent, closed } = state;
  const switches = incumbent === undefined ? "unavailable" : "switching";
  const rungs = state.rungs.map((rung, index): RungStatus => {
    const { id, rank } = rung.rules;
    const { child, guarantee } = ladder.rungs[index] ?? {};
    const excluded = rank < ladder.rules.minimumRank;
    return {
      id,
      definition: child?.definition.name ?? "",
      guarantee: guarantee ?? "",
      state: excluded ? "excluded" : stateOf(shell, index),
      ref: shell.refOf(index),
      restarts: rung.restarts,
      falls: rung.falls,
      failedTrials: rung.failedTrials,
      cause: rung.lastCause,
    };
  });
  return {
    service,
    state: closed === undefined ? "serving" : switches,
    rung: incumbent?.rung.rules.id,
    epoch: state.epoch,
    stale: state.stale,
    rungs,
  };
}

function stateOf({ state }: LadderShell, index: number): RungState {
  if (state.trial?.rung.index === index) return "trial";
  if (state.incumbent?.rung.index !== index) return "idle";
  return state.closed === undefined ? "active" : "starting";
}

/** The same as a supervisor tells of its children. */
export function infosOf(shell: LadderShell): ChildInfo[] {
  return statusOf(shell).rungs.map(({ id, definition, state, ref, restarts }, index) => ({
    id,
    definition,
    type: shell.ladder.rungs[index]?.child.supervises === true ? "supervisor" : "worker",
    restart: "permanent",
    status: ref !== undefined ? "running" : state === "starting" ? "starting" : "stopped",
    ref,
    restarts,
  }));
}
