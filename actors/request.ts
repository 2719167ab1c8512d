/**
 * One call on its way: the caller's promise, the receiver's turn, or both when they share a thread.
 *
 * On the caller's side it sits in the table of calls (calls.ts) under `index`; `seq` tells this use
 * of the index from earlier ones, so a late answer reaches nobody. On the receiver's side `origin`
 * says which thread gets the answer; -1 is this one, and then it is the same object.
 */

import type { Cell } from "./cell.ts";
import { OpenRequests } from "./open-requests.ts";
import type { ActorRef } from "./ref.ts";
import type { Site } from "./site.ts";

export const WAITING = 0;
export const BEGUN = 1;
export const SETTLED = 2;

/** What is asked of an actor besides its handlers (inspection.ts). */
export const OPERATIONS = [
  "suspend",
  "resume",
  "getState",
  "replaceState",
  "statistics",
  "stop",
] as const;

/** In place of an address: what was to be spawned, and has none yet. */
export const UNBORN = "spawn";

/** `handler` of a request whether there is room. */
export const ROOM = -1;

export function operationHandler(operation: (typeof OPERATIONS)[number]): number {
  return ROOM - 1 - OPERATIONS.indexOf(operation);
}

/** What a request asks for, for people. */
export function nameOf({ handler, target }: Request): string {
  return handler >= 0
    ? (target?.facts.handlers[handler] ?? "?")
    : (OPERATIONS[ROOM - 1 - handler] ?? "ready");
}

/** What only some requests have. */
class Rare {
  waiter: Cell | undefined;
  gone: "expired" | "aborted" | undefined;
  unwatch: (() => void) | undefined;
  abort: AbortController | undefined;
  site: Site | undefined;
  context: string | undefined;
  definition: number | undefined;
  cancellable = false;
  urgent = false;
  waits = false;
}

export class Request {
  handler = 0;
  argc = 0;
  arg: unknown;
  from = 0;
  status: number = WAITING;
  timeoutMs = 0;
  /** The thread that gets the answer, or -1; `generation` says then which life of it asked. */
  origin = -1;
  index = -1;
  seq = 0;
  /** Entry of the wheel, -1 = none. */
  timer = -1;
  resolve: ((value: unknown) => void) | undefined;
  reject: ((error: unknown) => void) | undefined;
  target: ActorRef | undefined;
  /** The thread that handles it, and which life of it, for when it dies. */
  thread = -1;
  generation = 0;
  /** Not a number, where there is none, since V8 gives a field of doubles an object of its own. */
  #deadline: number | undefined;
  #rare: Rare | undefined;

  /** Milliseconds of the system's clock; Infinity = none. */
  get deadline(): number {
    return this.#deadline ?? Number.POSITIVE_INFINITY;
  }

  set deadline(ms: number) {
    this.#deadline = ms === Number.POSITIVE_INFINITY ? undefined : ms;
  }

  #more(): Rare {
    this.#rare ??= new Rare();
    return this.#rare;
  }

  /** The actor that waits for it inside a turn: its `waitsFor` word names this call. */
  get waiter(): Cell | undefined {
    return this.#rare?.waiter;
  }

  set waiter(waiter: Cell) {
    this.#more().waiter = waiter;
  }

  /** Why it was given up before it began. */
  get gone(): Rare["gone"] {
    return this.#rare?.gone;
  }

  set gone(gone: Rare["gone"]) {
    if (gone !== undefined || this.#rare !== undefined) this.#more().gone = gone;
  }

  /** Ends the caller's watch over its AbortSignal. */
  get unwatch(): (() => void) | undefined {
    return this.#rare?.unwatch;
  }

  set unwatch(unwatch: () => void) {
    this.#more().unwatch = unwatch;
  }

  /** Aborts the handler's `self.signal`. */
  get abort(): AbortController | undefined {
    return this.#rare?.abort;
  }

  set abort(abort: AbortController) {
    this.#more().abort = abort;
  }

  /** Where it was made, in development. */
  get site(): Site | undefined {
    return this.#rare?.site;
  }

  set site(site: Site | undefined) {
    if (site !== undefined) this.#more().site = site;
  }

  /** Of what it wants to be spawned. */
  get definition(): number | undefined {
    return this.#rare?.definition;
  }

  set definition(definition: number) {
    this.#more().definition = definition;
  }

  /** The trace context of the caller. */
  get context(): string | undefined {
    return this.#rare?.context;
  }

  set context(context: string | undefined) {
    if (context !== undefined) this.#more().context = context;
  }

  /** On the receiver: the caller has an AbortSignal and may send a CANCEL. */
  get cancellable(): boolean {
    return this.#rare?.cancellable === true;
  }

  set cancellable(cancellable: boolean) {
    if (cancellable) this.#more().cancellable = true;
  }

  /** Sent with priority. */
  get urgent(): boolean {
    return this.#rare?.urgent === true;
  }

  set urgent(urgent: boolean) {
    if (urgent) this.#more().urgent = true;
  }

  /** On the receiver of a call from another thread: its waiter waits in a turn. */
  get waits(): boolean {
    return this.#rare?.waits === true;
  }

  set waits(waits: boolean) {
    if (waits) this.#more().waits = true;
  }
}

/** From here on, requests that are over are looked for whenever their number has doubled. */
const OPEN_SWEEP_MIN = 1024;

/** Notes that a request began and is not answered when its handler returned. */
export function keepOpen(cell: Cell, request: Request): void {
  const extra = cell.more();
  extra.open ??= new OpenRequests();
  const { open } = extra;
  open.add(request);
  if (open.size < OPEN_SWEEP_MIN || (open.size & (open.size - 1)) !== 0) return;
  // Deferred answers that were never given, to callers who have given up.
  const { answers } = cell.host;
  for (const one of open) if (one.status === SETTLED || answers.isLate(one)) open.delete(one);
}
