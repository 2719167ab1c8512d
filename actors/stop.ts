/**
 * The stop of a system, from main: five phases, each with its deadline.
 *
 *     intake    hooks of the user, one after the other        the sum of their time-outs
 *     drain     until all that was sent is handled            drainTimeout + ANSWER_MS
 *     tree      the root and what it supervises               treeTimeout
 *     rest      all other actors: terminate, then the end     stopTimeout + REST_MARGIN_MS
 *     threads   lanes run dry, threads end                    DRY_MS + THREADS_MS
 *
 * From the first moment on nothing is spawned from outside; actors may, until `rest`. Until then
 * what comes from outside is delivered too, since requests that are under way need it.
 */

import { summarise } from "../runtime/errors.ts";
import { describeStall, type Stall } from "../runtime/stall.ts";
import type { Turn } from "./ambient.ts";
import type { Counters } from "./counters.ts";
import { ANSWER_MS, Drain } from "./drain.ts";
import { SystemFailed } from "./errors.ts";
import type { Host } from "./host.ts";
import type { KeeperThread } from "./keeper-thread.ts";
import { Listeners } from "./listeners.ts";
import type { Log } from "./log.ts";
import { type Passed, type PhaseReport, Phases, type StopReport } from "./phases.ts";
import type { ProcessSignals } from "./process-signals.ts";
import type { RootActor } from "./root-actor.ts";
import { Shutdown } from "./shutdown.ts";
import { StopHooks } from "./stop-hooks.ts";

/** What the keeper needs on top of what the actors may take, to give a deaf thread up. */
const REST_MARGIN_MS = 5000;
/** Until all that is in the lanes has come to its end: up to 16 MiB from each thread to each. */
const DRY_MS = 5000;
/** Until the keeper has ended all threads. */
const THREADS_MS = 5000;
const ADVICE =
  "let what waits end when self.signal is aborted, and long work await now and then; or give " +
  "startSystem a longer stopTimeout";

interface StopParts {
  readonly host: Host;
  readonly keeper: KeeperThread | undefined;
  readonly signals: ProcessSignals;
  readonly root: () => RootActor | undefined;
  readonly counters: () => Counters;
  readonly write: (level: keyof Log, fields: object, message: string) => void;
  /** What calls that still wait fail with: SystemFailed, if it is one. */
  readonly failure: () => Error;
  /** Keeps the process alive until it is called again. */
  readonly hold: () => () => void;
}

export class Stop {
  readonly hooks: StopHooks = new StopHooks();
  readonly #parts: StopParts;
  /** Who is told of each phase as it passes. */
  readonly phases: Listeners<PhaseReport>;
  #running: Promise<StopReport> | undefined;

  constructor(parts: StopParts) {
    this.#parts = parts;
    this.phases = new Listeners("stop phases", parts.write);
  }

  /** Undefined where there is none, or none any more. */
  get #keeper(): KeeperThread | undefined {
    const { keeper } = this.#parts;
    return keeper?.control.lost === undefined ? keeper : undefined;
  }

  get begun(): boolean {
    return this.#running !== undefined;
  }

  /** Settles when all has ended, and never rejects; the first cause stands. */
  begin(cause: string): Promise<StopReport> {
    if (this.#running !== undefined) return this.#running;
    const { ambient, thread } = this.#parts.host;
    const caller = ambient.turn();
    // A hook may call it again, so it is known before anything of it runs. And nothing of it runs
    // on behalf of the turn that asked for it.
    const run = (): Promise<StopReport> => thread.env.root(() => this.#run(cause, caller));
    this.#running = Promise.resolve().then(run);
    return this.#running;
  }

  /** @param caller the turn that asked for it, which may wait for its end. */
  async #run(cause: string, caller: Turn | undefined): Promise<StopReport> {
    const { signals, hold } = this.#parts;
    // Whoever awaits this must see its end, also if nothing else holds the process: the keeper,
    // which does, may have died.
    const release = hold();
    const report = await this.#pass(cause, caller);
    release();
    this.#tell(report);
    signals.end();
    return report;
  }

  async #pass(cause: string, caller: Turn | undefined): Promise<StopReport> {
    const { host, counters } = this.#parts;
    const { drainTimeout, treeTimeout, stopTimeout } = host.settings;
    const now = (): number => host.thread.env.now();
    const tell = (phase: PhaseReport): void => this.phases.tell(phase);
    const phases = new Phases({ cause, now, counters, debug: host.debug, tell });
    await phases.pass("intake", this.hooks.deadlineMs, () => this.hooks.run(cause));
    const drainMs = drainTimeout === 0 ? 0 : drainTimeout + ANSWER_MS;
    await phases.pass("drain", drainMs, () => this.#drain(drainTimeout, caller));
    const root = this.#parts.root();
    const treeMs = root?.lives === true ? treeTimeout : 0;
    await phases.pass("tree", treeMs, async () => (await root?.stop(treeMs)) ?? {});
    host.closed = true;
    await phases.pass("rest", stopTimeout + REST_MARGIN_MS, () => this.#rest());
    await phases.pass("threads", DRY_MS + THREADS_MS, () => this.#threads());
    return phases.report();
  }

  #drain(withinMs: number, besides: Turn | undefined): Promise<Passed> {
    return new Drain(this.#parts.host, this.#keeper, besides).run(withinMs);
  }

  #tell({ cause, ms, phases, counters }: StopReport): void {
    const { host, signals, write } = this.#parts;
    const failed = phases.flatMap((phase) => phase.failed);
    if (failed.length > 0) write("error", { failed }, "hooks of onStop failed");
    // Messages that were not handled in time are told as dead letters.
    const late = phases.flatMap((phase) => (phase.name === "drain" ? [] : phase.stillRunning));
    if (late.length > 0) write("warn", { late, advice: ADVICE }, "these did not end in time");
    const { handled, deadLettered } = counters;
    const fields = { cause, ms: Math.round(ms), handled, deadLettered };
    if (this.#parts.failure() instanceof SystemFailed) {
      write("error", { cause, ms: fields.ms, counters }, "the system has failed and has stopped");
    } else if (signals.received !== undefined) write("info", fields, "the system has stopped");
    else host.debug?.(fields, "the system has stopped");
  }

  async #rest(): Promise<Passed> {
    const { host } = this.#parts;
    const there = this.#keeper?.control
      .within(host.settings.stopTimeout + REST_MARGIN_MS, "stop")
      .catch((error: unknown) => [summarise(error)]);
    const [here, others] = await Promise.all([new Shutdown(host).run(), there]);
    return { stillRunning: [...here, ...(others ?? [])].map((one) => this.#text(one)) };
  }

  #text(one: string | Stall): string {
    return typeof one === "string" ? one : describeStall(one);
  }

  async #threads(): Promise<Passed> {
    const { host, keeper, failure } = this.#parts;
    const { stillRunning = [] } = await this.#drain(DRY_MS, undefined);
    const late = await this.#keeper?.control
      .within(THREADS_MS, "close")
      .catch((error: unknown) => summarise(error));
    host.answers.failAll(failure);
    // One that has died takes its threads with it, and then what they leave is for main to see to.
    if (keeper?.control.lost !== undefined) await keeper.end();
    host.stop();
    await keeper?.end();
    return { stillRunning: late === undefined ? stillRunning : [...stillRunning, late] };
  }
}
