/**
 * What dead threads leave to those that take over for them, as the keeper holds it: the backlogs of
 * mailboxes that survive, and the lanes to the dead thread with what nobody has taken out of them.
 *
 * Kept until an heir has taken it, since the heir may die over it.
 */

import type { Directory } from "./directory.ts";
import { HEAD, PASSED, PASSED_BIT, RING_WORD, SEALED, TAIL, THREAD_RUNNING } from "./layout.ts";
import type { Signals } from "./signals.ts";
import type { Lane } from "./thread.ts";

/** A mailbox that survives. */
export interface KeptMailbox {
  readonly slot: number;
  readonly incarnation: number;
  readonly memory: SharedArrayBuffer;
}

export interface Heritage {
  readonly mailboxes: readonly KeptMailbox[];
  /** Sealed; those of one sender in the order in which they were made. */
  readonly lanes: readonly Lane[];
}

export const NO_HERITAGE: Heritage = { mailboxes: [], lanes: [] };

export class Heritages {
  readonly #signals: Signals;
  readonly #directory: Directory;
  readonly #hand: (late: Lane) => void;
  /** By slot, with the thread that has it. */
  readonly #mailboxes: Map<number, KeptMailbox & { readonly thread: number }> = new Map();
  /**
   * Threads that have had one. For ever: a lane may hold what was sent to a mailbox that has been
   * dropped since, and its sender leaves that to whoever goes on, as the record says.
   */
  readonly #threads: Set<number> = new Set();
  /** Of dead lives, by thread. */
  readonly #lanes: Map<number, Lane[]> = new Map();

  /** @param hand gives a lane to the thread that has taken over before it was known. */
  constructor(signals: Signals, directory: Directory, hand: (late: Lane) => void) {
    this.#signals = signals;
    this.#directory = directory;
    this.#hand = hand;
  }

  keep(mailbox: KeptMailbox): void {
    const { slot } = mailbox;
    const thread = this.#directory.threadOf(slot);
    // Of a life that is over: whoever has spawned it there was not told of it. One that begins may
    // have actors already: those that go on, and what their `init` spawns.
    if (!this.#signals.isBegun(thread, this.#directory.generationOf(slot))) return;
    this.#mailboxes.set(slot, { ...mailbox, thread });
    this.#threads.add(thread);
  }

  drop(slot: number, incarnation: number): void {
    if (this.#mailboxes.get(slot)?.incarnation === incarnation) this.#mailboxes.delete(slot);
  }

  /** A lane to a life that is over, if there may be something in it for a mailbox that survives. */
  leave(lane: Lane): void {
    if (!this.#threads.has(lane.to)) return;
    // Pairs with the compareExchange in producer.ts: a batch is visible from before, or not at all.
    Atomics.or(new Int32Array(lane.memory), TAIL, SEALED);
    const lanes = this.#lanes.get(lane.to) ?? [];
    lanes.push(lane);
    this.#lanes.set(lane.to, lanes);
  }

  /** One that was made shortly before its receiver died, and that nobody took there. */
  leaveLate(lane: Lane): void {
    this.leave(lane);
    if (this.#signals.state(lane.to) === THREAD_RUNNING) this.taken(lane.to, NO_HERITAGE);
  }

  /** Whoever takes over for the receiver is to take it, or has not done so yet. */
  has(lane: Lane): boolean {
    return this.#lanes.get(lane.to)?.includes(lane) === true && !isOver(lane);
  }

  of(thread: number): Heritage {
    const mailboxes = [...this.#mailboxes.values()].filter((one) => one.thread === thread);
    // A sender's earlier lives first.
    const lanes = this.#lanes.get(thread) ?? [];
    lanes.sort((one, other) => one.fromGeneration - other.fromGeneration);
    return { mailboxes, lanes: [...lanes] };
  }

  /**
   * The heir has taken this; it is handed what has been left since, which stays here all the same:
   * the heir may die before it hears of it.
   */
  taken(thread: number, { lanes }: Heritage): void {
    const left = this.#lanes.get(thread) ?? [];
    for (const lane of left.slice(lanes.length)) this.#hand(lane);
    this.#lanes.set(
      thread,
      left.filter((lane) => !isOver(lane)),
    );
  }
}

/** All that was published in it has been taken, by its receiver or by whoever went on for that. */
function isOver({ memory }: Lane): boolean {
  const words = new Int32Array(memory, 0, RING_WORD);
  const tail = Atomics.load(words, TAIL) & ~SEALED;
  return Atomics.load(words, HEAD) === tail || Atomics.load(words, PASSED) === (tail | PASSED_BIT);
}
