/**
 * What becomes of numbered messages, seen from outside.
 *
 *     sends ──▶ begins ──▶ ends                   handled
 *                 │  └──▶ its thread dies ──▶ begins again (idempotent), or a dead letter
 *                 └──▶ never ──▶ a dead letter, or dropped by the mailbox's policy
 *
 * Dead letters do not say which message they are, but who sent it to whom, for which handler: so
 * of each of these the numbers that were not handled are as many as there are dead letters.
 */

import type { AnyRef, Counters, DeadLetter } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";
import { dip } from "./pen.ts";

/**
 * What a turn has sent has left its thread when all threads have run for so many ms; from then on
 * it is not run again. While one is down, what was sent there stays with the sender.
 */
const LEFT_MS = 20;

interface Message {
  readonly number: number;
  readonly handler: string;
  /** Lives of the sink in which its turn has begun. */
  readonly begun: number[];
  ended: boolean;
  /** When, in ms. */
  endedAt: number;
  /** For one that was called: how that ended, once it has. */
  answer?: "value" | "no" | "maybe";
}

interface Way {
  readonly source: string;
  readonly sink: string;
  readonly messages: Message[];
  /** The last one whose turn has begun, and in which life of the sink. */
  last: number;
  life: number;
}

interface Turn {
  readonly message: Message;
  failed: boolean;
}

interface Sink {
  lives: number;
  /** Who is at work there. */
  open: Turn | undefined;
  /** Turns that were cut off. */
  cut: number;
  /** A message found nobody there, so it has ended. */
  isOver: boolean;
}

/** A turn that goes on. */
export interface Note {
  ends(): void;
}

/** What is known when all is quiet. */
export interface Closing {
  /** Messages without a number. */
  readonly orders: number;
  /** Of threads. Each may have been between a note and a count. */
  readonly deaths: number;
  /** That source may have died. */
  isGone(source: string): boolean;
}

export interface Bounds {
  readonly attempts: number;
  isIdempotent(handler: string): boolean;
  /** No thread is held up for longer than its lanes have room for. */
  readonly isCalm: boolean;
}

export class Deliveries {
  readonly #sim: Simulation;
  readonly #bounds: Bounds;
  readonly #ways: Map<string, Way> = new Map();
  readonly #sinks: Map<string, Sink> = new Map();
  readonly #sources: Set<string> = new Set();
  readonly #letters: DeadLetter[] = [];
  /** From when to when all threads ran, the last one first. */
  readonly #whole: { readonly from: number; to: number }[] = [
    { from: 0, to: Number.POSITIVE_INFINITY },
  ];
  readonly problems: string[] = [];
  readonly met: Record<string, number> = {};
  /** Messages that are not numbered, orders, and were handled. */
  #done = 0;

  constructor(sim: Simulation, bounds: Bounds) {
    this.#sim = sim;
    this.#bounds = bounds;
  }

  #is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#sim.now.toFixed(3)} ms: ${problem()}`);
  }

  /** A thread has died, or all run again. */
  changed(isWhole: boolean): void {
    const { now } = this.#sim;
    const [last] = this.#whole;
    if (isWhole) this.#whole.unshift({ from: now, to: Number.POSITIVE_INFINITY });
    else if (last !== undefined && last.to > now) last.to = now;
    if (!isWhole) this.count("deaths");
  }

  /** What a turn had sent that ended then had left before now. */
  #hadLeft(endedAt: number): boolean {
    // Its own thread has died since: not in the time that goes on now.
    const over = this.#whole.filter(({ to }) => to <= this.#sim.now);
    return over.some(({ from, to }) => to - Math.max(from, endedAt) >= LEFT_MS);
  }

  count(what: string, times = 1): void {
    this.met[what] = (this.met[what] ?? 0) + times;
  }

  #way(source: string, sink: string): Way {
    this.#sources.add(source);
    const key = `${source} ${sink}`;
    let way = this.#ways.get(key);
    if (way === undefined) {
      way = { source, sink, messages: [], last: -1, life: 0 };
      this.#ways.set(key, way);
    }
    return way;
  }

  /** Before it is sent. Returns its number. */
  sends(source: string, sink: AnyRef, handler: string): number {
    dip();
    const { messages } = this.#way(source, String(sink));
    const number = messages.length;
    messages.push({ number, handler, begun: [], ended: false, endedAt: 0 });
    this.count("sent");
    return number;
  }

  /** From within `init` of a sink. Returns which of its lives that is, from 0. */
  lives(ref: AnyRef): number {
    dip();
    const sink = this.#sinks.get(String(ref));
    if (sink === undefined) {
      this.#sinks.set(String(ref), { lives: 1, open: undefined, cut: 0, isOver: false });
      return 0;
    }
    this.#is(!sink.isOver, () => `${ref} goes on, and a message found nobody there`);
    if (sink.open !== undefined) this.#cut(sink);
    sink.lives += 1;
    this.count("lives");
    return sink.lives - 1;
  }

  /** From within `terminate` of a sink: the turn that it was in has failed, so it is over. */
  fails(ref: AnyRef): void {
    const sink = this.#sinks.get(String(ref));
    if (sink?.open === undefined) return;
    dip();
    sink.open.message.ended = true;
    sink.open.message.endedAt = this.#sim.now;
    sink.open.failed = true;
    sink.open = undefined;
    this.count("failed");
  }

  #cut(sink: Sink): void {
    sink.open = undefined;
    sink.cut += 1;
    this.count("cut");
  }

  begins(ref: AnyRef, life: number, source: string, number: number): Note {
    dip();
    const way = this.#way(source, String(ref));
    const sink = this.#sinks.get(way.sink);
    const message = way.messages[number];
    const what = `${source} → ${way.sink} ${number}`;
    if (message === undefined || sink === undefined) {
      this.#is(false, () => `${what} was never sent`);
      return { ends: () => {} };
    }
    const { begun } = message;
    this.#is(!sink.isOver, () => `${what} is handled, and another one found nobody there`);
    this.#is(sink.lives === life + 1, () => `${what} in life ${life}, there is ${sink.lives - 1}`);
    this.#is(sink.open === undefined, () => `${what} in the midst of another turn`);
    if (begun.length > 0) this.#repeats(message, life, what);
    // A life goes back to what may be run again, and then on from there.
    const inOrder = number > way.last || (begun.length > 0 && way.life !== life);
    this.#is(inOrder, () => `${what} comes after ${way.last}`);
    way.last = number;
    way.life = life;
    begun.push(life);
    const turn = { message, failed: false };
    sink.open = turn;
    return { ends: () => this.#ends(sink, turn, what) };
  }

  #repeats({ handler, begun, ended, endedAt }: Message, life: number, what: string): void {
    const { attempts } = this.#bounds;
    const over = ended && this.#bounds.isCalm && this.#hadLeft(endedAt);
    this.#is(!over, () => `${what} begins again, and had ended at ${endedAt.toFixed(3)} ms`);
    this.#is(this.#bounds.isIdempotent(handler), () => `${what} (${handler}) begins again`);
    this.#is(begun.length < attempts, () => `${what} begins for the ${begun.length + 1}th time`);
    this.#is(!begun.includes(life), () => `${what} begins again in life ${life}`);
    this.count("repeated");
  }

  #ends(sink: Sink, turn: Turn, what: string): void {
    dip();
    if (turn.failed) return;
    const goesOn = sink.open === turn;
    this.#is(goesOn, () => `${what} ends after its thread has died`);
    sink.open = undefined;
    turn.message.ended = true;
    turn.message.endedAt = this.#sim.now;
    this.count("ended");
  }

  /** Calls a sink from outside of actors: what the caller learns is what happened. */
  async calls(
    sink: AnyRef,
    handler: string,
    call: (source: string, number: number) => Promise<number>,
  ): Promise<void> {
    const way = this.#way("outside", String(sink));
    const number = this.sends(way.source, sink, handler);
    const message = way.messages[number] as Message; // It was just put there.
    this.count("calls");
    try {
      const value = await call(way.source, number);
      this.#is(
        value === number && message.ended,
        () => `${way.sink} answers ${value} to ${number}`,
      );
      message.answer = "value";
    } catch (error) {
      const { code, handled } = error as { code?: string; handled?: "no" | "maybe" };
      message.answer = handled ?? (code === "ERR_CALL_TIMEOUT" ? "maybe" : "no");
      this.count(`${code} ${message.answer}`);
      const begun = message.begun.length > 0;
      this.#is(!begun || message.answer === "maybe", () => `${number} was handled, and: ${error}`);
    }
  }

  /** An order was handled. */
  done(): void {
    dip();
    this.#done += 1;
  }

  letter(letter: DeadLetter): void {
    this.#letters.push(letter);
    const { sender } = letter;
    const isKnown = sender === "outside" || this.#sources.has(sender) || sender.startsWith("?");
    this.#is(isKnown, () => `a dead letter is from ${sender}, and there is no such source`);
    const sink = letter.reason === "noproc" ? this.#sinks.get(letter.target) : undefined;
    if (sink !== undefined) sink.isOver = true;
    this.count(letter.reason, 1 + letter.suppressed);
  }

  /** When all is quiet: every message has one fate, and the counters say the same. */
  close(counters: Counters, { orders, deaths, isGone }: Closing): void {
    for (const sink of this.#sinks.values()) if (sink.open !== undefined) this.#cut(sink);
    const letters = this.#byWay();
    const all = [...this.#ways.values()];
    let [known, sent, handled] = [0, orders, this.#done];
    for (const way of all) {
      sent += way.messages.length;
      handled += way.messages.filter(({ ended }) => ended).length;
      for (const handler of new Set(way.messages.map((one) => one.handler))) {
        const left = this.#left(way, handler, letters, deaths);
        // What a dying thread had not sent has died with it: it is counted, and told by number.
        if (!isGone(way.source)) known += left;
      }
    }
    const told = this.#letters.reduce((sum, { suppressed }) => sum + 1 + suppressed, 0);
    // Those that their own thread could not tell any more.
    const untold = counters.deadLettered - told;
    this.#is(untold >= 0, () => `${told} dead letters are told, ${counters.deadLettered} counted`);
    const byNumber = this.#letters.reduce((sum, { suppressed }) => sum + suppressed, 0);
    const few = known <= counters.dropped + untold + byNumber;
    this.#is(few, () => `${known} messages have no fate, and ${counters.dropped} were dropped`);
    const isSent = sent >= counters.sent && sent <= counters.sent + deaths;
    this.#is(isSent, () => `${sent} were sent, and ${counters.sent} are counted`);
    // What is to be run again, though it was handled, may be dropped or die with its actor.
    const again = deaths > 0 && counters.dropped + counters.crashes > 0;
    const more = handled - counters.handled;
    const same = more >= -deaths && (again || more <= deaths);
    this.#is(same, () => `${handled} were handled, and ${counters.handled} are counted`);
    const sum = counters.handled + counters.deadLettered + counters.dropped + counters.queued;
    this.#is(sum === counters.sent, () => `the counters differ: ${JSON.stringify(counters)}`);
    for (const { lives, cut } of this.#sinks.values()) {
      this.#is(cut <= lives, () => `${cut} turns cut off in ${lives} lives`);
    }
  }

  /** Of whom no fate is known. */
  #left(
    { source, sink, messages }: Way,
    handler: string,
    letters: Letters,
    deaths: number,
  ): number {
    const sent = messages.filter((one) => one.handler === handler);
    const of = (reason?: string): number => letters(source, sink, handler, reason);
    const open = sent.filter(({ ended }) => !ended);
    const begun = open.filter((one) => one.begun.length > 0);
    const what = `${source} → ${sink} ${handler}`;
    if (this.#bounds.isIdempotent(handler)) {
      const worn = begun.filter((one) => one.begun.length >= this.#bounds.attempts);
      // As with those that are cut off: a turn may have begun and not be noted.
      const few = Math.abs(of("poison") - worn.length) <= deaths;
      this.#is(few, () => `${what}: ${worn.length} are poison, ${of("poison")} say so`);
    } else {
      const cut = of("crashed-while-handling");
      const others = of() - cut;
      // One may have died before it could note that it begins.
      this.#is(
        cut <= begun.length + deaths,
        () => `${what}: ${begun.length} were cut off, and ${cut} say so`,
      );
      this.#is(cut + others >= begun.length, () => `${what}: what was cut off is no dead letter`);
    }
    const left = open.length - of();
    // One that has ended may be counted as cut off, if that could not be written down.
    const again = deaths > 0 && this.#bounds.isIdempotent(handler);
    this.#is(
      left >= -deaths || again,
      () => `${what}: ${of()} dead letters of ${open.length} messages`,
    );
    return Math.max(0, left);
  }

  #byWay(): Letters {
    const sums = new Map<string, number>();
    const add = (key: string): void => void sums.set(key, (sums.get(key) ?? 0) + 1);
    for (const { sender, target, handler, reason } of this.#letters) {
      // Of one whose slot somebody else has by now, nobody knows what it was.
      const from = addressIn(sender);
      add(`${from} ${target} ${handler}`);
      add(`${from} ${target} ${handler} ${reason}`);
    }
    return (source, sink, handler, reason) => {
      const key = `${addressIn(source)} ${sink} ${handler}`;
      return sums.get(reason === undefined ? key : `${key} ${reason}`) ?? 0;
    };
  }
}

type Letters = (source: string, sink: string, handler: string, reason?: string) => number;

/** Without the definition's name. */
function addressIn(text: string): string {
  return text.replace(/^.*</, "<");
}
