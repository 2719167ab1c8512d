/**
 * What the threads of the wake-up model touch, for the explorer: each word of shared memory is one
 * object, and so are the bits of the consumer's PENDING and the waiters of a thread.
 *
 * What a thread may yet touch is told from what it is at and from whether it has records left. A
 * producer whose lane holds everything never waits; its last record ends with the ring.
 */

import type { Footprint, Footprints } from "../../runtime/sim/explore/program.ts";
import {
  at,
  CONSUMER,
  KEEPER,
  LANE,
  type Options,
  PC,
  PLACES,
  type Place,
  PRODUCERS,
  SENT,
  type State,
  THREADS,
} from "./wakeup-state.ts";
import type { Threads } from "./wakeup-threads.ts";

/** Of a lane, or of its producer. */
const bitOf = (lane: number): number => 1 << (lane - 1);
const tailOf = (lane: number): number => 1 << (lane + 1);
const headOf = (lane: number): number => 1 << (lane + 3);
const wantOf = (lane: number): number => 1 << (lane + 5);
const spaceOf = (lane: number): number => 1 << (lane + 7);
/** Of a thread. */
const parkedOf = (thread: number): number => 1 << (thread + 10);
const waitersOf = (thread: number): number => 1 << (thread + 13);

const BITS = bitOf(1) | bitOf(2);
const NOTHING: Footprint = { reads: 0, writes: 0 };

/** The last steps of a producer that never waits, in order; none is taken twice for a record. */
const RING: readonly Place[] = ["bit?", "bit", "parked?", "take parked", "notify"];

export class WakeupFootprints implements Footprints<State> {
  readonly processes = THREADS;
  readonly watched = [
    ...[0, 1, 2].map(waitersOf),
    ...[1, 2].map((lane) => tailOf(lane) | headOf(lane)),
  ];
  readonly #options: Options;
  readonly #threads: Threads;
  readonly #tables = new Map<number, Footprint>();

  constructor(options: Options, threads: Threads) {
    this.#options = options;
    this.#threads = threads;
  }

  next(state: State, process: number): Footprint {
    const place = PLACES[at(state, PC + process)] ?? "dead";
    if (place === "done") return NOTHING;
    if (place === "dead") return this.#burial(process, at(state, KEEPER + process), 1);
    const lane = process === CONSUMER ? at(state, LANE) : process;
    return this.#kept(1000 * process + 100 * lane + at(state, PC + process), () => {
      const own = this.#step(process, lane, place);
      return this.#dies(process) ? union(own, { reads: 0, writes: waitersOf(process) }) : own;
    });
  }

  future(state: State, process: number): Footprint {
    const code = at(state, PC + process);
    const place = PLACES[code] ?? "dead";
    if (place === "done") return NOTHING;
    if (place === "dead") return this.#burial(process, at(state, KEEPER + process), MANY);
    const last = process !== CONSUMER && at(state, SENT + process) === this.#threads.total(process);
    return this.#kept(-1 - (1000 * process + 100 * Number(last) + code), () => {
      const all = this.#alive(process, place, last);
      if (!this.#dies(process)) return all;
      const death = { reads: 0, writes: waitersOf(process) };
      return union(union(all, death), this.#burial(process, 0, MANY));
    });
  }

  #kept(key: number, make: () => Footprint): Footprint {
    let kept = this.#tables.get(key);
    if (kept === undefined) this.#tables.set(key, (kept = make()));
    return kept;
  }

  #dies(process: number): boolean {
    const { consumerDies, producersDie } = this.#options;
    return (process === CONSUMER ? consumerDies : producersDie) === true;
  }

  /** What the keeper does about a dead thread, from its action number `from` on. */
  #burial(dead: number, from: number, count: number): Footprint {
    return this.#kept(1e6 + 1000 * dead + 100 * from + count, () => {
      let writes = 0;
      for (const [type, thread] of this.#threads.burial(dead).slice(from, from + count)) {
        if (type === "seal") writes |= tailOf(thread);
        else if (type === "notify") writes |= waitersOf(thread);
        else writes |= thread === CONSUMER ? bitOf(dead) : spaceOf(thread);
      }
      return { reads: 0, writes };
    });
  }

  /** All that a thread may do until it ends. */
  #alive(process: number, place: Place, last: boolean): Footprint {
    if (process === CONSUMER) return this.#consumer();
    const waits = this.#waits(process);
    const early = this.#options.bug === "notify before taking PARKED";
    const from = last && !waits && !early ? RING.indexOf(place) : -1;
    const places = from >= 0 ? RING.slice(from) : waits ? PRODUCER_PLACES : QUICK_PLACES;
    return places.map((one) => this.#step(process, process, one)).reduce(union);
  }

  #consumer(): Footprint {
    let writes = BITS | parkedOf(CONSUMER) | waitersOf(CONSUMER);
    for (const lane of PRODUCERS) {
      writes |= headOf(lane);
      if (this.#waits(lane)) {
        writes |= wantOf(lane) | spaceOf(lane) | parkedOf(lane) | waitersOf(lane);
      }
    }
    return { reads: tailOf(1) | tailOf(2) | wantOf(1) | wantOf(2), writes };
  }

  /** A producer whose lane does not hold everything may wait for space, or finds it closed. */
  #waits(producer: number): boolean {
    if (this.#options.consumerDies === true) return true;
    const all = this.#threads.units(producer, this.#threads.total(producer));
    return all > this.#options.capacity;
  }

  #step(process: number, lane: number, place: Place): Footprint {
    const [reads, writes] = this.#access(process, lane, place);
    return { reads, writes };
  }

  #access(process: number, lane: number, place: Place): [reads: number, writes: number] {
    const to = process === CONSUMER ? lane : CONSUMER;
    const bit = process === CONSUMER ? spaceOf(lane) : bitOf(lane);
    const pending = process === CONSUMER ? BITS : spaceOf(process);
    switch (place) {
      case "take":
        // Or it learns that it was woken.
        return [0, pending | waitersOf(process)];
      case "asleep":
        return [0, waitersOf(process) | (this.#options.timers === true ? parkedOf(process) : 0)];
      case "announce":
      case "undo":
        return [0, parkedOf(process)];
      case "arm":
        return [parkedOf(process), waitersOf(process)];
      case "look again":
        return [pending, 0];
      case "tail":
      case "closed?":
        return [tailOf(lane), 0];
      case "publish":
        return [0, tailOf(lane)];
      case "handle":
        return [0, headOf(lane)];
      case "room?":
      case "pump":
      case "head again?":
        return [headOf(lane), 0];
      case "early want?":
      case "want?":
        return [wantOf(lane), 0];
      case "want":
      case "take want":
        return [0, wantOf(lane)];
      case "clear":
      case "rest":
      case "early bit":
        return [0, bitOf(lane)];
      case "bit?":
        return [bit, 0];
      case "bit":
        return [0, bit];
      case "parked?":
        return [parkedOf(to), 0];
      case "take parked":
        return [0, parkedOf(to)];
      case "notify":
        return [0, waitersOf(to)];
      case "done":
      case "dead":
        return [0, 0];
    }
  }
}

const MANY = 99;

const QUICK_PLACES: readonly Place[] = ["early bit", "publish", ...RING];
const PARK_PLACES: readonly Place[] = ["take", "announce", "arm", "look again", "asleep", "undo"];
const PRODUCER_PLACES: readonly Place[] = [
  ...QUICK_PLACES,
  ...PARK_PLACES,
  "closed?",
  "room?",
  "pump",
  "want",
  "head again?",
];

function union(one: Footprint, other: Footprint): Footprint {
  return { reads: one.reads | other.reads, writes: one.writes | other.writes };
}
