/**
 * Request collections: many calls under one deadline, received in the order in which they are
 * answered; and `multiCall`, one call to many actors.
 *
 *     add ─▶ call … ─▶ answered ─▶ queue ─▶ for await (…)
 *
 * Follows gen_server's request-id collections (reqids_add, receive_response) and multi_call of OTP.
 */

import { InvalidOptions, RequestsFull } from "./errors.ts";
import { checkTimeout, known } from "./options.ts";
import { ActorRef } from "./ref.ts";
import type { Call, MessageOptions, Ref } from "./types.ts";

/** Calls of one collection that are not received yet. */
export const REQUESTS_MAX = 65_536;

export interface RequestsOptions {
  /** Milliseconds from the first `add` until what is open fails: 1 to 2^31 - 1, default 5000. */
  timeout?: number;
  /** Gives all open calls up. */
  signal?: AbortSignal;
}

/** How one call of a collection ended. */
export type Received<Label, Value> =
  | { readonly label: Label; readonly ok: true; readonly value: Value }
  | { readonly label: Label; readonly ok: false; readonly error: unknown };

const TIMEOUT_MS_DEFAULT = 5000;
/** Received entries that are kept before they are cut off. */
const COMPACT_AT = 1024;

/**
 * Calls that were sent and are to be received in order of arrival.
 *
 *     const requests = new Requests<string>({ timeout: 500 });
 *     for (const shard of shards) requests.add(String(shard), shard, (call) => call.count());
 *     for await (const { label, ok, ...rest } of requests) …
 *
 * Costs a call and one entry of a queue each. Ends when every call was received: each settles, with
 * its value or with the error that its call fails with (CallTimeout at the common deadline). The
 * deadline is that of the calls: what else `send` waits for must end by itself.
 */
export class Requests<Label = unknown, Value = unknown>
  implements AsyncIterable<Received<Label, Value>>
{
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  #arrived: Received<Label, Value>[] = [];
  /** Of those that arrived: received already. */
  #head = 0;
  #deadline: number | undefined;
  #open = 0;
  #wake: (() => void) | undefined;

  constructor(options: RequestsOptions = {}) {
    known("Requests", options, ["timeout", "signal"]);
    if (options.timeout !== undefined) checkTimeout("timeout", options.timeout);
    if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
      throw new InvalidOptions("signal", "an AbortSignal", options.signal);
    }
    this.#timeoutMs = options.timeout ?? TIMEOUT_MS_DEFAULT;
    this.#signal = options.signal;
  }

  /** Calls that are not received yet. */
  get size(): number {
    return this.#open + this.#arrived.length - this.#head;
  }

  /**
   * Makes a call; `label` comes back with its end.
   *
   * @throws RequestsFull (ERR_REQUESTS_FULL) at 65 536 calls that were not received.
   */
  add<P>(label: Label, ref: Ref<P>, send: (call: Call<P>) => Promise<Value>): void {
    if (this.size >= REQUESTS_MAX) throw new RequestsFull(REQUESTS_MAX);
    const sent = this.#send(checkRef(ref), send);
    this.#open += 1;
    sent.then(
      (value) => this.#receive({ label, ok: true, value }),
      (error: unknown) => this.#receive({ label, ok: false, error }),
    );
  }

  /** Async, so that what `send` throws at once is an end like any other. */
  async #send<P>(ref: ActorRef, send: (call: Call<P>) => Promise<Value>): Promise<Value> {
    const now = ref.sending.now();
    this.#deadline ??= now + this.#timeoutMs;
    const options: MessageOptions = { timeout: Math.max(1, Math.ceil(this.#deadline - now)) };
    if (this.#signal !== undefined) options.signal = this.#signal;
    return send(ref.with(options).call as Call<P>);
  }

  #receive(received: Received<Label, Value>): void {
    this.#open -= 1;
    this.#arrived.push(received);
    this.#wake?.();
    this.#wake = undefined;
  }

  /** The next that arrives; undefined if there is none to come. For one reader at a time. */
  async next(): Promise<Received<Label, Value> | undefined> {
    while (this.#head === this.#arrived.length) {
      if (this.#open === 0) return undefined;
      await new Promise<void>((resolve) => {
        const before = this.#wake;
        this.#wake = () => {
          before?.();
          resolve();
        };
      });
    }
    const next = this.#arrived[this.#head];
    this.#head += 1;
    if (this.#head === this.#arrived.length || this.#head === COMPACT_AT) {
      this.#arrived = this.#arrived.slice(this.#head);
      this.#head = 0;
    }
    return next;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Received<Label, Value>> {
    for (let one = await this.next(); one !== undefined; one = await this.next()) yield one;
  }
}

export interface MultiCall<P, Value> {
  /** In order of arrival. */
  readonly replies: readonly { readonly ref: Ref<P>; readonly value: Value }[];
  readonly failures: readonly { readonly ref: Ref<P>; readonly error: unknown }[];
}

/**
 * The same call to many actors, under one deadline. Never rejects because of a target: who failed
 * is in `failures`.
 *
 * @throws (rejects with) RequestsFull (ERR_REQUESTS_FULL) for more than 65 536 refs, InvalidOptions
 *   (ERR_INVALID_OPTIONS) for what is none; then no call was made.
 */
export async function multiCall<P, Value>(
  refs: Iterable<Ref<P>>,
  send: (call: Call<P>) => Promise<Value>,
  options: RequestsOptions = {},
): Promise<MultiCall<P, Value>> {
  const requests = new Requests<Ref<P>, Value>(options);
  const targets = [...refs];
  if (targets.length > REQUESTS_MAX) throw new RequestsFull(REQUESTS_MAX);
  for (const ref of targets) checkRef(ref);
  for (const ref of targets) requests.add(ref, ref, send);
  const replies: { ref: Ref<P>; value: Value }[] = [];
  const failures: { ref: Ref<P>; error: unknown }[] = [];
  for await (const one of requests) {
    if (one.ok) replies.push({ ref: one.label, value: one.value });
    else failures.push({ ref: one.label, error: one.error });
  }
  return { replies, failures };
}

function checkRef(ref: unknown): ActorRef {
  if (ref instanceof ActorRef) return ref;
  throw new InvalidOptions("ref", "a ref", ref);
}
