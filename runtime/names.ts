/**
 * Which actor has which name: one hash table in shared memory, read by all threads without locks.
 *
 * Open addressing: a name lies at the entry that its hash says, or in the run of full entries
 * behind it. Deleting moves later entries of the run back over the gap, so that an empty entry
 * always ends a search. layout-tables.ts has the picture.
 *
 *     writer   SEQUENCE odd, entries, SEQUENCE even          (the keeper)
 *     reader   SEQUENCE, entries, SEQUENCE again             again from the start if the two differ
 *
 * That is a seqlock. All words of the entries are read and written by Atomics: with plain accesses
 * a reader could take words of a half-done change from between two equal SEQUENCEs, since a later
 * load may overtake an earlier plain one.
 *
 * A reader never waits: it tries READ_TRIES_MAX times, which is much longer than a change takes,
 * and then says BUSY. That happens when the keeper was put off its core in the middle of a change;
 * it means "ask again in a moment", not "no such name".
 *
 * An entry is void as soon as its holder is dead, which the directory knows (`isAlive`). So nobody
 * has to clean up in time: a void entry is not found, is replaced by the next `set` of its name,
 * and is swept when the table is full.
 */

import { assert } from "./assert.ts";
import {
  NAME_BYTES,
  NAME_BYTES_MAX,
  NAME_ENTRIES,
  NAME_ENTRY_WORDS,
  NAME_HASH,
  NAME_INCARNATION,
  NAME_LOAD_PERCENT_MAX,
  NAME_SLOT,
  NAME_TEXT,
  NAMES_LIMIT,
  NAMES_MAGIC,
  NAMES_MAGIC_AT,
  NAMES_MAX,
  NAMES_MAX_LIMIT,
  SEQUENCE,
} from "./layout-tables.ts";
import { NameInvalid, NameKey } from "./name-key.ts";

/**
 * How long one read waits for changes to end. One takes about 0.2 µs; but the keeper's thread may
 * lose its core in the middle of it, which is a matter of milliseconds.
 */
const READ_MS_MAX = 50;

/** Tries between two looks at the clock. */
const READ_TRIES = 64;

/** Of a full table, each claim that is refused looks at so many entries; one of many at all. */
const ENTRIES_PER_FULL = 128;

/** Tries of a list of all names, some 0.3 ms each. */
const LIST_TRIES_MAX = 5;

/** What a reader says when the table kept changing while it looked: not now. */
export const BUSY = "busy";

/** Who has a name: a slot of the directory, and which life of it (unsigned). */
export interface Holder {
  readonly slot: number;
  readonly incarnation: number;
}

/** Whether that life of the slot still goes on. Must not throw. */
export type IsAlive = (slot: number, incarnation: number) => boolean;

/** Memory for up to `namesMax` names, voided ones included. Untouched, it is free. */
export function allocateNames(namesMax: number = NAMES_MAX): SharedArrayBuffer {
  assert(
    Number.isInteger(namesMax) && namesMax >= 1 && namesMax <= NAMES_MAX_LIMIT,
    "namesMax is off",
  );
  let entries = 1;
  while (entries * NAME_LOAD_PERCENT_MAX < namesMax * 100) entries *= 2;
  const memory = new SharedArrayBuffer((NAME_ENTRIES + entries * NAME_ENTRY_WORDS) * 4);
  const words = new Int32Array(memory);
  // Pairs with the load in `open`. Writer: whoever allocates, before it is shared.
  Atomics.store(words, NAMES_LIMIT, namesMax);
  // Pairs with the load in `open`. Writer: whoever allocates, before it is shared.
  Atomics.store(words, NAMES_MAGIC_AT, NAMES_MAGIC);
  return memory;
}

interface Open {
  readonly words: Int32Array;
  /** Number of entries - 1; the number is a power of two. */
  readonly mask: number;
  readonly namesMax: number;
}

function open(memory: SharedArrayBuffer): Open {
  const words = new Int32Array(memory);
  const entries = (words.length - NAME_ENTRIES) / NAME_ENTRY_WORDS;
  assert(entries >= 1 && (entries & (entries - 1)) === 0, "the memory is no table of names");
  assert(Atomics.load(words, NAMES_MAGIC_AT) === NAMES_MAGIC, "the memory is no table of names");
  const namesMax = Atomics.load(words, NAMES_LIMIT);
  assert(namesMax * 100 <= entries * NAME_LOAD_PERCENT_MAX, "the table of names has a wrong limit");
  return { words, mask: entries - 1, namesMax };
}

/** First word of an entry. */
function wordOf(entry: number): number {
  return NAME_ENTRIES + entry * NAME_ENTRY_WORDS;
}

/** The entry of a name; -1 - (the empty entry that ended the search) if there is none. */
function find({ words, mask }: Open, key: NameKey): number {
  const home = key.hash & mask;
  for (let step = 0; step <= mask; step += 1) {
    const entry = (home + step) & mask;
    // Pairs with the stores in NamesWriter, as do all loads of entries.
    const hash = Atomics.load(words, wordOf(entry) + NAME_HASH);
    if (hash === 0) return -1 - entry;
    if (hash === key.hash && holds(words, wordOf(entry), key)) return entry;
  }
  return -1 - home;
}

function holds(words: Int32Array, at: number, key: NameKey): boolean {
  if (Atomics.load(words, at + NAME_BYTES) !== key.bytes) return false;
  for (let index = 0; index * 4 < key.bytes; index += 1) {
    if (Atomics.load(words, at + NAME_TEXT + index) !== key.text[index]) return false;
  }
  return true;
}

function holderAt(words: Int32Array, at: number): Holder {
  return {
    slot: Atomics.load(words, at + NAME_SLOT),
    incarnation: Atomics.load(words, at + NAME_INCARNATION) >>> 0,
  };
}

/** The one writer, on the keeper. */
export class NamesWriter {
  readonly #table: Open;
  readonly #isAlive: IsAlive;
  readonly #key = new NameKey();
  #count = 0;
  /** So many may be told that it is full before another look through all of it. */
  #surelyFull = 0;

  /** On memory that was just allocated: there is one writer in a table's life. */
  constructor(memory: SharedArrayBuffer, isAlive: IsAlive) {
    this.#table = open(memory);
    this.#isAlive = isAlive;
    assert(Atomics.load(this.#table.words, SEQUENCE) === 0, "the table of names had a writer");
  }

  /** Entries in use, void ones included. */
  get count(): number {
    return this.#count;
  }

  /**
   * Gives the name to an actor, unless a living one has it. About 0.2 µs; but "full" has looked
   * through the whole table for void entries first, 0.6 ms for the default size, or one of the
   * 256 before it has, and this one through its part. Names that were given back are no void
   * entries: they make room at once.
   *
   * @throws NameInvalid `ERR_NAME_INVALID`.
   */
  set(name: string, slot: number, incarnation: number): "set" | "full" | { taken: Holder } {
    if (!this.#key.fill(name)) throw new NameInvalid(name);
    const { words, namesMax } = this.#table;
    let entry = find(this.#table, this.#key);
    if (entry >= 0) {
      const taken = holderAt(words, wordOf(entry));
      if (taken.slot === slot && taken.incarnation === incarnation) return "set";
      if (this.#isAlive(taken.slot, taken.incarnation)) return { taken };
    } else if (this.#count >= namesMax) {
      if (!this.#makesRoom()) return "full";
      entry = find(this.#table, this.#key);
    }
    this.#begin();
    if (entry < 0) this.#add(wordOf(-1 - entry));
    const at = wordOf(entry < 0 ? -1 - entry : entry);
    // Both pair with the loads in `holderAt`. Writer: keeper, SEQUENCE is odd.
    Atomics.store(words, at + NAME_SLOT, slot);
    Atomics.store(words, at + NAME_INCARNATION, incarnation);
    this.#end();
    return "set";
  }

  /** Takes the name away from this holder. False if somebody else has it by now, or nobody. */
  delete(name: string, slot: number, incarnation: number): boolean {
    if (!this.#key.fill(name)) return false;
    const entry = find(this.#table, this.#key);
    if (entry < 0) return false;
    const holder = holderAt(this.#table.words, wordOf(entry));
    if (holder.slot !== slot || holder.incarnation !== incarnation) return false;
    this.#remove(entry);
    return true;
  }

  /**
   * Nothing is known of entries that have become void. Thousands that are refused at once must not
   * each look through all of them, as whoever else wants something of the keeper would wait: each
   * looks at its part.
   */
  #makesRoom(): boolean {
    if (this.#surelyFull > 0) {
      this.#surelyFull -= 1;
      const first = this.#surelyFull * ENTRIES_PER_FULL;
      if (this.#sweep(first, first + ENTRIES_PER_FULL) === 0) return false;
      this.#surelyFull = 0;
      return true;
    }
    if (this.#sweep(0, this.#table.mask + 1) > 0) return true;
    this.#surelyFull = Math.floor(this.#table.mask / ENTRIES_PER_FULL);
    return false;
  }

  /** Removes void entries there; returns how many. Each by itself, so readers are not kept out. */
  #sweep(first: number, end: number): number {
    const { words } = this.#table;
    const before = this.#count;
    for (let entry = first; entry < end; ) {
      const at = wordOf(entry);
      const { slot, incarnation } = holderAt(words, at);
      const empty = Atomics.load(words, at + NAME_HASH) === 0;
      // What moves into the gap is looked at next: it is from further on, or was looked at before.
      if (empty || this.#isAlive(slot, incarnation)) entry += 1;
      else this.#remove(entry);
    }
    return before - this.#count;
  }

  #add(at: number): void {
    const { words } = this.#table;
    const { text, bytes, hash } = this.#key;
    for (let index = 0; index * 4 < bytes; index += 1) {
      // Pairs with the loads in `holds`, as do the next two. Writer: keeper, SEQUENCE is odd.
      Atomics.store(words, at + NAME_TEXT + index, text[index] ?? 0);
    }
    // Writer: keeper, SEQUENCE is odd. The second pairs with the load of NAME_HASH in `find`.
    Atomics.store(words, at + NAME_BYTES, bytes);
    Atomics.store(words, at + NAME_HASH, hash);
    this.#count += 1;
  }

  /** Empties an entry, and moves back what a search would no longer reach over the gap. */
  #remove(removed: number): void {
    const { words, mask } = this.#table;
    this.#begin();
    let gap = removed;
    for (let step = 1; step <= mask; step += 1) {
      const entry = (removed + step) & mask;
      const hash = Atomics.load(words, wordOf(entry) + NAME_HASH);
      if (hash === 0) break;
      // It stays if its home lies behind the gap: a search for it does not pass the gap then.
      const fromHome = (entry - hash) & mask;
      const fromGap = (entry - gap) & mask;
      if (fromHome < fromGap) continue;
      this.#copy(wordOf(entry), wordOf(gap));
      gap = entry;
    }
    // Pairs with the load of NAME_HASH in `find`. Writer: keeper, SEQUENCE is odd.
    Atomics.store(words, wordOf(gap) + NAME_HASH, 0);
    this.#end();
    this.#count -= 1;
  }

  #copy(from: number, to: number): void {
    const { words } = this.#table;
    const bytes = Math.min(Atomics.load(words, from + NAME_BYTES) >>> 0, NAME_BYTES_MAX);
    const length = NAME_TEXT + ((bytes + 3) >> 2);
    for (let word = 0; word < length; word += 1) {
      // Pairs with the loads in `find`, `holds` and `holderAt`. Writer: keeper, SEQUENCE is odd.
      Atomics.store(words, to + word, Atomics.load(words, from + word));
    }
  }

  #begin(): void {
    const sequence = Atomics.load(this.#table.words, SEQUENCE);
    // Pairs with the first load in NamesReader.get: no read begins now. Writer: keeper.
    Atomics.store(this.#table.words, SEQUENCE, sequence + 1);
  }

  #end(): void {
    const sequence = Atomics.load(this.#table.words, SEQUENCE);
    // Pairs with both loads in NamesReader.get: reads that began before go again. Writer: keeper.
    Atomics.store(this.#table.words, SEQUENCE, sequence + 1);
  }
}

/** Reads on any thread. */
export class NamesReader {
  readonly #table: Open;
  readonly #isAlive: IsAlive;
  readonly #key = new NameKey();
  /** The version at which a read has given up; odd, so a change may never have come to its end. */
  #stuck: number | undefined;

  constructor(memory: SharedArrayBuffer, isAlive: IsAlive) {
    this.#table = open(memory);
    this.#isAlive = isAlive;
  }

  /**
   * Changes with every change of the table. Whoever keeps an answer of `get` keeps with it the
   * version from before that call, and may use it again while that is the version and the holder
   * lives.
   */
  version(): number {
    return Atomics.load(this.#table.words, SEQUENCE);
  }

  /**
   * The living holder; undefined if there is none; BUSY if this could not be found out within
   * READ_MS_MAX, and at once where the table is as it was then. About 0.1 µs and `isAlive`.
   */
  get(name: string): Holder | undefined | typeof BUSY {
    if (!this.#key.fill(name)) return undefined;
    const first = this.#look();
    return first === BUSY ? this.#lookAgain() : first;
  }

  #look(): Holder | undefined | typeof BUSY {
    const { words } = this.#table;
    // Pairs with the store in NamesWriter.#begin: odd, an entry is being changed.
    const sequence = Atomics.load(words, SEQUENCE);
    if ((sequence & 1) !== 0) return BUSY;
    const entry = find(this.#table, this.#key);
    const holder = entry < 0 ? undefined : holderAt(words, wordOf(entry));
    // Pairs with the same store: unchanged, so nothing of the above was being changed.
    if (Atomics.load(words, SEQUENCE) !== sequence) return BUSY;
    if (holder === undefined || !this.#isAlive(holder.slot, holder.incarnation)) return undefined;
    return holder;
  }

  /**
   * By looking and not by sleeping, which main must not. In real time, whatever the system's clock
   * says: that is how the keeper loses its core.
   */
  #lookAgain(): Holder | undefined | typeof BUSY {
    if (this.version() === this.#stuck) return BUSY;
    const until = performance.now() + READ_MS_MAX;
    do {
      for (let tries = 0; tries < READ_TRIES; tries += 1) {
        const found = this.#look();
        if (found !== BUSY) return found;
      }
    } while (performance.now() < until);
    const version = this.version();
    if ((version & 1) !== 0) this.#stuck = version;
    return BUSY;
  }

  /**
   * All names of living holders, for people: where the table does not come to rest, one that moves
   * meanwhile may be missing or come twice.
   */
  list(): (Holder & { name: string })[] {
    for (let tries = 1; ; tries += 1) {
      const sequence = this.version();
      const all = [...this.#all()];
      if (tries === LIST_TRIES_MAX || this.version() === sequence) return all;
    }
  }

  *#all(): Generator<Holder & { name: string }> {
    const { words, mask } = this.#table;
    for (let entry = 0; entry <= mask; entry += 1) {
      const at = wordOf(entry);
      // Pairs with the stores in NamesWriter, as do all loads of entries.
      if (Atomics.load(words, at + NAME_HASH) === 0) continue;
      const holder = holderAt(words, at);
      if (!this.#isAlive(holder.slot, holder.incarnation)) continue;
      yield { ...holder, name: this.#key.textAt(words, at) };
    }
  }
}
