/**
 * What the report of a crash tells of the actor.
 *
 * Of the message only its shape is told, since messages are other people's data; of the state what
 * the definition's `redact` leaves of it.
 */

import { nameOf } from "./act.ts";
import { type Cell, STARTING } from "./cell.ts";
import { Callback } from "./early.ts";
import type { Host } from "./host.ts";
import { argsOf, handlerOf, kindOf, LIST, type Message, NO_TAG, REQUEST, TICK } from "./mailbox.ts";
import { Request } from "./request.ts";
import { shapeOfArguments, sketch } from "./sketch.ts";
import { isThenable } from "./thenable.ts";
import { thrownFacts } from "./thrown-facts.ts";
import { Traced } from "./trace.ts";

export interface Crash {
  readonly cell: Cell;
  /** The handler or callback that threw, or `uncaught`. */
  readonly handler: string;
  readonly error: unknown;
  /** The error in one line. */
  readonly reason: string;
  /** What was handled, if it was a message. */
  readonly message: Message | undefined;
}

/** The fields of the line: plain data that can travel. */
export function crashFields(host: Host, { cell, handler, error, reason, message }: Crash): object {
  const { causes, thrown, stack } = thrownFacts(error, host.settings.development);
  return {
    ...whoIs(host, cell),
    handler,
    reason,
    causes,
    thrown,
    sender: message === undefined || message.from === 0 ? undefined : host.sender(message.from),
    lastMessage: shapeOfMessage(cell, message),
    state: stateText(cell),
    waiting: cell.count,
    ...relatives(cell),
    stack,
  };
}

/** Of an actor, in every report. */
export function whoIs(host: Host, cell: Cell): object {
  const { name, label } = cell;
  return { actor: cell.toString(), name, label, thread: host.thread.index };
}

/** `cast add(number)`. Types and sizes only. */
export function shapeOfMessage(cell: Cell, message: Message | undefined): string | undefined {
  if (message === undefined || message.tag === NO_TAG) return undefined;
  const { tag, arg } = message;
  if (arg instanceof Callback) return `${arg.name}${shapeOfArguments(arg.args)}`;
  if (kindOf(tag) === REQUEST && arg instanceof Request) {
    return `call ${nameOf(cell, arg.handler)}${shapeOf(arg.argc, arg.arg)}`;
  }
  const given: unknown = arg instanceof Traced ? arg.arg : arg;
  const how = kindOf(tag) === TICK ? "timer" : arg instanceof Traced ? arg.type : "cast";
  return `${how} ${nameOf(cell, handlerOf(tag))}${shapeOf(argsOf(tag), given)}`;
}

function shapeOf(argc: number, arg: unknown): string {
  if (argc < LIST) return shapeOfArguments(argc === 0 ? [] : [arg]);
  return shapeOfArguments(Array.isArray(arg) ? arg : [arg]);
}

function stateText(cell: Cell): string | undefined {
  if (cell.status === STARTING) return undefined;
  const { redact } = cell.kind.blueprint;
  if (redact === undefined) return sketch(cell.state);
  if (redact === true) return "(redacted)";
  try {
    const shown = redact(cell.state);
    if (!isThenable(shown)) return sketch(shown);
    Promise.resolve(shown).catch(() => {});
    return "(redacted: redact returned a promise, and must return what may be shown)";
  } catch {
    // What it threw may name what it was to hide.
    return "(redacted: redact threw)";
  }
}

/** Who it stands in relation to. */
function relatives(_cell: Cell): object {
  return {};
}
