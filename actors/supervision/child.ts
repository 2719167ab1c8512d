/**
 * One child of a supervisor: its specification, and what has become of it.
 *
 *     starting ──▶ running ──▶ stopping ──▶ stopped      stopped also if it ended for good
 *        ▲  └────────┐└──▶ restarting ◀─┐
 *        └───────────┴────────┘  └──────┘ an attempt failed, or waits for its time
 */

import { Backoff, type BackoffOptions } from "../../runtime/backoff.ts";
import type { Alias } from "../alias.ts";
import type { ExitReason } from "../exit.ts";
import type { AnyRef, RestartType } from "../types.ts";
import type { Entry } from "./agenda.ts";
import type { CheckedChild } from "./child-spec.ts";

/**
 * `starting` and `stopping` while that goes on; `restarting` while it waits to be tried again;
 * `stopped` with nothing to come.
 */
export type ChildStatus = "starting" | "running" | "stopping" | "restarting" | "stopped";

/** What is told of a child. Plain data. */
export interface ChildInfo {
  readonly id: string;
  /** Name of the definition. */
  readonly definition: string;
  readonly type: "worker" | "supervisor";
  readonly restart: RestartType;
  status: ChildStatus;
  /** Undefined unless it runs. */
  ref: AnyRef | undefined;
  /** How often it has been started again, by whatever cause. */
  restarts: number;
}

export interface Child extends Entry {
  readonly info: ChildInfo;
  /** Without arguments once a temporary child runs: nobody will need them. */
  spec: CheckedChild;
  readonly backoff: Backoff | undefined;
  /** The last one it had: what a ref by its id was made for. */
  last: AnyRef | undefined;
  /** How often it has been up, and of which of these lives the end has been told. */
  lives: number;
  told: number;
  /** Why it ended, or did not start, the last time. */
  reason: unknown;
  /** Once somebody has asked for a ref by its id. */
  alias: Alias | undefined;
  /** Its next attempt has been counted: it waits for its time. */
  counted: boolean;
}

/** @param backoff for a child that says nothing of it. */
export function newChild(spec: CheckedChild, backoff: BackoffOptions | undefined): Child {
  const { id, definition, restart, supervises } = spec;
  const waits = restart === "temporary" ? undefined : (spec.backoff ?? backoff);
  return {
    info: {
      id,
      definition: definition.name,
      type: supervises ? "supervisor" : "worker",
      restart,
      status: "stopped",
      ref: undefined,
      restarts: 0,
    },
    spec,
    backoff: waits === undefined ? undefined : new Backoff(waits),
    last: undefined,
    lives: 0,
    told: 0,
    reason: undefined,
    alias: undefined,
    counted: false,
    place: -1,
    due: 0,
  };
}

export function isRestarted(restart: RestartType, { type }: ExitReason): boolean {
  if (restart === "transient") return type !== "normal" && type !== "shutdown";
  return restart === "permanent";
}

export function isSignificantStill({ spec, info }: Child): boolean {
  return spec.significant && info.status !== "stopped";
}

/** A child that was told to shut down ended otherwise. One that was gone already is no news. */
export function isWrong({ spec }: Pick<Child, "spec">, { type }: ExitReason): boolean {
  if (type === "shutdown" || type === "noproc" || type === "lost") return false;
  if (type === "normal") return spec.restart === "permanent";
  return !(type === "killed" && spec.shutdown === "brutal-kill");
}
