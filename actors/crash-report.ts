/**
 * What the report of a crash tells of the actor.
 *
 * Of the message only its shape is told, since messages are other people's data; of the state what
 * the definition's `redact` leaves of it.
 */

import { nameOf } from "./act.ts";
import { type Cell, STARTING } from "./cell.ts";
import { Callback } from "./early.ts";
import type { ExitReason } from "./exit.ts";
import type { Host } from "./host.ts";
import { argsOf, handlerOf, kindOf, LIST, type Message, NO_TAG, REQUEST, TICK } from "./mailbox.ts";
import { recentOf } from "./recorded.ts";
import { ActorRef } from "./ref.ts";
import { Request } from "./request.ts";
import { shapeOfArguments, sketch } from "./sketch.ts";
import { isThenable } from "./thenable.ts";
import { thrownFacts } from "./thrown-facts.ts";
import { Traced } from "./trace.ts";

/** Links and watchers that are named. */
const NAMES_MAX = 16;

export interface Crash {
  readonly cell: Cell;
  /** The handler or callback that threw; `uncaught`, `stop`. */
  readonly handler: string;
  readonly error: unknown;
  /** The error in one line. */
  readonly reason: string;
  /** What was handled, if it was a message. */
  readonly message: Message | undefined;
}

/** An end that the actor itself has asked for, and that is none in order. */
export interface Fault extends Crash {
  readonly exit: ExitReason;
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
    recent: recentOf(host, cell),
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

/** Who it comes from, who hears of its end, and whose end it hears of. */
function relatives(cell: Cell): object {
  const { ancestors, bonds } = cell;
  const { links, watchers, monitors } = bonds ?? {};
  return {
    ancestors: ancestors.length === 0 ? undefined : ancestors,
    links: namesOf(
      links
        ?.values()
        .filter((link) => link instanceof ActorRef)
        .map((ref) => ({ ref })),
    ),
    watchers: namesOf(watchers?.values()),
    monitors: monitors?.size,
  };
}

/** Undefined for a watcher that is no actor, but somebody who awaits `whenDown`. */
function namesOf(bonds: readonly { ref: ActorRef | undefined }[] = []): string[] | undefined {
  if (bonds.length === 0) return undefined;
  const names = bonds
    .slice(0, NAMES_MAX)
    .map(({ ref }) => (ref === undefined ? "outside" : `${ref}`));
  const more = bonds.length - names.length;
  return more === 0 ? names : [...names, `… ${more} more`];
}
