/** A message as a probe has got it, and its types by the protocol that the probe takes. */

import { InvalidOptions } from "../errors.ts";
import { sketch } from "../sketch.ts";
import type { Answer, AnyRef, Deferred, Signature } from "../types.ts";

/** The handlers of a protocol. */
export type HandlerOf<P> = {
  [Name in keyof P & string]: P[Name] extends Signature ? Name : never;
}[keyof P & string];

export type ArgsOfHandler<P, Name extends keyof P> = P[Name] extends (
  ...args: infer Args
) => unknown
  ? Args
  : never;

export type AnswerOfHandler<P, Name extends keyof P> = P[Name] extends (
  ...args: never[]
) => infer Result
  ? Answer<Result>
  : never;

/** Any message of a protocol; `handler` says which. */
export type Received<P> = { [Name in HandlerOf<P>]: ReceivedBy<P, Name> }[HandlerOf<P>];

/** A message to one handler. */
export interface ReceivedBy<P, Name extends keyof P> {
  readonly handler: Name;
  readonly args: ArgsOfHandler<P, Name>;
  readonly type: "cast" | "call";
  /** Undefined: it came from outside of actors. */
  readonly sender: AnyRef | undefined;
  /** Milliseconds since the system started. */
  readonly at: number;
  /** A call that waits for its answer. */
  readonly open: boolean;
  /** Answers the call; false if it was answered or given up. @throws InvalidOptions for a cast */
  answer(value: AnswerOfHandler<P, Name>): boolean;
  /** Fails the call with this error. @throws InvalidOptions for a cast */
  fail(error: Error): boolean;
}

export interface MessageFacts {
  readonly handler: string;
  readonly args: readonly unknown[];
  readonly sender: AnyRef | undefined;
  readonly at: number;
}

/** The same without types. */
export class Message {
  readonly handler: string;
  readonly args: readonly unknown[];
  readonly type: "cast" | "call";
  readonly sender: AnyRef | undefined;
  readonly at: number;
  readonly #deferred: Deferred<unknown> | undefined;

  /** @param deferred of a call */
  constructor(
    { handler, args, sender, at }: MessageFacts,
    deferred: Deferred<unknown> | undefined,
  ) {
    this.handler = handler;
    this.args = args;
    this.type = deferred === undefined ? "cast" : "call";
    this.sender = sender;
    this.at = at;
    this.#deferred = deferred;
  }

  get open(): boolean {
    return this.#deferred?.open ?? false;
  }

  answer(value: unknown): boolean {
    return this.#call("answer").resolve(value);
  }

  fail(error: Error): boolean {
    if (!(error instanceof Error)) throw new InvalidOptions("fail", "given an Error", error);
    return this.#call("fail").reject(error);
  }

  #call(what: string): Deferred<unknown> {
    if (this.#deferred !== undefined) return this.#deferred;
    throw new InvalidOptions(what, "used for a call", `the cast ${this}`);
  }

  /** `put("a", 1)` */
  toString(): string {
    return textOf(this.handler, this.args);
  }
}

/** A message, or what is expected of one, as one would write it. */
export function textOf(handler: string, args: readonly unknown[]): string {
  return `${handler}(${args.map(sketch).join(", ")})`;
}
