/**
 * Timers of a member and questions to its participant. Both are told from former ones of the same
 * key by a generation, so that what is replaced or cancelled is not seen any more.
 */

import { SabeamError, summarise } from "../../runtime/errors.ts";
import { ProtocolFailed } from "../errors.ts";
import type { AnyRef, Self } from "../types.ts";
import type { Answer, Effect, ProtocolSpec } from "./contract.ts";

type Ask = Extract<Effect<ProtocolSpec>, { type: "ask" }>;

/** Keys that a member may use at a time. */
const KEYS_MAX = 65_536;
const GENERATIONS: number = 2 ** 48;
const NOBODY: Answer = {
  type: "failed",
  code: "ERR_NO_PARTICIPANT",
  message: "this member was started without a participant",
};

export class ShellTimers {
  readonly #self: Self<object>;
  /** What the member is called in errors. */
  readonly #name: string;
  readonly #set: Map<string, number> = new Map();
  readonly #asked: Map<string, number> = new Map();
  /** Begins anywhere, so that nobody else can say what only a timer knows. */
  #last: number;
  #beat = Number.NaN;
  #linger = Number.NaN;

  constructor(self: Self<object>, name: string) {
    this.#self = self;
    this.#name = name;
    this.#last = Math.floor(self.random() * GENERATIONS);
  }

  set(key: string, inMs: number): void {
    const generation = this.#next();
    this.#enter(this.#set, key, generation);
    this.#self.timers.after(`of ${key}`, Math.max(0, inMs), "timer", key, generation);
  }

  cancel(key: string): void {
    if (this.#set.delete(key)) this.#self.timers.cancel(`of ${key}`);
  }

  /** True if this is the timer that is set; it is not any more. */
  fires(key: unknown, generation: unknown): boolean {
    if (typeof key !== "string" || this.#set.get(key) !== generation) return false;
    return this.#set.delete(key);
  }

  beat(ms: number): void {
    this.#beat = this.#next();
    this.#self.timers.after("beat", ms, "beat", this.#self.now() + ms, this.#beat);
  }

  isBeat(generation: unknown): boolean {
    return generation === this.#beat;
  }

  linger(ms: number): void {
    this.#linger = this.#next();
    this.#self.timers.after("linger", ms, "over", this.#linger);
  }

  isOver(generation: unknown): boolean {
    return generation === this.#linger;
  }

  #next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** The answer comes as a message `answered`, and only the one to the last question of a key. */
  ask(participant: AnyRef | undefined, { key, question, withinMs }: Ask): void {
    const generation = this.#next();
    this.#enter(this.#asked, key, generation);
    const answer = participant === undefined ? NOBODY : asked(participant, question, withinMs);
    const told = Promise.resolve(answer).then((value) => ({ key, generation, answer: value }));
    this.#self.pipe(told, "answered");
  }

  isAsked(key: unknown, generation: unknown): boolean {
    if (typeof key !== "string" || this.#asked.get(key) !== generation) return false;
    return this.#asked.delete(key);
  }

  #enter(keys: Map<string, number>, key: string, generation: number): void {
    if (keys.size >= KEYS_MAX && !keys.has(key)) {
      throw new ProtocolFailed(this.#name, `more than ${KEYS_MAX} keys at a time: ${key}`);
    }
    keys.set(key, generation);
  }
}

/** Whatever goes wrong is an answer, too. */
async function asked(ref: AnyRef, question: Ask["question"], withinMs: number): Promise<Answer> {
  try {
    const timed = ref.with({ timeout: Math.max(1, Math.ceil(withinMs)) });
    const { call } = timed as { call: Record<string, (question: unknown) => Promise<unknown>> };
    const handler = call[question.type];
    if (handler === undefined) {
      const message = `${ref} has no handler ${question.type}`;
      return { type: "failed", code: "ERR_UNKNOWN_HANDLER", message };
    }
    return { type: "value", value: await handler(question) };
  } catch (error) {
    const code = error instanceof SabeamError ? error.code : "ERR_PARTICIPANT";
    return { type: "failed", code, message: summarise(error) };
  }
}
