/**
 * What the consumer and the producers of the wake-up model do, one action at a time.
 *
 * Each action is what a thread does up to and including one access to shared memory; what follows
 * without another access belongs to the same action. The actions mirror producer.ts (flush, pump),
 * signals.ts (publish, ring), doorbell.ts (park, wake) and consumer.ts (drain, release).
 *
 *     consumer   take ► tail ► handle ► want? ► … ring ► rest ► next lane … announce ► … ► asleep
 *     producer   next record ► publish ► … ring ► next record …  or pump ► want ► head again? …
 *     ring       bit? ► bit ► parked? ► take parked ► notify
 *     park       announce ► arm ► look again ► asleep ► undo ► take
 */

import {
  AFTER,
  ARMED,
  ASK,
  at,
  BITS,
  CONSUMER,
  FREED,
  HEAD,
  type KeeperAction,
  LANE,
  LIMIT,
  LOST,
  MOVED,
  NAMES,
  NEXT,
  notify,
  type Options,
  PARKED,
  PENDING,
  type Place,
  PRODUCERS,
  PUBLISHED,
  SEALED,
  SEEN,
  SENT,
  type State,
  TAIL,
  WAITERS,
  WANT,
  WANTED,
  WOKEN,
} from "./wakeup-state.ts";

const BIT: KeeperAction = ["bit", CONSUMER];
const NOTIFY: KeeperAction = ["notify", CONSUMER];
const BURIAL_OF_PRODUCER = [BIT, NOTIFY];
const BURIAL_OF_CONSUMER: readonly KeeperAction[] = [
  ["seal", 1],
  ["seal", 2],
  ["bit", 1],
  ["notify", 1],
  ["bit", 2],
  ["notify", 2],
];

export class Threads {
  readonly #options: Options;
  readonly #units: readonly (readonly number[])[];

  constructor(options: Options) {
    this.#options = options;
    this.#units = options.sizes.map(sums);
  }

  /** Does one action in place, and says which is next. */
  act(state: State, thread: number, place: Place): Place {
    return thread === CONSUMER ? this.#consume(state, place) : this.#produce(state, thread, place);
  }

  /** What the keeper does about a dead thread, in order. */
  burial(dead: number): readonly KeeperAction[] {
    if (dead === CONSUMER) return BURIAL_OF_CONSUMER;
    switch (this.#options.bug) {
      case "no ring after a death":
        return [];
      case "ring after a death without the bit":
        return [NOTIFY];
      case "ring after a death before the bit":
        return [NOTIFY, BIT];
      default:
        return BURIAL_OF_PRODUCER;
    }
  }

  /** What only the consumer does. */
  #consume(s: State, place: Place): Place {
    const { batch, ringUnits, bug } = this.#options;
    const lane = at(s, LANE);
    switch (place) {
      case "take":
        s[BITS] = at(s, PENDING + CONSUMER);
        if (bug !== "clear the bit after reading the tail") s[PENDING + CONSUMER] = 0;
        return this.#nextLane(s);
      case "tail":
        s[LIMIT] = at(s, TAIL + lane);
        if (at(s, LIMIT) === at(s, HEAD + lane)) return this.#rest(s);
        return bug === "look at WANT before storing HEAD" ? "early want?" : "handle";
      case "early want?":
        s[WANTED] = at(s, WANT + lane);
        return "handle";
      case "handle": {
        const head = at(s, HEAD + lane);
        const count = Math.min(at(s, LIMIT) - head, batch);
        s[HEAD + lane] = head + count;
        const freed = this.units(lane, head + count) - this.units(lane, head);
        s[FREED + lane] = at(s, FREED + lane) + freed;
        const empty = head + count === at(s, LIMIT);
        const ringIfEmpty = bug !== "ring for space only when enough is free";
        if (at(s, FREED + lane) < ringUnits && !(empty && ringIfEmpty)) return this.#rest(s);
        s[FREED + lane] = 0;
        if (bug !== "look at WANT before storing HEAD") return "want?";
        return at(s, WANTED) === 1 ? "take want" : this.#rest(s);
      }
      case "clear":
        s[PENDING + CONSUMER] = at(s, PENDING + CONSUMER) & ~lane;
        return this.#nextLane(s);
      case "want?":
        return at(s, WANT + lane) === 1 ? "take want" : this.#rest(s);
      case "take want": {
        const wanted = at(s, WANT + lane);
        s[WANT + lane] = 0;
        return wanted === 1 ? "bit?" : this.#rest(s);
      }
      case "rest":
        s[PENDING + CONSUMER] = at(s, PENDING + CONSUMER) | lane;
        return this.#nextLane(s);
      default:
        return this.#ring(s, CONSUMER, place);
    }
  }

  /** What only a producer does. */
  #produce(s: State, self: number, place: Place): Place {
    const { bug } = this.#options;
    switch (place) {
      case "take": {
        const space = at(s, PENDING + self) !== 0;
        s[PENDING + self] = 0;
        if (!space) return "announce";
        return bug === "wake up in a closed lane and not notice"
          ? this.#pumpOrPark(s, self)
          : "closed?";
      }
      case "closed?":
        return at(s, TAIL + self) === SEALED ? this.#giveUp(s, self) : this.#pumpOrPark(s, self);
      case "room?":
        s[SEEN + self] = at(s, HEAD + self);
        if (!this.#fits(s, self)) return "pump";
        s[MOVED + self] = at(s, MOVED + self) + 1;
        return this.#flush(s, self, NEXT);
      case "pump": {
        s[SEEN + self] = at(s, HEAD + self);
        const before = at(s, MOVED + self);
        while (at(s, MOVED + self) < at(s, SENT + self) && this.#fits(s, self)) {
          s[MOVED + self] = at(s, MOVED + self) + 1;
        }
        const moved = at(s, MOVED + self);
        const contented = bug === "want space only once" && moved > before;
        return this.#flush(s, self, moved === at(s, SENT + self) || contented ? NEXT : ASK);
      }
      case "want":
        s[WANT + self] = 1;
        return bug === "want space without reading HEAD again" ? this.next(s, self) : "head again?";
      case "head again?": {
        const seen = at(s, SEEN + self);
        s[SEEN + self] = at(s, HEAD + self);
        return seen === at(s, HEAD + self) ? this.next(s, self) : "pump";
      }
      case "early bit":
        s[PENDING + CONSUMER] = at(s, PENDING + CONSUMER) | self;
        return "publish";
      case "publish":
        if (at(s, TAIL + self) === SEALED) return this.#giveUp(s, self);
        s[TAIL + self] = at(s, MOVED + self);
        s[PUBLISHED + self] = at(s, MOVED + self);
        return bug === "set the bit before the tail" ? "parked?" : "bit?";
      default:
        return this.#ring(s, self, place);
    }
  }

  /** What all threads do: set another's bit and ring it. */
  #ring(s: State, self: number, place: Place): Place {
    const to = self === CONSUMER ? at(s, LANE) : CONSUMER;
    const bit = self === CONSUMER ? 1 : self;
    const early = this.#options.bug === "notify before taking PARKED";
    switch (place) {
      case "bit?":
        return (at(s, PENDING + to) & bit) !== 0 ? this.#rung(s, self) : "bit";
      case "bit":
        s[PENDING + to] = at(s, PENDING + to) | bit;
        return "parked?";
      case "parked?":
        if (at(s, PARKED + to) !== 1) return this.#rung(s, self);
        return early ? "notify" : "take parked";
      case "take parked": {
        const parked = at(s, PARKED + to);
        s[PARKED + to] = 0;
        return parked === 1 && !early ? "notify" : this.#rung(s, self);
      }
      case "notify":
        notify(s, to);
        return early ? "take parked" : this.#rung(s, self);
      default:
        return this.#park(s, self, place);
    }
  }

  /** What all threads do: go to sleep and wake up. */
  #park(s: State, self: number, place: Place): Place {
    const { bug } = this.#options;
    const look: Place = bug === "sleep without looking again" ? "asleep" : "look again";
    switch (place) {
      case "announce":
        s[PARKED + self] = 1;
        return at(s, ARMED + self) === 1 && bug !== "arm a second waiter" ? look : "arm";
      case "arm":
        if (at(s, PARKED + self) !== 1) return "undo";
        s[WAITERS + self] = at(s, WAITERS + self) + 1;
        s[ARMED + self] = 1;
        return look;
      case "look again":
        return at(s, PENDING + self) !== 0 ? "undo" : "asleep";
      case "asleep":
        s[WOKEN + self] = at(s, WOKEN + self) - 1;
        if (bug !== "stay armed after a wake-up") s[ARMED + self] = 0;
        return "undo";
      case "undo":
        s[PARKED + self] = 0;
        return "take";
      default:
        throw new Error(`${NAMES[self]} cannot do: ${place}`);
    }
  }

  #nextLane(s: State): Place {
    for (const lane of PRODUCERS) {
      if ((at(s, BITS) & lane) === 0) continue;
      s[BITS] = at(s, BITS) & ~lane;
      s[LANE] = lane;
      return "tail";
    }
    return "announce";
  }

  /** The lane is done with, or the batch is: the bit remembers what is left. */
  #rest(s: State): Place {
    const { bug } = this.#options;
    if (bug === "clear the bit after reading the tail") return "clear";
    const left = at(s, LIMIT) !== at(s, HEAD + at(s, LANE));
    return left && bug !== "forget what a batch left over" ? "rest" : this.#nextLane(s);
  }

  #rung(s: State, self: number): Place {
    if (self === CONSUMER) return this.#rest(s);
    return at(s, AFTER + self) === ASK ? "want" : this.next(s, self);
  }

  /** The producer makes its next record: into the ring, or behind others into the overflow. */
  next(s: State, self: number): Place {
    const sent = at(s, SENT + self);
    // Lanes that hold everything need no space: such a producer has nothing to wake up for.
    if (sent === this.total(self)) {
      return this.units(self, sent) > this.#options.capacity ? "announce" : "done";
    }
    s[SENT + self] = sent + 1;
    if (at(s, MOVED + self) < sent) return "pump";
    if (!this.#fits(s, self)) return "room?";
    s[MOVED + self] = sent + 1;
    return this.#flush(s, self, NEXT);
  }

  #pumpOrPark(s: State, self: number): Place {
    return at(s, MOVED + self) < at(s, SENT + self) ? "pump" : "announce";
  }

  #flush(s: State, self: number, after: number): Place {
    s[AFTER + self] = after;
    if (at(s, MOVED + self) === at(s, PUBLISHED + self)) return this.#rung(s, self);
    return this.#options.bug === "set the bit before the tail" ? "early bit" : "publish";
  }

  /** The lane is closed: what was not published still belongs to the producer. */
  #giveUp(s: State, self: number): Place {
    const total = this.total(self);
    s[SENT + self] = total;
    s[MOVED + self] = total;
    s[LOST + self] = total - at(s, PUBLISHED + self);
    return "announce";
  }

  #fits(s: State, self: number): boolean {
    const moved = at(s, MOVED + self);
    const end = this.units(self, moved + 1) - this.units(self, at(s, SEEN + self));
    return end <= this.#options.capacity;
  }

  /** How many records a producer makes. */
  total(producer: number): number {
    return this.#options.sizes[producer - 1]?.length ?? 0;
  }

  /** Units of the first `count` records of a lane. */
  units(lane: number, count: number): number {
    return this.#units[lane - 1]?.[count] ?? 0;
  }
}

/** Units of the first 0, 1, 2 … records. */
function sums(sizes: readonly number[]): number[] {
  const all = [0];
  for (const size of sizes) all.push((all.at(-1) ?? 0) + size);
  return all;
}
