/**
 * The port through which a user's trace context crosses from a send to the turn that it causes.
 *
 *     sender's code ──inject──▶ text ──mailbox or record──▶ run(text, turn) ──▶ handler, its awaits
 *
 * What carries it: casts, calls, pipes, the timers and continuations that a turn sets, and spawns,
 * whose `init` runs in it. Off by default; then nothing here is made or asked. A port that throws
 * loses the context of a message, never the message.
 *
 * Left out: what a context means (the port knows), and ways back with answers.
 */

import type { Env } from "../runtime/env.ts";
import { summarise } from "../runtime/errors.ts";
import { InvalidOptions } from "./errors.ts";
import { importInTime } from "./importing.ts";
import type { Log } from "./log.ts";
import { isThenable } from "./thenable.ts";

/** What is known of the turn that a port runs, enough to name a span. */
export interface TracedTurn {
  /** `Counter` */
  readonly definition: string;
  /** The handler or callback. */
  readonly handler: string;
  readonly type: "cast" | "call" | "timer" | "callback" | "init";
}

/** What the module of option `trace` exports as `trace`; every thread loads it. */
export interface TracePort {
  /**
   * The context of the code that sends right now, as 1 to 64 characters of Latin-1 (a W3C
   * traceparent has 55); undefined if there is none. Called at each send.
   */
  inject(): string | undefined;
  /**
   * Runs a turn in the context that its message brought; undefined if it brought none. It must call
   * `turn` once, before it returns, in whatever AsyncLocalStorage makes the context last over the
   * turn's awaits. Of an async handler `turn` gives the promise. What `run` returns is not used.
   */
  run<Result>(context: string | undefined, turn: () => Result, facts: TracedTurn): Result;
}

export const CONTEXT_MAX = 64;
/** Between two lines of the log about a port that does not keep its promises. */
const COMPLAINT_MS = 10_000;

/** A message that is not a call, with the context it brings. Calls have a field for it. */
export class Traced {
  readonly context: string | undefined;
  readonly arg: unknown;
  readonly type: TracedTurn["type"];

  constructor(context: string | undefined, arg: unknown, type: TracedTurn["type"] = "cast") {
    this.context = context;
    this.arg = arg;
    this.type = type;
  }
}

/** The port of one thread, held to its promises. */
export class Trace {
  readonly #port: TracePort;
  readonly #env: Env;
  readonly #log: Log;
  /** The context that was last found to be fine: many sends of a turn have the same one. */
  #fine: string | undefined;
  #faults = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** The context of the send that is on its way: `Sending` sets it, who encodes it reads it. */
  sent: string | undefined = undefined;

  constructor(port: TracePort, env: Env, log: Log) {
    this.#port = port;
    this.#env = env;
    this.#log = log;
  }

  /** The context of the code that runs right now, if it has one that can travel. */
  inject(): string | undefined {
    try {
      const context: unknown = this.#port.inject();
      if (context === undefined || context === "") return undefined;
      if (context === this.#fine) return this.#fine;
      if (isContext(context)) {
        this.#fine = context;
        return context;
      }
      const allowed = `a text of 1 to ${CONTEXT_MAX} Latin-1 characters, or undefined`;
      this.#complain("inject", `it gave ${shown(context)}, and may give ${allowed}`);
    } catch (error) {
      this.#complain("inject", `it threw ${summarise(error)}`);
    }
    return undefined;
  }

  /** Runs a turn by the port: exactly once, whatever the port does. Throws what the turn throws. */
  run(context: string | undefined, turn: () => unknown, facts: TracedTurn): unknown {
    const outcome: { ran: boolean; threw: boolean; value: unknown } = {
      ran: false,
      threw: false,
      value: undefined,
    };
    const once = (): unknown => {
      if (!outcome.ran) {
        outcome.ran = true;
        try {
          outcome.value = turn();
        } catch (error) {
          outcome.threw = true;
          outcome.value = error;
        }
      }
      if (outcome.threw) throw outcome.value;
      return outcome.value;
    };
    try {
      const result: unknown = this.#port.run(context, once, facts);
      // Nobody else would catch what an async `run` rejects with.
      if (isThenable(result)) Promise.resolve(result).catch(() => {});
    } catch (error) {
      if (!outcome.threw || error !== outcome.value) {
        this.#complain("run", `it threw ${summarise(error)}`);
      }
    }
    if (!outcome.ran) this.#complain("run", "it did not call the turn, which ran without it");
    return once();
  }

  #complain(method: keyof TracePort, what: string): void {
    this.#faults += 1;
    const now = this.#env.now();
    if (now - this.#toldAt < COMPLAINT_MS) return;
    this.#toldAt = now;
    const faults = this.#faults;
    this.#faults = 0;
    this.#log.warn({ method, what, faults }, "the trace port failed; messages go on without it");
  }
}

function isContext(context: unknown): context is string {
  if (typeof context !== "string" || context.length > CONTEXT_MAX) return false;
  for (let index = 0; index < context.length; index += 1) {
    if (context.charCodeAt(index) > 255) return false;
  }
  return true;
}

function shown(value: unknown): string {
  if (typeof value !== "string") return `a value of type ${typeof value}`;
  return `${value.length} characters, ${JSON.stringify(value.slice(0, CONTEXT_MAX))}`;
}

/** The port of this thread. @throws InvalidOptions if the module cannot be loaded or has none */
export async function loadTrace(url: string | undefined): Promise<TracePort | undefined> {
  if (url === undefined) return undefined;
  const fail = (problem: string, cause?: unknown): InvalidOptions => {
    const allowed = "a URL of a module that exports `trace` with inject and run";
    const error = new InvalidOptions("trace", allowed, `${url}: ${problem}`);
    if (cause !== undefined) error.cause = cause;
    return error;
  };
  const late = (): InvalidOptions => fail("it does not end its loading");
  const loaded = await importInTime(import(url), late).catch((error: unknown) => {
    throw error instanceof InvalidOptions ? error : fail(summarise(error), error);
  });
  const { trace } = loaded as { trace?: Partial<TracePort> };
  if (typeof trace?.inject === "function" && typeof trace.run === "function") {
    return trace as TracePort;
  }
  throw fail(trace === undefined ? "it exports no trace" : "its trace lacks inject or run");
}
