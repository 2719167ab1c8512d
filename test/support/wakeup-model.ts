/**
 * The wake-up protocol as a small program for explore.ts: one consumer, two producers, the keeper.
 *
 *     producer 1 ──lane 1──► ┌────────────┐        each thread has PARKED, PENDING, a waiter
 *     producer 2 ──lane 2──► │ consumer 0 │        each lane has TAIL, HEAD, WANT
 *                            └────────────┘
 *
 * PENDING stands for PENDING_IN of the consumer and PENDING_SPACE of the producers: a thread takes
 * and re-checks both words in the same way. Positions count records; room counts units.
 *
 * A waiter that was notified is gone from the list at once, but its thread learns of it only in its
 * event loop: when it sleeps, or (a turn between two bursts) before it takes its bits.
 *
 * Left out: what the bytes say, wrapping of positions, and the order of plain memory accesses,
 * which the sequentially consistent atomics around them settle.
 */

import type { Sink } from "../../runtime/sim/explore/known.ts";
import type { Program, Step } from "../../runtime/sim/explore/program.ts";
import { WakeupFootprints } from "./wakeup-footprints.ts";
import {
  at,
  CONSUMER,
  codeOf,
  die,
  FIELDS,
  HEAD,
  KEEPER,
  type KeeperAction,
  LOST,
  NAMES,
  notify,
  type Options,
  PC,
  PENDING,
  PLACES,
  type Place,
  PRODUCERS,
  PUBLISHED,
  SEALED,
  type State,
  TAIL,
  THREADS,
  WAITERS,
  WOKEN,
} from "./wakeup-state.ts";
import { Threads } from "./wakeup-threads.ts";

export class WakeupModel implements Program<State> {
  readonly initial: State;
  readonly #options: Options;
  readonly #threads: Threads;
  readonly footprints: WakeupFootprints;

  constructor(options: Options) {
    this.#options = options;
    this.#threads = new Threads(options);
    this.footprints = new WakeupFootprints(options, this.#threads);
    this.initial = new Array<number>(FIELDS).fill(0);
    this.initial[PC + CONSUMER] = codeOf("take");
    for (const producer of PRODUCERS) {
      this.initial[PC + producer] = codeOf(this.#threads.next(this.initial, producer));
    }
  }

  /** Four fields to a number, each being below 256. */
  write(state: State, into: Sink): void {
    for (let field = 0; field < state.length; field += 4) {
      const [low, high] = [state[field] ?? 0, (state[field + 1] ?? 0) << 8];
      into.put(low | high | ((state[field + 2] ?? 0) << 16) | ((state[field + 3] ?? 0) << 24));
    }
  }

  steps(state: State): Step<State>[] {
    const steps: Step<State>[] = [];
    for (let thread = 0; thread < THREADS; thread += 1) {
      const place = PLACES[at(state, PC + thread)] ?? "dead";
      const woken = at(state, WOKEN + thread) > 0;
      if (place === "dead") {
        const actions = this.#threads.burial(thread);
        const action = actions[at(state, KEEPER + thread)];
        if (action !== undefined) steps.push(this.#keep(state, thread, action));
        continue;
      }
      if (place === "done") continue;
      if (place === "asleep" && this.#options.timers === true) {
        steps.push({ ...this.#step(state, thread, "undo"), optional: true });
      }
      if (place !== "asleep") steps.push(this.#step(state, thread, place));
      if (woken && (place === "asleep" || place === "take")) {
        steps.push(this.#step(state, thread, "asleep"));
      }
      const mayDie = thread === CONSUMER ? this.#options.consumerDies : this.#options.producersDie;
      if (mayDie === true) steps.push(die(state, thread));
    }
    return steps;
  }

  invariant(state: State): string | undefined {
    for (let thread = 0; thread < THREADS; thread += 1) {
      const waiters = at(state, WAITERS + thread) + at(state, WOKEN + thread);
      if (waiters > 1) return `${NAMES[thread]} has two waiters`;
    }
    for (const lane of PRODUCERS) {
      const tail = at(state, TAIL + lane);
      if (tail === SEALED) continue;
      const used =
        this.#threads.units(lane, tail) - this.#threads.units(lane, at(state, HEAD + lane));
      if (used < 0 || used > this.#options.capacity) return `lane ${lane} is overrun`;
    }
    return undefined;
  }

  terminalCheck(state: State): string | undefined {
    const consumed = at(state, PC + CONSUMER) !== codeOf("dead");
    for (const producer of PRODUCERS) {
      if (consumed && at(state, TAIL + producer) !== at(state, HEAD + producer)) {
        return `a record of producer ${producer} is unread, and nobody wakes the consumer`;
      }
      if (at(state, PC + producer) === codeOf("dead")) continue;
      const settled = at(state, PUBLISHED + producer) + at(state, LOST + producer);
      if (settled !== this.#threads.total(producer)) {
        return `producer ${producer} keeps records in its overflow, and nobody wakes it`;
      }
    }
    return undefined;
  }

  #step(state: State, thread: number, place: Place): Step<State> {
    const next = state.slice();
    next[PC + thread] = codeOf(this.#threads.act(next, thread, place));
    return { label: `${NAMES[thread]}: ${place}`, next, process: thread };
  }

  #keep(state: State, dead: number, [type, thread]: KeeperAction): Step<State> {
    const next = state.slice();
    next[KEEPER + dead] = at(state, KEEPER + dead) + 1;
    if (type === "seal") next[TAIL + thread] = SEALED;
    else if (type === "notify") notify(next, thread);
    else next[PENDING + thread] = at(next, PENDING + thread) | (thread === CONSUMER ? dead : 1);
    return { label: `keeper, after the death of ${NAMES[dead]}: ${type}`, next, process: dead };
  }
}
