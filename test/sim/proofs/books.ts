/**
 * The books of all messages, kept from outside: each is entered when it is sent and when its turn
 * begins, and the counters of the system must come to the same sums.
 */

import type { AnyRef, Counters, DeadLetter } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";
import { dip } from "./pen.ts";

interface Entry {
  readonly from: string;
  readonly to: string;
  begun: boolean;
  /** Nobody can have begun it, its caller was told. */
  refused: boolean;
}

export class Books {
  readonly #sim: Simulation;
  readonly #entries: Entry[] = [];
  /** By sender and receiver: the last one that has begun. */
  readonly #last: Map<string, number> = new Map();
  #begun = 0;
  /** Never sent, and those that may have waited with their sender until their time was over. */
  #unsent = 0;
  #late = 0;
  #told = 0;
  readonly #open: Set<Entry> = new Set();
  readonly problems: string[] = [];
  readonly met: Record<string, number> = { casts: 0, calls: 0, large: 0, letters: 0 };

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  #is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#sim.now.toFixed(3)} ms: ${problem()}`);
  }

  count(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }

  /** Before it is sent. Returns its number. */
  sends(from: string, to: AnyRef): number {
    dip();
    return this.#entries.push({ from, to: String(to), begun: false, refused: false }) - 1;
  }

  casts(from: string, to: AnyRef, cast: (number: number) => boolean): void {
    this.count("casts");
    const number = this.sends(from, to);
    try {
      cast(number);
    } catch (error) {
      dip();
      const { code } = error as { code?: string };
      this.#is(code === "ERR_ACTOR_ENDED", () => `a cast throws ${error}`);
      this.#unsent += 1;
      throw error;
    }
  }

  /** At the beginning of its turn. */
  begins(number: number, at: AnyRef, load: string, bytes: number): void {
    dip();
    const entry = this.#entries[number];
    if (entry === undefined) return this.#is(false, () => `${number} was never sent`);
    const { from, to } = entry;
    const what = `${number} from ${from} to ${to}`;
    this.#is(to === String(at), () => `${what} is with ${at}`);
    this.#is(!entry.begun, () => `${what} comes twice`);
    this.#is(!entry.refused, () => `${what} is handled, and its caller was told that it is not`);
    this.#is(load === loadOf(number, bytes), () => `${what} has lost some of its ${bytes} bytes`);
    const way = `${from} ${to}`;
    const last = this.#last.get(way) ?? -1;
    this.#is(last < number, () => `${what} comes after ${last}`);
    this.#last.set(way, number);
    entry.begun = true;
    this.#begun += 1;
    if (load.length > LARGE_BYTES) this.count("large");
  }

  /** A call from anywhere: settles as what has happened allows. */
  async calls(from: string, to: AnyRef, call: (number: number) => Promise<number>): Promise<void> {
    const number = this.sends(from, to);
    const entry = this.#entries[number] as Entry; // It was just put there.
    this.count("calls");
    this.#open.add(entry);
    try {
      const value = await call(number);
      dip();
      this.#is(entry.begun && value === number, () => `${to} answers ${value} to ${number}`);
    } catch (error) {
      dip();
      const { code, handled } = error as { code?: string; handled?: string };
      this.count(`${code}${handled === undefined ? "" : ` ${handled}`}`);
      const refused = handled === "no" || code === "ERR_MAILBOX_FULL";
      this.#is(!refused || !entry.begun, () => `${number} to ${to} was handled, and: ${error}`);
      entry.refused = refused;
      if (code === "ERR_CALL_CYCLE" || code === "ERR_ACTOR_ENDED") this.#unsent += 1;
      else if (!entry.begun && LATE.includes(String(code))) this.#late += 1;
    } finally {
      this.#open.delete(entry);
    }
  }

  letter({ suppressed }: DeadLetter): void {
    this.#told += 1 + suppressed;
    this.met.letters = this.#told;
  }

  /** Every call has settled by now. */
  closeCalls(isAlive: (from: string) => boolean): void {
    // Whoever has ended in the midst of a turn learns nothing more.
    const open = [...this.#open].filter(({ from }) => isAlive(from));
    this.#is(open.length === 0, () => `calls have not settled: ${JSON.stringify(open)}`);
  }

  /**
   * When all is quiet.
   *
   * @param deaths of threads: each may have been between a note and a count, and cannot have told
   *   of its last dead letters
   */
  close(counters: Counters, deaths: number, isAlive: (from: string) => boolean): void {
    const { sent, handled, deadLettered, dropped, queued } = counters;
    const what = JSON.stringify(counters);
    this.closeCalls(isAlive);
    for (const { begun } of this.#open) if (!begun) this.#late += 1;
    const most = this.#entries.length - this.#unsent;
    const isSum = sent <= most && sent >= most - this.#late - deaths;
    this.#is(isSum, () => `${most} were sent, and ${this.#late} of them perhaps: ${what}`);
    const isTold = handled >= this.#begun && handled <= this.#begun + deaths;
    this.#is(isTold, () => `${this.#begun} were handled: ${what}`);
    this.#is(sent === handled + deadLettered + dropped + queued, () => `sums differ: ${what}`);
    this.#is(queued === 0, () => `some wait: ${what}`);
    const toldAll = deaths > 0 ? this.#told <= deadLettered : this.#told === deadLettered;
    this.#is(toldAll, () => `${this.#told} dead letters were told: ${what}`);
  }
}

/** How calls fail that may have waited with their sender until then. */
const LATE = ["ERR_CALL_TIMEOUT", "ERR_ACTOR_DOWN", "ERR_SYSTEM_STOPPED", "ERR_SYSTEM_FAILED"];
const LARGE_BYTES = 16_384;

/** A text of which every part says whose it is. */
export function loadOf(number: number, bytes: number): string {
  return `${number}.`.repeat(Math.ceil(bytes / 2)).slice(0, bytes);
}
