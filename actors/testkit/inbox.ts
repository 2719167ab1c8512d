/**
 * What has come to a probe: all of it, in order, and how far the test has looked.
 *
 *     messages  get("a")  put("a", 1)  put("b", 2)
 *                            ▲ taken: the next one that the test is given
 *
 * At most `max` are kept, taken ones included; calls beyond that are refused and all of them are
 * counted, and whatever the test asks of the probe then fails (ProbeFull).
 */

import type { Exit } from "../bonds.ts";
import { Refusal } from "../errors.ts";
import { isThenable } from "../thenable.ts";
import type { Deferred, Self, UnknownMessage } from "../types.ts";
import { ProbeFull } from "./errors.ts";
import { Message } from "./received.ts";
import type { Keeping } from "./stand-in.ts";

/** Messages that a probe keeps unless it is told otherwise, and at most. */
export const MESSAGES_MAX_DEFAULT = 10_000;
export const MESSAGES_MAX_LIMIT = 1_000_000;

/** What answers the calls of one handler. */
export type Script = (...args: readonly unknown[]) => unknown;

export class Inbox implements Keeping {
  readonly name: string;
  readonly messages: Message[] = [];
  /** Exit signals, which it traps. */
  readonly exits: Exit[] = [];
  /** Those of `messages` that the test has been given. */
  taken = 0;
  readonly #max: number;
  readonly #scripts: Map<string, Script> = new Map();
  #omitted = 0;
  #wake: (() => void) | undefined;
  #more: Promise<void> | undefined;

  constructor(name: string, max: number) {
    this.name = name;
    this.#max = max;
  }

  script(handler: string, script: Script): void {
    this.#scripts.set(handler, script);
  }

  /** On the probe's own turn. */
  take(self: Self<unknown>, { handler, type, args }: UnknownMessage): unknown {
    if (this.messages.length >= this.#max) return this.#leaveOut(type);
    const deferred = type === "call" ? self.defer<unknown>() : undefined;
    const message = new Message({ handler, args, sender: self.caller, at: self.now() }, deferred);
    this.messages.push(message);
    if (deferred !== undefined) this.#answer(message, deferred);
    this.#came();
    return deferred;
  }

  #leaveOut(type: "cast" | "call"): void {
    this.#omitted += 1;
    this.#came();
    if (type === "call") throw new Refusal(`the probe ${this.name} keeps ${this.#max} messages`);
  }

  exit(exit: Exit): void {
    if (this.exits.length < this.#max) this.exits.push(exit);
    else this.#omitted += 1;
    this.#came();
  }

  #answer(message: Message, deferred: Deferred<unknown>): void {
    const script = this.#scripts.get(message.handler);
    if (script === undefined) return;
    const fail = (error: unknown): void =>
      void deferred.reject(error instanceof Error ? error : new Error(String(error)));
    try {
      const answer = script(...message.args);
      if (isThenable(answer)) {
        Promise.resolve(answer).then((value) => void deferred.resolve(value), fail);
      } else deferred.resolve(answer);
    } catch (error) {
      fail(error);
    }
  }

  #came(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#more = undefined;
  }

  /** The next message if it is there. @throws ProbeFull */
  tryNext(): Message | undefined {
    if (this.#omitted > 0) throw new ProbeFull(this.name, this.#max, this.#omitted);
    const message = this.messages[this.taken];
    if (message !== undefined) this.taken += 1;
    return message;
  }

  /** Settles when something comes. */
  more(): Promise<void> {
    this.#more ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#more;
  }

  /** Messages that the test has not been given. */
  get waiting(): readonly Message[] {
    return this.messages.slice(this.taken);
  }
}
