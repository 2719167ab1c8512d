/**
 * Refs that lead to nobody: what an actor under step sends to one is an effect of that step.
 *
 *     stub(Store, "store") ──▶ ref ──init or message──▶ actor ──ref.cast.put(1)──▶ running turn
 *                                                                                   └─▶ effects
 *
 * They are refs like any other to the code under test, down to `ref.with(…)`; only what they do
 * when they are sent to is another. A real system does not take them: they are none of its own.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { isBlueprint, isHandlerName } from "../define.ts";
import { InvalidOptions } from "../errors.ts";
import { numbersOf } from "../facade.ts";
import { ActorRef, type Facts } from "../ref.ts";
import type { Sending } from "../sending.ts";
import type { Definition, MessageOptions, Ref } from "../types.ts";
import { CannotStep } from "./errors.ts";
import type { HandlerOf } from "./received.ts";

/** A message to a stub. */
export interface Sent {
  readonly to: StubRef;
  readonly handler: string;
  readonly args: readonly unknown[];
}

/** The turn in which a stub is sent to. */
export interface Sender {
  cast(sent: Sent, priority: boolean): void;
  call(sent: Sent, options: MessageOptions): Promise<unknown>;
}

/** On whose behalf code runs right now, also behind an `await`. */
export const running: AsyncLocalStorage<Sender> = new AsyncLocalStorage();

export class StubRef extends ActorRef {
  readonly name: string;

  constructor(facts: Facts, name: string) {
    super(SENDING, facts, { slot: 0, incarnation: 0, thread: 0, cell: undefined });
    this.name = name;
  }

  override toString(): string {
    return `${this.facts.name}<${this.name}>`;
  }
}

/** As much of it as a ref uses, and so as much as there is. */
const SENDING = {
  cast(ref: StubRef, handler: number, argc: number, arg: unknown, priority = false): boolean {
    const sent = sentOf(ref, handler, argc, arg);
    senderOf(sent).cast(sent, priority);
    return true;
  },
  call(
    ref: StubRef,
    handler: number,
    argc: number,
    arg: unknown,
    options: MessageOptions,
  ): Promise<unknown> {
    const sent = sentOf(ref, handler, argc, arg);
    return senderOf(sent).call(sent, options);
  },
  ready: (): Promise<void> => Promise.resolve(),
} as unknown as Sending;

function sentOf(to: StubRef, handler: number, argc: number, arg: unknown): Sent {
  const args = argc === 0 ? [] : argc === 1 ? [arg] : (arg as unknown[]);
  return { to, handler: to.facts.handlers[handler] ?? "?", args };
}

function senderOf({ to, handler }: Sent): Sender {
  const sender = running.getStore();
  if (sender !== undefined) return sender;
  throw new CannotStep(
    `${handler} was sent to the stub ${to} from outside of a turn`,
    "a stub is for the actor under step to send to; step.cast and step.call are for the test",
  );
}

/**
 * A ref for the actor under step, with the messages of a definition, or, as
 * `stub<P>(["put", "get"])`, of any protocol.
 *
 * @param name what effects and `String(ref)` show
 * @throws InvalidOptions
 */
export function stub<Args extends unknown[], P>(
  definition: Definition<Args, P>,
  name?: string,
): Ref<P>;
export function stub<P>(handlers: readonly HandlerOf<P>[], name?: string): Ref<P>;
export function stub(like: unknown, name = "stub"): Ref<unknown> {
  return stubOf(like, name);
}

export function stubOf(like: unknown, name: string): StubRef {
  if (typeof name !== "string") throw new InvalidOptions("name", "a string", name);
  return new StubRef(factsOf(like), name);
}

function factsOf(like: unknown): Facts {
  const more = { id: -1, stamp: undefined, rewritten: undefined };
  if (isBlueprint(like)) {
    const { url, name, hash, names: handlers } = like;
    return { ...more, url, name, hash, handlers, numbers: numbersOf(handlers) };
  }
  if (!Array.isArray(like) || !like.every(isHandlerName)) {
    throw new InvalidOptions("stub", "a definition, or a list of names of handlers", like);
  }
  const handlers = like as string[];
  return { ...more, url: "", name: "Stub", hash: "", handlers, numbers: numbersOf(handlers) };
}
