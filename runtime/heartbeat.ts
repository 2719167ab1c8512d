/**
 * What a thread says of itself while it works, so that somebody else can tell whose turn it is in
 * when it stops moving, and whom it died of: plain stores into its block, read by the keeper.
 *
 *     slice ──▶ BEAT_SLOT, BEAT_TICK        turn ──▶ BEAT_TURN = number of the turn, handler
 *     init, down, terminate … ──▶ BEAT_SLOT and BEAT_CALLBACK, and back
 *     an async turn goes on ──▶ one of OPEN, as long as there are places; OPEN_TURNS counts all
 *
 * Between slices BEAT_SLOT is 0: what runs then is an async turn after its first await, or code of
 * nobody's. `turn` runs per message and is one store; nothing here allocates.
 */

import {
  BEAT_CALLBACK,
  BEAT_SLOT,
  BEAT_TICK,
  BEAT_TURN,
  BLOCK_WORDS,
  CANCEL,
  LOADING,
  NO_CALLBACK,
  OPEN,
  OPEN_PLACES,
  OPEN_TURNS,
  OPEN_WORDS,
  PING,
  PONG,
} from "./layout.ts";
import type { Signals } from "./signals.ts";

/** Turns of callbacks: BEAT_CALLBACK is the place in this list, and NO_CALLBACK in a handler. */
export const CALLBACKS = [
  "init",
  "terminate",
  "continue",
  "idle",
  "down",
  "exit",
  "unknown",
] as const;
export type CallbackName = (typeof CALLBACKS)[number];

/** What a turn runs, as one number: below 256 a handler, from there on a callback. */
export const CALLBACK_FIRST = 256;

export function callbackCode(name: CallbackName): number {
  return CALLBACK_FIRST + CALLBACKS.indexOf(name);
}

/** A turn, of which the thread says that it goes on. */
export interface Beat {
  /** 0: nobody's. */
  readonly slot: number;
  readonly code: number;
}

/** An async turn that has not settled. */
export interface OpenBeat extends Beat {
  readonly incarnation: number;
}

/** The low byte of BEAT_TURN is the handler; the sign bit is set, so that no turn is 0. */
const TURN_STEP = 256;
const HANDLER_MASK = 255;
const TURN_SIGN: number = 1 << 31;
const NOT_CANCELLED = 0;

export class Heartbeat {
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #turnAt: number;
  #turn = TURN_SIGN;

  constructor(signals: Signals, thread: number) {
    this.#words = signals.words;
    this.#base = thread * BLOCK_WORDS;
    this.#turnAt = this.#base + BEAT_TURN;
  }

  /** A life begins, or the keeper puts the words of a dead one in order. */
  clear(): void {
    this.rests();
    this.#words[this.#turnAt] = this.#turn;
    this.#words[this.#base + LOADING] = 0;
    this.#words[this.#base + OPEN_TURNS] = 0;
  }

  /** Of a life that is over, by the keeper: its words are not to be taken for the next one's. */
  bury(): void {
    this.clear();
    this.cancel(undefined);
  }

  slice(slot: number): void {
    this.#words[this.#base + BEAT_SLOT] = slot;
    this.#tick();
  }

  #tick(): void {
    const at = this.#base + BEAT_TICK;
    this.#words[at] = ((this.#words[at] ?? 0) + 1) | 0;
  }

  /** Per message. */
  turn(handler: number): void {
    this.#turn = (this.#turn + TURN_STEP) | TURN_SIGN;
    this.#words[this.#turnAt] = this.#turn | handler;
  }

  /** What the thread does from here on is nobody's synchronous turn. */
  rests(): void {
    this.#words[this.#base + BEAT_SLOT] = 0;
    this.#words[this.#base + BEAT_CALLBACK] = NO_CALLBACK;
  }

  /** Runs a callback, maybe inside of somebody else's turn. */
  during<Result>(slot: number, code: number, run: () => Result): Result {
    const words = this.#words;
    const base = this.#base;
    const outer = words[base + BEAT_SLOT] ?? 0;
    const callback = words[base + BEAT_CALLBACK] ?? NO_CALLBACK;
    this.stands(slot, code);
    this.#tick();
    try {
      return run();
    } finally {
      words[base + BEAT_SLOT] = outer;
      words[base + BEAT_CALLBACK] = callback;
    }
  }

  /** The last words of a thread that is about to end, where others would be wrong. */
  stands(slot: number, code: number): void {
    this.#words[this.#base + BEAT_SLOT] = slot;
    this.#words[this.#base + BEAT_CALLBACK] = code - CALLBACK_FIRST;
    if (code < CALLBACK_FIRST) this.turn(code);
  }

  /** Async turns that have not settled; the first of them have places. */
  opens(turns: number): void {
    this.#words[this.#base + OPEN_TURNS] = turns;
  }

  /** Who has a place among them, below OPEN_PLACES. */
  place(place: number, slot: number, incarnation: number, code: number): void {
    const at = this.#base + OPEN + place * OPEN_WORDS;
    this.#words[at] = slot;
    this.#words[at + 1] = incarnation | 0;
    this.#words[at + 2] = code;
  }

  /** Answers the keeper, who asks whether the event loop still turns. True if it has asked. */
  pong(): boolean {
    const ping = this.#words[this.#base + PING] ?? 0;
    if (this.#words[this.#base + PONG] === ping) return false;
    this.#words[this.#base + PONG] = ping;
    return true;
  }

  /** True in code that has run for too long. Atomic, so that no loop keeps the old value. */
  get cancelled(): boolean {
    return Atomics.load(this.#words, this.#base + CANCEL) === this.#words[this.#turnAt];
  }

  // What follows is for whoever looks at the thread: the words may not belong together.

  /** Whose synchronous turn runs. */
  get beat(): Beat {
    const slot = Atomics.load(this.#words, this.#base + BEAT_SLOT);
    const callback = Atomics.load(this.#words, this.#base + BEAT_CALLBACK);
    const turn = Atomics.load(this.#words, this.#turnAt);
    return { slot, code: callback < 0 ? turn & HANDLER_MASK : CALLBACK_FIRST + callback };
  }

  /** A module is being imported for this definition; undefined: none is. */
  set loading(definition: number | undefined) {
    this.#words[this.#base + LOADING] = definition === undefined ? 0 : definition + 1;
  }

  /** The id of the definition for which a module is being imported. */
  get loading(): number | undefined {
    const loading = Atomics.load(this.#words, this.#base + LOADING);
    return loading === 0 ? undefined : loading - 1;
  }

  /** How many async turns have not settled. */
  get openTurns(): number {
    return Atomics.load(this.#words, this.#base + OPEN_TURNS);
  }

  /** Some of them. */
  open(): OpenBeat[] {
    const count = Math.min(this.openTurns, OPEN_PLACES);
    return Array.from({ length: count }, (_, place) => {
      const at = this.#base + OPEN + place * OPEN_WORDS;
      const [slot = 0, incarnation = 0, code = 0] = this.#words.subarray(at, at + OPEN_WORDS);
      return { slot, incarnation: incarnation >>> 0, code };
    });
  }

  /** Another one with each slice, turn and callback. */
  get count(): number {
    const { tick, turn } = this.progress;
    return (tick + turn) | 0;
  }

  /** Changes whenever the thread begins something. */
  get progress(): { readonly tick: number; readonly turn: number; readonly pong: number } {
    return {
      tick: Atomics.load(this.#words, this.#base + BEAT_TICK),
      turn: Atomics.load(this.#words, this.#turnAt),
      pong: Atomics.load(this.#words, this.#base + PONG),
    };
  }

  /** Asks the thread for a pong; returns what it will be. Writer: keeper. */
  ping(): number {
    const ping = ((this.#words[this.#base + PING] ?? 0) + 1) | 0;
    // Pairs with the plain load in `pong`. Writer: keeper.
    Atomics.store(this.#words, this.#base + PING, ping);
    return ping;
  }

  /** Asks this turn to give up; undefined: none. Writer: keeper. */
  cancel(turn: number | undefined): void {
    // Pairs with the load in `cancelled`. Writer: keeper.
    Atomics.store(this.#words, this.#base + CANCEL, turn ?? NOT_CANCELLED);
  }
}
