/** Whom nobody supervises, and the hooks of a stop: who came, and how they went. */

import type { AnyRef, StopReport, System } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";
import { dip } from "./pen.ts";

const PHASES = ["intake", "drain", "tree", "rest", "threads"];
/** What a phase may take on top of its deadline. */
const SLACK_MS = 300;

interface Guest {
  leavesAt: number | undefined;
  hasLeft: boolean;
}

interface Hook {
  readonly name: string;
  readonly ms: number;
  readonly fails: boolean;
}

export class Guests {
  readonly #sim: Simulation;
  readonly #guests: Map<string, Guest> = new Map();
  readonly #hooks: Hook[] = [];
  readonly #ran: string[] = [];
  #hookRuns = false;
  /** The stop has settled. */
  #isOver = false;
  readonly problems: string[] = [];
  readonly met: Record<string, number> = { guests: 0, left: 0, cutOff: 0, lateHooks: 0 };

  readonly #stopTimeout: number;

  constructor(sim: Simulation, stopTimeout: number) {
    this.#sim = sim;
    this.#stopTimeout = stopTimeout;
  }

  is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#sim.now.toFixed(3)} ms: ${problem()}`);
  }

  #count(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }

  /** From within `init`. */
  comes(ref: AnyRef): void {
    dip();
    this.#count("guests");
    this.#guests.set(String(ref), { leavesAt: undefined, hasLeft: false });
  }

  /** At the beginning of `terminate`. */
  leaves(ref: AnyRef, reason: string): void {
    dip();
    const guest = this.#guests.get(String(ref));
    if (guest === undefined) return this.is(false, () => `${ref} has never come`);
    this.is(guest.leavesAt === undefined, () => `${ref} is terminated twice`);
    this.is(!this.#isOver, () => `${ref} is terminated after the stop`);
    this.is(["shutdown", "crash"].includes(reason), () => `${ref} is terminated: ${reason}`);
    guest.leavesAt = this.#sim.now;
  }

  /** At its end. */
  hasLeft(ref: AnyRef): void {
    dip();
    const guest = this.#guests.get(String(ref));
    if (guest !== undefined) guest.hasLeft = true;
    this.#count("left");
  }

  /** Adds a hook to the stop. */
  hook(system: System, hook: Hook, timeout: number): void {
    this.#hooks.push(hook);
    const run = async (): Promise<void> => {
      this.is(!this.#hookRuns, () => `the hook ${hook.name} runs beside another one`);
      this.#hookRuns = hook.ms < timeout;
      this.#ran.push(hook.name);
      await new Promise((resolve) => setTimeout(resolve, hook.ms));
      this.#hookRuns = false;
      if (hook.fails) throw new Error("the hook fails");
    };
    system.onStop(hook.name, run, { timeout });
  }

  /** What the stop says of itself. @param isCalm no thread has died or was held up */
  close({ phases, counters }: StopReport, timeout: number, isCalm: boolean): void {
    this.#isOver = true;
    const names = phases.map(({ name }) => name);
    this.is(String(names) === String(PHASES), () => `the phases are ${names}`);
    for (const { name, ms, deadlineMs } of phases) {
      // The deadline of `rest` has room for threads that do not answer.
      const most = isCalm && name === "rest" ? this.#stopTimeout : deadlineMs;
      this.is(ms <= most + SLACK_MS, () => `${name} took ${ms} ms of ${most}`);
    }
    const sum = counters.handled + counters.deadLettered + counters.dropped;
    const even = counters.sent === sum && counters.queued === 0 && counters.actors === 0;
    this.is(even, () => `the counters differ at the end: ${JSON.stringify(counters)}`);
    this.#closeHooks(phases[0], timeout);
    const late = String(phases.flatMap(({ stillRunning }) => stillRunning));
    for (const [ref, { leavesAt, hasLeft }] of this.#guests) {
      if (hasLeft) continue;
      this.#count("cutOff");
      const isTold = late.includes(ref);
      this.is(isTold || !isCalm, () => `${ref} was cut off (${leavesAt}), and is not named`);
    }
  }

  #closeHooks(intake: StopReport["phases"][number] | undefined, timeout: number): void {
    const { stillRunning = [], failed = [] } = intake ?? {};
    const expected = this.#hooks.map(({ name }) => name).toReversed();
    this.is(String(this.#ran) === String(expected), () => `hooks ran: ${this.#ran}`);
    for (const { name, ms, fails } of this.#hooks) {
      const isLate = ms >= timeout;
      if (isLate) this.#count("lateHooks");
      const told = isLate ? stillRunning : failed;
      const isTold = told.some((text) => text.includes(name));
      this.is(isTold === (isLate || fails), () => `of the hook ${name} it says ${told}`);
    }
  }
}
