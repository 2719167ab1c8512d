/**
 * A world in which nothing happens by itself: clocks, event loops, timers and doorbells of virtual
 * threads in one JavaScript thread, taken step by step in the order of virtual time.
 *
 *     the thread that can go on first ──▶ one step ──▶ all ready promises ──▶ between()
 *
 * A step is one event of one thread. After it every microtask runs, so what user code awaits goes
 * on as it does on a thread of its own; where no code of users was met, and no promise, there are
 * none, and the next step follows at once. No callback from elsewhere comes in between, but for
 * every `STEPS_PER_TURN`th: then Node's event loop has a turn, for rejections that nobody handles
 * and for whoever runs the test.
 *
 * Which thread is first depends on how long everything takes, and that is drawn from the seed. So a
 * seed is an interleaving.
 *
 * @source The form is that of FoundationDB's simulator (Zhou et al., SIGMOD 2021, section 4) and of
 *   TigerBeetle's VOPR: one thread, virtual time, all randomness from one seed.
 */

import { Random } from "../random.ts";
import type { Chooser } from "./chooser.ts";
import { NodeClock, NS_PER_MS } from "./clock.ts";
import { Cut, Death } from "./death.ts";
import { WAKE } from "./delays.ts";
import { Trail } from "./trail.ts";
import { DELIVERY, MACROTASK, VirtualThread, WAKE_UP } from "./virtual-thread.ts";

/** Steps between two turns of Node's own event loop. */
const STEPS_PER_TURN = 64;
/** Real milliseconds that the import of a module may take. */
const OUTSIDE_MS_MAX = 10_000;
/** What a step costs, unless the world is told. */
const STEP_NS = 500;

interface Waiter {
  readonly thread: VirtualThread;
  readonly memory: ArrayBufferLike;
  readonly index: number;
  readonly wake: () => void;
}

/** What the world needs of the JavaScript thread that it runs on: the real things. */
export interface Ground {
  /** Runs once all microtasks have run. */
  readonly nextTick: (step: () => void) => void;
  readonly setImmediate: (step: () => void) => void;
  /** Real milliseconds, for a bound on what is really waited for. */
  readonly nowMs: () => number;
  /** Ticks that user code has asked for, and that have not run. */
  readonly ticks: number;
  /** How many it has asked for so far. */
  readonly ticksAsked: number;
}

/** No thread has anything to do any more, and none ever will. */
export class NothingLeft extends Error {
  override readonly name = "NothingLeft";
  constructor() {
    super("nothing is left to do");
  }
}

export class World {
  readonly seed: string;
  readonly random: Random;
  readonly trail: Trail = new Trail();
  readonly ground: Ground;
  nowNs = 0;
  steps = 0;
  /** Whose step runs, or has run last. */
  current: VirtualThread;
  /** Whoever runs the simulation: no thread of any node. */
  readonly driver: VirtualThread;
  /** Somebody may wait in the queue of microtasks: they run before the next step. */
  stirred = false;
  /** Who goes on is asked for, not drawn. */
  chooser: Chooser | undefined;
  /** Something happened in a turn of Node's event loop, between two steps. */
  touched: (() => void) | undefined;
  /** Node's event loop has a turn: whatever happens meanwhile came from outside. */
  #rests = false;
  /** After each step and all that follows from it. What it throws ends the run. */
  between: (() => void) | undefined;
  readonly #threads: VirtualThread[] = [];
  readonly #endings: (() => void)[] = [];
  readonly #stepNs: number;
  #waiters: Waiter[] = [];
  #made = 0;
  #doomed: { readonly death: Death; readonly die: () => void } | undefined;
  #failed: { readonly error: unknown } | undefined;
  /** Real operations that are under way: nothing happens meanwhile. */
  #outside = 0;
  #outsideSince = 0;

  /** @param stepNs what a step costs its thread at least, besides what is drawn */
  constructor(seed: string, ground: Ground, stepNs: number = STEP_NS) {
    this.#stepNs = stepNs;
    this.seed = seed;
    this.random = new Random(seed);
    this.ground = ground;
    this.driver = this.thread("driver", "", new NodeClock());
    this.current = this.driver;
  }

  get nowMs(): number {
    return this.nowNs / NS_PER_MS;
  }

  get threads(): readonly VirtualThread[] {
    return this.#threads;
  }

  thread(name: string, node: string, clock: NodeClock): VirtualThread {
    const id = this.#made;
    this.#made += 1;
    const random = this.random.fork(`thread ${name}`);
    const worldNs = (): number => this.nowNs;
    const touched = (): void => {
      if (this.#rests) this.touched?.();
    };
    const thread = new VirtualThread({ id, name, node, clock, random, worldNs, touched });
    this.#threads.push(thread);
    return thread;
  }

  /** Called once the world is over. */
  whenOver(forget: () => void): void {
    this.#endings.push(forget);
  }

  /** Nothing runs in it again. What may be held from outside lets go of it. */
  close(): void {
    for (const forget of this.#endings.splice(0)) forget();
  }

  /** Nothing of it runs again. */
  end(thread: VirtualThread): void {
    thread.end();
    this.#waiters = this.#waiters.filter((one) => one.thread !== thread);
    const at = this.#threads.indexOf(thread);
    if (at >= 0) this.#threads.splice(at, 1);
  }

  /** In place of Atomics.waitAsync. */
  wait(thread: VirtualThread, words: Int32Array, index: number, wake: () => void): void {
    this.#waiters.push({ thread, memory: words.buffer, index, wake });
  }

  /** In place of Atomics.notify; undefined if nobody waits there in this world. */
  notify(words: Int32Array, index: number): number | undefined {
    const memory = words.buffer;
    const at = this.#waiters.findIndex((one) => one.index === index && one.memory === memory);
    const waiter = this.#waiters[at];
    if (waiter === undefined) return undefined;
    // Whoever has died in this step rings nobody.
    if (this.death?.struck) return 0;
    this.#waiters.splice(at, 1);
    const { thread, wake } = waiter;
    thread.at(this.current.nowNs + WAKE.draw(thread.random), WAKE_UP, wake);
    return 1;
  }

  /**
   * The thread dies in the middle of a step, before its n-th atomic write from now on; `die` is
   * called after that. One at a time: while another one is to die so, it dies at once.
   */
  arm(
    thread: VirtualThread,
    writes: number,
    memories: () => readonly SharedArrayBuffer[],
    die: () => void,
  ): void {
    if (this.#doomed !== undefined) return die();
    const death = new Death(thread, writes, () => this.current, memories);
    this.#doomed = { death, die };
  }

  /** The death that is to strike in the middle of a step, or has in this one. */
  get death(): Death | undefined {
    return this.#doomed?.death;
  }

  #bury(): void {
    if (this.#doomed === undefined) return;
    const { death, die } = this.#doomed;
    if (!death.struck && !death.thread.dead) return;
    this.#doomed = undefined;
    death.undo();
    if (!death.thread.dead) die();
  }

  /** Something that the machine brings to a thread, no earlier than so long from now. */
  deliver(thread: VirtualThread, ns: number, step: () => void): void {
    thread.at(this.current.nowNs + ns, DELIVERY, step);
  }

  /** The run ends with this. The first one counts. */
  fail(error: unknown): void {
    this.#failed ??= { error };
  }

  /** A real operation of the runtime's own, in no virtual time: an import. */
  async outside<Result>(run: () => Promise<Result>): Promise<Result> {
    this.#outside += 1;
    this.#outsideSince = this.ground.nowMs();
    try {
      return await run();
    } finally {
      this.#outside -= 1;
    }
  }

  /** Runs until `isOver`; rejects with what a step, `between` or `fail` brought. */
  run(isOver: () => boolean): Promise<void> {
    return this.#run(isOver).finally(() => this.death?.disarm());
  }

  #run(isOver: () => boolean): Promise<void> {
    const { nextTick, setImmediate } = this.ground;
    let open: () => void = () => {};
    const capture = (resolve: () => void): void => {
      open = resolve;
    };
    let bursts = 0;
    let asked = 0;
    return new Promise<void>((resolve, reject) => {
      const again = (): void => nextTick(tick);
      // Node runs all ticks before any microtask, so what a tick has brought may not have run yet.
      const ticking = (): boolean => {
        const { ticks, ticksAsked } = this.ground;
        const more = ticksAsked !== asked;
        asked = ticksAsked;
        return ticks > 0 || more;
      };
      const rest = (): void =>
        nextTick(() => {
          if (ticking()) return void Promise.resolve().then(rest);
          this.#rests = true;
          setImmediate(tick);
        });
      const tick = (): void => {
        try {
          this.#rests = false;
          if (ticking()) return void Promise.resolve().then(again);
          this.#bury();
          this.between?.();
          if (this.#failed !== undefined) return reject(this.#failed.error);
          if (isOver()) return resolve();
          if (this.#outside > 0) return this.#waitOutside(tick);
          // Asked for ahead, in an async context that no user code has written into.
          bursts += 1;
          if (bursts % STEPS_PER_TURN === 0) void new Promise<void>(capture).then(rest);
          else void new Promise<void>(capture).then(again);
          this.#burst(isOver);
          open();
        } catch (error) {
          reject(error);
        }
      };
      tick();
    });
  }

  /** One step; and more of them as long as nobody waits in the queue of microtasks. */
  #burst(isOver: () => boolean): void {
    this.#step();
    for (let more = 1; !this.stirred && more < STEPS_PER_TURN; more += 1) {
      this.between?.();
      if (this.#failed !== undefined || isOver()) return;
      this.#step();
    }
  }

  #waitOutside(tick: () => void): void {
    const ms = this.ground.nowMs() - this.#outsideSince;
    if (ms > OUTSIDE_MS_MAX) throw new Error(`a module did not load within ${OUTSIDE_MS_MAX} ms`);
    this.ground.setImmediate(tick);
  }

  #first(): VirtualThread {
    let first = this.driver;
    let firstNs = first.nextNs;
    for (const thread of this.#threads) {
      const ns = thread.nextNs;
      if (ns >= firstNs) continue;
      first = thread;
      firstNs = ns;
    }
    return first;
  }

  #step(): void {
    const chosen = this.chooser?.next(this.#threads, this.current);
    const thread = chosen ?? this.#first();
    const at = chosen === undefined ? thread.nextNs : thread.nowNs;
    if (at === Number.POSITIVE_INFINITY) throw new NothingLeft();
    if (at > this.nowNs) this.nowNs = at;
    const { kind, step } = thread.take(chosen !== undefined);
    this.current = thread;
    this.stirred = kind >= MACROTASK && kind !== WAKE_UP;
    this.steps += 1;
    this.trail.add(this.nowNs, thread.id, kind, 0, 0, 0);
    try {
      step();
    } catch (error) {
      this.stirred = true;
      this.uncaught(thread, error);
    }
    // Nobody else runs before what a thread did after its death is undone.
    if (this.death?.struck) this.stirred = true;
    thread.spend(this.#stepNs);
  }

  /** What is done between two steps, and belongs to the world all the same. */
  inside(run: () => void): void {
    const rests = this.#rests;
    this.#rests = false;
    run();
    this.#rests = rests;
  }

  /** Nobody caught this on a thread. */
  uncaught(thread: VirtualThread, error: unknown): void {
    if (error instanceof Cut || (thread.dead && this.death?.struck)) return;
    if (thread.uncaught === undefined) return this.fail(error);
    thread.uncaught(error);
  }
}
