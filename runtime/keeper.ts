/**
 * The keeper: it runs no user code, and creates, watches, and replaces all worker threads.
 *
 *     main ──creates──▶ keeper ──creates──▶ thread 1 … N, and one standby
 *
 * Only a thread's creator can terminate it, and main may be blocked by user code, so main is not
 * the creator. One booted thread stands by with the modules loaded; when a thread dies it takes
 * over the index with the next generation, and another one boots in the background.
 *
 * Death of a thread: state DEAD (one store ends all its actors) → everybody told (lanes drained or
 * closed, calls failed) → every parked thread rung, since the dead one may have owed it a wake-up →
 * standby assigned. A tick looks for wake-ups that got lost all the same.
 */

import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { Control, ControlLost, serve } from "./control.ts";
import { summarise } from "./errors.ts";
import { HEAD, TAIL, THREAD_BOOTING, THREAD_DEAD, THREAD_RUNNING } from "./layout.ts";
import { type Claim, Ledger, type SystemBuffers } from "./ledger.ts";
import { Signals } from "./signals.ts";
import { type Stall, Stalls } from "./stalls.ts";
import type { Lane } from "./thread.ts";

/** A module that a thread must load before it begins, and cannot. A value, so that it is cloned. */
export interface NotLoaded {
  readonly url: string;
  readonly thread: number;
  readonly problem: string;
  readonly advice: string;
  readonly stack: string | undefined;
}

/** What the keeper asks of every thread, main included. */
export interface ThreadApi {
  /** Begins life as thread `index`; settles when actors can be spawned there, or never can. */
  assign(index: number, generation: number): Promise<NotLoaded | undefined>;
  acceptLane(lane: Lane): void;
  /** The consumer at `by` found bytes in this thread's lane that no sender writes. */
  laneRefused(by: number): void;
  threadDied(index: number, generation: number, cause: string): void;
  /** By the worker of this name. */
  threadReplaced(index: number, generation: number, name: string): void;
  /** A thread does not come to the end of a turn. Main only. */
  stalled(stall: Stall): void;
  /** Ends all actors; returns who did not end in time. */
  stop(): Promise<string[]>;
  /** Takes and publishes what is still on its way. */
  quiesce(): Promise<void>;
  /** Imports a module ahead of its first use: the standby thread. */
  preload(url: string): void;
  /** The system cannot go on. Main only. */
  failed(cause: string): void;
}

/** What threads ask of the keeper. */
export interface KeeperApi {
  /** The id of a definition; undefined if the table is full. */
  define(facts: string): number | undefined;
  propose(shape: string): void;
  claim(name: string, slot: number, incarnation: number): Claim;
  release(name: string, slot: number, incarnation: number): void;
  offerLane(lane: Lane): void;
  refuseLane(from: number, to: number): void;
  /**
   * Main only: settles when all threads run, with the names of their workers from index 1 on; or
   * with what keeps one of them from it.
   */
  start(): Promise<string[] | NotLoaded>;
  /** Main only: stops all threads; returns what was still running. */
  stop(): Promise<(string | Stall)[]>;
  /** Main only: ends a thread as if it had died. */
  terminate(index: number): Promise<void>;
}

export interface KeeperOptions {
  buffers: SystemBuffers;
  threads: number;
  stopTimeoutMs: number;
  /** Turns that take as long are told; Infinity: none. */
  stallMs: number;
  /** The module each worker thread begins with, and what it is handed besides its ports. */
  entry: string;
  boot: object;
}

interface Kept {
  readonly worker: Worker;
  /** What an inspector shows; a worker keeps it for life. */
  readonly name: string;
  readonly control: Control<ThreadApi>;
  index: number;
  generation: number;
  cause: string | undefined;
}

/** The first standby boots when the user's own start is over. */
const STANDBY_DELAY_MS = 200;
const TICK_BUSY_MS = 50;
const TICK_IDLE_MS = 1000;
/** More deaths within the window end the system: replacing would only go round. */
const DEATHS_MAX = 100;
const DEATHS_WINDOW_MS = 10_000;
/** On top of the stop time-out of the actors. */
const STOP_GRACE_MS = 1000;
/** Rounds in which everybody takes what the others published on their way down. */
const QUIESCE_ROUNDS = 2;

/** Of a worker that is booted for this index. */
function threadName(index: number): string {
  return `sabeam thread ${index}`;
}

export class Keeper implements KeeperApi {
  readonly #options: KeeperOptions;
  readonly #ledger: Ledger;
  readonly #signals: Signals;
  readonly #main: Control<ThreadApi>;
  /** Threads by index, 1 to N. */
  readonly #threads: (Kept | undefined)[] = [];
  readonly #lanes: Map<string, { lane: Lane; words: Int32Array }> = new Map();
  readonly #stalls: Stalls;
  /** Modules that define actors, for the standby; bounded by the table of definitions. */
  readonly #urls: Set<string> = new Set();
  #standby: Kept | undefined;
  #standbys = 0;
  #deaths: number[] = [];
  #stopping = false;

  constructor(options: KeeperOptions, main: MessagePort) {
    this.#options = options;
    this.#ledger = new Ledger(options.buffers);
    this.#signals = new Signals(options.buffers.signals);
    this.#stalls = new Stalls(this.#signals, options.stallMs);
    this.#main = new Control("main", main);
  }

  async start(): Promise<string[] | NotLoaded> {
    const { threads } = this.#options;
    const names = Array.from({ length: threads }, (_, before) => threadName(before + 1));
    const begun = names.map((name, before) => this.#assign(this.#boot(name), before + 1, 1));
    const failed = (await Promise.all(begun)).find((one) => one !== undefined);
    if (failed !== undefined) return failed;
    setTimeout(() => this.#prepare(), STANDBY_DELAY_MS);
    this.#tick(TICK_IDLE_MS);
    return names;
  }

  #boot(name: string): Kept {
    const up = new MessageChannel();
    const down = new MessageChannel();
    const worker = new Worker(new URL(this.#options.entry), {
      workerData: { ...this.#options.boot, keeper: up.port1, control: down.port1 },
      transferList: [up.port1, down.port1],
      name,
    });
    serve(up.port2, this.#api());
    const control = new Control<ThreadApi>("a thread", down.port2);
    const kept: Kept = { worker, name, control, index: 0, generation: 0, cause: undefined };
    worker.on("error", (error) => {
      kept.cause ??= summarise(error);
    });
    worker.on("exit", (code) => this.#exited(kept, code));
    return kept;
  }

  /** comlink serves own and inherited methods, and binds none. */
  #api(): Omit<KeeperApi, "start" | "stop" | "terminate"> {
    return {
      define: (facts) => this.define(facts),
      propose: (shape) => this.propose(shape),
      claim: (name, slot, incarnation) => this.claim(name, slot, incarnation),
      release: (name, slot, incarnation) => this.release(name, slot, incarnation),
      offerLane: (lane) => this.offerLane(lane),
      refuseLane: (from, to) => this.refuseLane(from, to),
    };
  }

  async #assign(kept: Kept, index: number, generation: number): Promise<NotLoaded | undefined> {
    kept.index = index;
    kept.generation = generation;
    this.#threads[index] = kept;
    this.#signals.setState(index, THREAD_BOOTING, generation);
    const failed = await kept.control.call("assign", index, generation);
    if (failed === undefined) this.#signals.setState(index, THREAD_RUNNING, generation);
    return failed;
  }

  #prepare(): void {
    if (this.#stopping || this.#standby !== undefined) return;
    this.#standbys += 1;
    this.#standby = this.#boot(`sabeam standby ${this.#standbys}`);
    for (const url of this.#urls) this.#standby.control.post("preload", url);
  }

  #exited(kept: Kept, code: number): void {
    const cause = kept.cause ?? `exit code ${code}`;
    kept.control.lose(cause);
    if (this.#stopping) return;
    if (kept === this.#standby) this.#standby = undefined;
    if (!this.#mayReplace()) return this.#main.post("failed", `threads keep dying: ${cause}`);
    if (kept.index === 0) return this.#prepare();
    this.#bury(kept, cause);
    this.#replace(kept);
  }

  #bury({ index, generation }: Kept, cause: string): void {
    this.#signals.setState(index, THREAD_DEAD, generation);
    for (const [key, { lane }] of this.#lanes) {
      if (lane.from === index || lane.to === index) this.#lanes.delete(key);
    }
    this.#tell((control) => control.post("threadDied", index, generation, cause));
    this.#ringAll();
  }

  #tell(say: (control: Control<ThreadApi>) => void): void {
    say(this.#main);
    for (const kept of this.#threads) {
      if (kept !== undefined && this.#signals.isRunning(kept.index, kept.generation)) {
        say(kept.control);
      }
    }
  }

  #ringAll(): void {
    for (let index = 0; index <= this.#options.threads; index += 1) this.#signals.ringAnyway(index);
  }

  #replace({ index, generation }: Kept): void {
    const heir = this.#standby ?? this.#boot(threadName(index));
    this.#standby = undefined;
    // It died before it lived: its own exit event replaces it.
    const giveUp = (cause: string | undefined): void => {
      heir.cause ??= cause;
      void heir.worker.terminate();
    };
    this.#assign(heir, index, generation + 1).then(
      (failed) => {
        if (failed !== undefined) return giveUp(`${failed.url}: ${failed.problem}`);
        this.#tell((control) => control.post("threadReplaced", index, generation + 1, heir.name));
        this.#prepare();
      },
      (error: unknown) => giveUp(error instanceof ControlLost ? undefined : summarise(error)),
    );
  }

  #mayReplace(): boolean {
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WINDOW_MS), now];
    return this.#deaths.length <= DEATHS_MAX;
  }

  /**
   * Looks for wake-ups that a dying thread owed: records that wait while their reader sleeps. And
   * for turns that do not end; main could not hear of its own.
   */
  #tick(ms: number): void {
    setTimeout(() => {
      if (this.#stopping) return;
      const now = performance.now();
      let busy = false;
      for (let index = 0; index <= this.#options.threads; index += 1) {
        if (this.#stalls.look(index, now)) busy = true;
        const stall = index === 0 ? undefined : this.#stalls.news(index, now);
        if (stall !== undefined) this.#main.post("stalled", stall);
        if (this.#signals.pending(index)) this.#signals.ringAnyway(index);
      }
      for (const { lane, words } of this.#lanes.values()) {
        if (Atomics.load(words, TAIL) === Atomics.load(words, HEAD)) continue;
        this.#signals.publish(lane.from, lane.to);
        if (this.#signals.isParked(lane.to)) this.#signals.ringAnyway(lane.to);
      }
      this.#tick(busy ? TICK_BUSY_MS : TICK_IDLE_MS);
    }, ms);
  }

  define(facts: string): number | undefined {
    const id = this.#ledger.define(facts);
    const { url } = JSON.parse(facts) as { url: string };
    if (!this.#urls.has(url)) this.#standby?.control.post("preload", url);
    this.#urls.add(url);
    return id;
  }

  propose(shape: string): void {
    this.#ledger.propose(shape);
  }

  claim(name: string, slot: number, incarnation: number): Claim {
    return this.#ledger.claim(name, slot, incarnation);
  }

  release(name: string, slot: number, incarnation: number): void {
    this.#ledger.release(name, slot, incarnation);
  }

  offerLane(lane: Lane): void {
    const { from, fromGeneration, to, toGeneration } = lane;
    // The receiver has died meanwhile: the sender learns it by the death notice.
    if (!this.#lives(to, toGeneration)) return;
    // The sender need not run: what it published before it died is still handled, and while it is
    // being assigned it sends dead letters of the life before.
    const dead = this.#signals.state(from) === THREAD_DEAD;
    if (!dead && this.#signals.generation(from) === fromGeneration) {
      this.#lanes.set(`${from} ${to}`, { lane, words: new Int32Array(lane.memory) });
    }
    this.#controlOf(to)?.post("acceptLane", lane);
  }

  #lives(index: number, generation: number): boolean {
    return this.#signals.isRunning(index, generation);
  }

  #controlOf(index: number): Control<ThreadApi> | undefined {
    return index === 0 ? this.#main : this.#threads[index]?.control;
  }

  refuseLane(from: number, to: number): void {
    this.#lanes.delete(`${from} ${to}`);
    this.#controlOf(from)?.post("laneRefused", to);
  }

  async terminate(index: number): Promise<void> {
    const kept = this.#threads[index];
    if (kept === undefined) return;
    kept.cause ??= "terminated";
    await kept.worker.terminate();
  }

  async stop(): Promise<(string | Stall)[]> {
    this.#stopping = true;
    const kept = this.#threads.filter((one) => one !== undefined);
    const within = this.#options.stopTimeoutMs + STOP_GRACE_MS;
    /** They do not listen, so nobody waits for them again. */
    const deaf = new Set<number>();
    const running = await Promise.all(
      kept.map(({ control, index }) =>
        control.within(within, "stop").catch((error: unknown) => {
          deaf.add(index);
          const now = performance.now();
          this.#stalls.look(index, now);
          return [this.#stalls.of(index, now) ?? `thread ${index} (${summarise(error)})`];
        }),
      ),
    );
    for (let round = 0; round < QUIESCE_ROUNDS; round += 1) {
      await Promise.allSettled([
        this.#main.within(STOP_GRACE_MS, "quiesce"),
        ...kept
          .filter(({ index }) => !deaf.has(index))
          .map(({ control }) => control.within(STOP_GRACE_MS, "quiesce")),
      ]);
    }
    for (const one of [...kept, ...(this.#standby === undefined ? [] : [this.#standby])]) {
      await one.worker.terminate();
    }
    return running.flat();
  }
}
