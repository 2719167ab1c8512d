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
  arriveAndAwait(value?: unknown, options: ArriveOptions = {}): Promise<PhasePassed> {
    return this.#pass(arriving("arriveAndAwait", value, options), options);
  }

  /** Arrives, and does not wait. Fulfilled with the phase once it is counted. */
  arrive(value?: unknown, options: ArriveOptions = {}): Promise<number> {
    return this.#arrive(arriving("arrive", value, options), options);
  }

  /** Arrives for the last time: later phases do not wait for this member. */
  arriveAndDeregister(value?: unknown, options: ArriveOptions = {}): Promise<number> {
    return this.#arrive(arriving("arriveAndDeregister", value, options), options);
  }

  /** Of a double barrier: waits until all have entered. */
  enter(value?: unknown, options: AskOptions = {}): Promise<PhasePassed> {
    return this.#pass({ type: "enter", value }, options);
  }

  /** Of a double barrier: waits until all have left. */
  leave(value?: unknown, options: AskOptions = {}): Promise<PhasePassed> {
    return this.#pass({ type: "leave", value }, options);
  }

  /** Waits for a phase without arriving; members that are no parties may, too. */
  awaitPhase(phase: number, options: AskOptions = {}): Promise<PhasePassed> {
    return this.#pass({ type: "await", phase }, options);
  }

  /** Becomes a party. Fulfilled with the first phase that waits for this member. */
  register(options: AskOptions = {}): Promise<number> {
    return this.#ask({ type: "register" }, options, ["registered"], phaseOf);
  }

  /**
   * Opens a broken barrier again, and breaks a phase at which somebody waits. Fulfilled with the
   * phase that is open then. Where all who were told of it may do so, they name the phase, as
   * `reset({ phase: error.phase })`: then the first one opens the next, and the others do nothing.
   */
  reset({ phase, ...options }: ArriveOptions = {}): Promise<number> {
    const command = { type: "reset", ...(phase !== undefined && { phase }) } as const;
    return this.#ask(command, options, ["reset"], phaseOf);
  }

  status(options: AskOptions = {}): Promise<Omit<BarrierStatus, "type">> {
    return this.#ask({ type: "status" }, options, ["status"], ({ type: _, ...status }) => status);
  }

  #arrive(command: BarrierCommand, options: AskOptions): Promise<number> {
    return this.#ask(command, options, ["arrived", "passed"], phaseOf);
  }

  #pass(command: BarrierCommand, options: AskOptions): Promise<PhasePassed> {
    return this.#ask(command, options, ["passed"], passedOf);
  }

  #ask<Type extends BarrierReply["type"], Result>(
    command: BarrierCommand,
    options: AskOptions,
    types: readonly Type[],
    read: (reply: Reply<Type>) => Result,
  ): Promise<Result> {
    const waiting =
      options.deadlineMs === undefined ? { ...options, deadlineMs: WAIT_MS } : options;
    return this.handle.ask(command, waiting, (reply, id) => {
      if (isOneOf(reply, types)) return read(reply);
      throw this.#refused(command, id, reply);
    });
  }

  #refused({ type }: BarrierCommand, requestId: string, reply: BarrierReply): Error {
    const { instance, member } = this.handle;
    switch (reply.type) {
      case "broken":
        return new BarrierBroken(instance, reply);
      case "refused":
        return new BarrierRefused(instance, member, reply);
      case "unheard":
        return new NoSuchInstance(`${instance}/home`, reply.afterMs);
      case "unknown":
        return new OutcomeUnknown(instance, type, requestId, reply.afterMs);
      default:
        return new TypeError(`a barrier has answered ${type} with ${reply.type}`);
    }
  }
}

const phaseOf = ({ phase }: { readonly phase: number }): number => phase;

function passedOf({ phase, arrived, results, outcome }: Reply<"passed">): PhasePassed {
  const brought = new Map<MemberId, unknown>();
  for (const { member, value } of results) brought.set(member, value);
  return { phase, arrived, results: brought, outcome };
}

function arriving<Type extends "arrive" | "arriveAndAwait" | "arriveAndDeregister">(
  type: Type,
  value: unknown,
  { phase }: ArriveOptions,
) {
  return phase === undefined ? { type, value } : { type, value, phase };
}

function isOneOf<Type extends BarrierReply["type"]>(
  reply: BarrierReply,
  types: readonly Type[],
): reply is Reply<Type> {
  return (types as readonly string[]).includes(reply.type);
}
