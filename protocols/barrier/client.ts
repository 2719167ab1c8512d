/** What users hold of a barrier: one member's side of it. */

import {
  type AskOptions,
  type Handle,
  type MemberId,
  NoSuchInstance,
  OutcomeUnknown,
} from "../../actors/index.ts";
import { BarrierBroken, BarrierRefused } from "./errors.ts";
import type { BarrierCommand, BarrierReply, BarrierStatus } from "./spec.ts";
import type { BarrierSpec } from "./state.ts";

/** A barrier ends its phases by itself, so who sets no deadline has none. */
const WAIT_MS: number = 2 ** 31 - 1;

/** A phase that all have passed. */
export interface PhasePassed {
  readonly phase: number;
  /** How many arrived. */
  readonly arrived: number;
  /** What each brought, in the order of their ids; of those that brought something. */
  readonly results: ReadonlyMap<MemberId, unknown>;
  /** What `onAdvance` of home's participant made of it, and undefined without that. */
  readonly outcome: unknown;
}

export interface ArriveOptions extends AskOptions {
  /**
   * The phase that is meant. To arrive at one that is over is told at once, and nothing is counted;
   * at one that is not open it is refused. Default: the one after the last that this member heard
   * of.
   */
  readonly phase?: number;
}

type Reply<Type extends BarrierReply["type"]> = Extract<BarrierReply, { readonly type: Type }>;

/**
 * All of its methods reject as `Handle.ask` does, and with BarrierBroken (ERR_BARRIER_BROKEN),
 * BarrierRefused (ERR_BARRIER_REFUSED), and NoSuchInstance (ERR_NO_SUCH_INSTANCE) or
 * OutcomeUnknown (ERR_OUTCOME_UNKNOWN) if home says nothing for 30 s. Without `deadlineMs` they
 * wait until the phase is over, which the barrier's time-out sees to, or the death of home.
 */
export class BarrierClient {
  readonly handle: Handle<BarrierSpec>;

  constructor(handle: Handle<BarrierSpec>) {
    this.handle = handle;
  }

  /**
   * Arrives, and waits for all others. Whoever arrives twice at a phase is counted once, with what
   * it brought first.
   *
   * @param value plain data that all get; at most `valueBytesMax`
   */
  async arriveAndAwait(value?: unknown, options: ArriveOptions = {}): Promise<PhasePassed> {
    return this.#pass({ type: "arriveAndAwait", ...given(value, options) }, options);
  }

  /** Arrives, and does not wait. Fulfilled with the phase once it is counted. */
  async arrive(value?: unknown, options: ArriveOptions = {}): Promise<number> {
    return this.#arrive({ type: "arrive", ...given(value, options) }, options);
  }

  /** Arrives for the last time: later phases do not wait for this member. */
  async arriveAndDeregister(value?: unknown, options: ArriveOptions = {}): Promise<number> {
    return this.#arrive({ type: "arriveAndDeregister", ...given(value, options) }, options);
  }

  /** Of a double barrier: waits until all have entered. */
  async enter(value?: unknown, options: AskOptions = {}): Promise<PhasePassed> {
    return this.#pass({ type: "enter", value }, options);
  }

  /** Of a double barrier: waits until all have left. */
  async leave(value?: unknown, options: AskOptions = {}): Promise<PhasePassed> {
    return this.#pass({ type: "leave", value }, options);
  }

  /** Waits for a phase without arriving; members that are no parties may, too. */
  async awaitPhase(phase: number, options: AskOptions = {}): Promise<PhasePassed> {
    return this.#pass({ type: "await", phase }, options);
  }

  /** Becomes a party. Fulfilled with the first phase that waits for this member. */
  async register(options: AskOptions = {}): Promise<number> {
    return (await this.#ask({ type: "register" }, options, ["registered"])).phase;
  }

  /**
   * Opens a broken barrier again, and breaks a phase at which somebody waits. Fulfilled with the
   * phase that is open then. Where all who were told of it may do so, they name the phase, as
   * `reset({ phase: error.phase })`: then the first one opens the next, and the others do nothing.
   */
  async reset({ phase, ...options }: ArriveOptions = {}): Promise<number> {
    const command = { type: "reset", ...(phase !== undefined && { phase }) } as const;
    return (await this.#ask(command, options, ["reset"])).phase;
  }

  async status(options: AskOptions = {}): Promise<Omit<BarrierStatus, "type">> {
    const { type: _, ...status } = await this.#ask({ type: "status" }, options, ["status"]);
    return status;
  }

  async #arrive(command: BarrierCommand, options: AskOptions): Promise<number> {
    return (await this.#ask(command, options, ["arrived", "passed"])).phase;
  }

  async #pass(command: BarrierCommand, options: AskOptions): Promise<PhasePassed> {
    const { phase, arrived, results, outcome } = await this.#ask(command, options, ["passed"]);
    const brought = new Map(results.map(({ member, value }) => [member, value]));
    return { phase, arrived, results: brought, outcome };
  }

  async #ask<Type extends BarrierReply["type"]>(
    command: BarrierCommand,
    options: AskOptions,
    types: readonly Type[],
  ): Promise<Reply<Type>> {
    const { deadlineMs = WAIT_MS, requestId = this.handle.requestId() } = options;
    const { instance, member } = this.handle;
    const reply = await this.handle.ask(command, { deadlineMs, requestId });
    if (isOneOf(reply, types)) return reply;
    if (reply.type === "broken") throw new BarrierBroken(instance, reply);
    if (reply.type === "refused") throw new BarrierRefused(instance, member, reply);
    if (reply.type === "unheard") throw new NoSuchInstance(`${instance}/home`, reply.afterMs);
    if (reply.type === "unknown") {
      throw new OutcomeUnknown(instance, command.type, requestId, reply.afterMs);
    }
    throw new TypeError(`a barrier has answered ${command.type} with ${reply.type}`);
  }
}

function given(value: unknown, { phase }: ArriveOptions): { value: unknown; phase?: number } {
  return { value, ...(phase !== undefined && { phase }) };
}

function isOneOf<Type extends BarrierReply["type"]>(
  reply: BarrierReply,
  types: readonly Type[],
): reply is Reply<Type> {
  return (types as readonly string[]).includes(reply.type);
}
