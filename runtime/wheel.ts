/**
 * What is due when: deadlines of calls and timers of actors, without a timer object for each.
 *
 * A hashed timing wheel: one circular list of entries per tick of a rotation, found by the low
 * bits of the tick. What is further away than a rotation lies in its list already and is passed
 * over until its own tick comes.
 *
 *     list     0       1       2      …     8191    FIRING
 *              │       │       │                       │
 *              ▼       ▼       ▼                       ▼        each list is closed through its own
 *              ·     [17]    [2]─[8194 + 8192·3]     [5]─[5]    index, so linking and unlinking
 *                                                               have no special cases
 *
 *     earliest[list]   no entry of the list is due before this tick; ∞ if the list is empty
 *     next             no entry of any list is due before this tick
 *
 * `advance` first moves what is due to the list FIRING, in order, then fires from its front. So
 * what `fire` inserts or removes cannot disturb the walk, and what it throws loses nothing: the
 * rest is fired by the next call.
 *
 * All arrays are struct-of-arrays over entry numbers, doubled when they are full and never shrunk,
 * so `insert` and `remove` allocate nothing else and take the same short time however many entries
 * there are.
 *
 * Left out: moving an entry. Remove and insert again.
 *
 * @source Varghese & Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 6.
 */

import { assert } from "./assert.ts";

/** Ticks are this far apart. Nothing fires early; it fires less than one tick late. */
export const TICK_MS = 1;

/** Lists, a power of two: a rotation takes 8.2 s, longer than the default time-out of a call. */
const LISTS = 8192;
/** What is due now and not fired yet. */
const FIRING: number = LISTS;
/** Entry numbers begin after the lists, which are links of their own. */
const FIRST_ENTRY: number = LISTS + 1;
const ENTRIES_START = 1024;
/** Owners bound their timers; this only keeps a leak from taking all memory. */
const ENTRIES_MAX: number = 16 * 1024 * 1024;

/** In place of a link: the entry is not in use. */
const FREE = -1;
const NONE = -1;

export class Wheel {
  /** Entries that wait, the one being fired included. */
  size = 0;

  /** Whole milliseconds, so that a tick's time is exact and `nextDue` is never a hair too early. */
  readonly #origin: number;
  #tick = 0;
  #nextTick = Number.POSITIVE_INFINITY;
  #firing = NONE;
  #free = NONE;
  /** The first entry number that was never used. */
  #unused = FIRST_ENTRY;

  readonly #earliest: Float64Array = new Float64Array(LISTS + 1).fill(Number.POSITIVE_INFINITY);
  /** The next entry of the list; of a free entry, the next free one. */
  #after: Int32Array = new Int32Array(FIRST_ENTRY + ENTRIES_START);
  #before: Int32Array = new Int32Array(FIRST_ENTRY + ENTRIES_START);
  #due: Float64Array = new Float64Array(FIRST_ENTRY + ENTRIES_START);
  #payload: Int32Array = new Int32Array(FIRST_ENTRY + ENTRIES_START);

  /** `now` in milliseconds, on whatever clock the other methods are given times of. */
  constructor(now: number) {
    this.#origin = Math.floor(now);
    for (let list = 0; list <= FIRING; list += 1) {
      this.#after[list] = list;
      this.#before[list] = list;
    }
  }

  /**
   * Asks for `fire(payload)` once the clock has reached `dueMs`; what is due already is fired with
   * the next tick, so an advance never meets what it has itself inserted.
   *
   * About 5 ns. The entry is the caller's until `fire` returns or the caller removes it.
   */
  insert(dueMs: number, payload: number): number {
    assert(dueMs <= Number.MAX_SAFE_INTEGER, "a due time must be a number and finite");
    const soonest = this.#tick + 1;
    let due = Math.ceil((dueMs - this.#origin) / TICK_MS);
    if (due < soonest) due = soonest;

    const entry = this.#take();
    const list = due & (LISTS - 1);
    this.#due[entry] = due;
    this.#payload[entry] = payload;
    this.#link(entry, list);
    if (due < (this.#earliest[list] ?? 0)) this.#earliest[list] = due;
    if (due < this.#nextTick) this.#nextTick = due;
    this.size += 1;
    return entry;
  }

  /**
   * Takes an entry out before it fires. Only an entry that is still the caller's: numbers are used
   * again, so forget them when they fire. Inside its own `fire`, removing it is allowed and does
   * nothing.
   */
  remove(entry: number): void {
    const before = this.#before[entry] ?? FREE;
    assert(before >= 0 && entry >= FIRST_ENTRY, "remove of an entry that fired or was removed");
    if (entry === this.#firing) return;
    this.#unlink(entry);
    // A list emptied by removals is known to be empty: nobody wakes up for nothing on its account.
    if (this.#after[before] === before) this.#earliest[before] = Number.POSITIVE_INFINITY;
    this.#release(entry);
  }

  /**
   * Fires everything that is due at `nowMs`, in order of due ticks, and in order of insertion
   * within one tick. What `fire` inserts waits for a later advance, so the work is bounded by what
   * there was. A clock that stands still or goes back fires nothing new.
   *
   * Without anything due: a few comparisons. Else one look at each list passed since the last time,
   * at most once each however long that was.
   */
  advance(nowMs: number, fire: (payload: number, entry: number) => void): void {
    assert(this.#firing === NONE, "advance was called by fire");
    const now = Math.floor((nowMs - this.#origin) / TICK_MS);
    if (now > this.#tick) this.#collect(now);
    let entry = this.#after[FIRING] ?? FIRING;
    while (entry !== FIRING) {
      this.#unlink(entry);
      this.#fire(entry, fire);
      entry = this.#after[FIRING] ?? FIRING;
    }
  }

  /**
   * A time before which nothing is due, in ms; Infinity if nothing is. Exact until an entry is
   * removed; then it may be the time of the removed one, once: after an advance to it, it is later.
   *
   * A few comparisons; a scan of the lists (some µs) for the first call after something was due.
   */
  nextDue(): number {
    if (this.size === 0) return Number.POSITIVE_INFINITY;
    if (this.#after[FIRING] !== FIRING) return this.#origin + this.#tick * TICK_MS;
    if (this.#nextTick <= this.#tick) this.#nextTick = this.#findNext();
    return this.#origin + this.#nextTick * TICK_MS;
  }

  #fire(entry: number, fire: (payload: number, entry: number) => void): void {
    // Its number stays taken while it fires, so that nothing inserted meanwhile gets the same.
    this.#firing = entry;
    try {
      fire(this.#payload[entry] ?? 0, entry);
    } finally {
      this.#firing = NONE;
      this.#release(entry);
    }
  }

  /** Moves everything due up to tick `now` to the list FIRING. */
  #collect(now: number): void {
    const passed = now - this.#tick;
    const first = this.#tick + 1;
    this.#tick = now;
    if (this.#nextTick > now) return;

    const whole = passed > LISTS;
    const lists = whole ? LISTS : passed;
    const last = this.#before[FIRING] ?? 0;
    for (let step = 0; step < lists; step += 1) {
      const list = (first + step) & (LISTS - 1);
      if ((this.#earliest[list] ?? 0) <= now) this.#collectFrom(list, now);
    }
    // Within one rotation each list has due entries of one tick only, so they are in order already.
    if (whole) this.#sortFiring(last);
  }

  #collectFrom(list: number, now: number): void {
    let earliest = Number.POSITIVE_INFINITY;
    for (let entry = this.#after[list] ?? 0; entry !== list; ) {
      const following = this.#after[entry] ?? 0;
      const due = this.#due[entry] ?? 0;
      if (due <= now) {
        this.#unlink(entry);
        this.#link(entry, FIRING);
      } else if (due < earliest) {
        earliest = due;
      }
      entry = following;
    }
    this.#earliest[list] = earliest;
  }

  /** Sorts what follows `last`, by due tick. Rare (a gap of seconds), so it may allocate. */
  #sortFiring(last: number): void {
    const entries: number[] = [];
    for (let entry = this.#after[last] ?? 0; entry !== FIRING; ) {
      entries.push(entry);
      entry = this.#after[entry] ?? 0;
    }
    // The sort is stable and entries of one tick come from one list, so they keep their order.
    entries.sort((a, b) => (this.#due[a] ?? 0) - (this.#due[b] ?? 0));
    for (const entry of entries) {
      this.#unlink(entry);
      this.#link(entry, FIRING);
    }
  }

  #findNext(): number {
    let next = Number.POSITIVE_INFINITY;
    for (let step = 1; step <= LISTS; step += 1) {
      const tick = this.#tick + step;
      const earliest = this.#earliest[tick & (LISTS - 1)] ?? 0;
      // Lists are looked at in the order of their ticks: the first of this rotation is the first.
      if (earliest <= tick) return earliest;
      if (earliest < next) next = earliest;
    }
    return next;
  }

  #link(entry: number, list: number): void {
    const last = this.#before[list] ?? 0;
    this.#after[entry] = list;
    this.#before[entry] = last;
    this.#after[last] = entry;
    this.#before[list] = entry;
  }

  #unlink(entry: number): void {
    const before = this.#before[entry] ?? 0;
    const after = this.#after[entry] ?? 0;
    this.#after[before] = after;
    this.#before[after] = before;
  }

  #take(): number {
    const entry = this.#free;
    if (entry !== NONE) {
      this.#free = this.#after[entry] ?? 0;
      return entry;
    }
    if (this.#unused === this.#after.length) this.#grow();
    this.#unused += 1;
    return this.#unused - 1;
  }

  #release(entry: number): void {
    this.#before[entry] = FREE;
    this.#after[entry] = this.#free;
    this.#free = entry;
    this.size -= 1;
  }

  #grow(): void {
    const entries = (this.#after.length - FIRST_ENTRY) * 2;
    assert(entries <= ENTRIES_MAX, "a wheel has more than ENTRIES_MAX entries");
    const length = FIRST_ENTRY + entries;
    this.#after = copied(this.#after, new Int32Array(length));
    this.#before = copied(this.#before, new Int32Array(length));
    this.#due = copied(this.#due, new Float64Array(length));
    this.#payload = copied(this.#payload, new Int32Array(length));
  }
}

function copied<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
