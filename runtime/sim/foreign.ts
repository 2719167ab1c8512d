/**
 * Which real asynchronous resources user code has made: what a handler waits for that is pending
 * while nothing in the simulated world could wake it.
 *
 *     node:async_hooks ─init─▶ of a type that Node's native code has (a file request, a socket, …),
 *                              or a real timer ─▶ made by user code, as an owner's code runs
 *                                                   ─▶ type, owner, place, stack
 *
 * What is listed may have ended since. Opt-in, for a second run of a seed that failed: the hook
 * makes each promise cost 200 ns more on Node 20 and 22, and nothing on 24 and 26, which can leave
 * promises out.
 *
 * Left out: what Node gives no name, such as `Atomics.waitAsync` with a time-out; `console.log`,
 * which nobody waits for.
 */

import { asyncWrapProviders, createHook, executionAsyncId } from "node:async_hooks";
import { type AnyFunction, type CallSite, captureFrames, framesOf, isNode, isOwn } from "./uses.ts";

export interface ForeignResource {
  /** What Node calls it, like `FSREQPROMISE`. */
  readonly type: string;
  /** The same for people: `a file operation`. */
  readonly what: string;
  /** Whose code made it, as `owner` said then. */
  readonly owner: unknown;
  /** The first of `frames`; undefined if Node made it later, not in a call or tick of the user. */
  readonly where: CallSite | undefined;
  /** The user's part of the stack, innermost first. */
  readonly frames: readonly CallSite[];
}

/** Resources of one owner that are listed: a handler waits for its first one, or all are alike. */
const LISTED_MAX = 16;
/** Owners that are told apart. */
const OWNERS_MAX = 10_000;

/** Ticks whose origin is known: streams begin in the tick after the user's call. */
const TICKS_MAX = 1000;
/** Ticks that are followed from one to the one that asked for it. */
const TICKS_BACK_MAX = 8;

/** Types of async_hooks beside Node's native ones. */
const TIMERS = ["Timeout", "Immediate"];
/** Promises, and parts of other resources, which come with them. */
const IGNORED = [
  "NONE",
  "PROMISE",
  "WRITEWRAP",
  "SHUTDOWNWRAP",
  "SIGNALWRAP",
  "INSPECTORJSBINDING",
];

const KINDS: readonly (readonly [types: RegExp, what: string])[] = [
  [/^(FS|STATWATCHER|FILEHANDLE|DIRHANDLE|BLOB)/, "a file operation"],
  [/^(GETADDRINFO|GETNAMEINFO|QUERY|DNSCHANNEL)/, "a look-up of a name"],
  [/^(TCP|TLS|HTTP|UDP|PIPE|STREAM|JSSTREAM|QUIC)/, "a network connection"],
  [/^PROCESSWRAP/, "another process"],
  [/^(WORKER|MESSAGEPORT)/, "another thread"],
  [/^(ZLIB|COMPRESSION|ZSTD|BROTLI)/, "work of the thread pool (compression)"],
  [/(REQUEST|JOB)$/, "work of the thread pool (cryptography)"],
  [/^(Timeout|Immediate)$/, "a real timer, taken before the simulation began"],
];

export class ForeignWatch {
  readonly #owner: () => unknown;
  readonly #found: Map<unknown, ForeignResource[]> = new Map();
  readonly #ticks = new Ticks();
  readonly #hook: ReturnType<typeof createHook>;

  /** Begins to watch. @param owner whose code runs now, see VirtualClock; undefined is nobody. */
  constructor(owner: () => unknown) {
    this.#owner = owner;
    const init = (id: number, type: string): void => {
      if (type === "TickObject") this.#ticks.add(id, init);
      else if (WATCHED.has(type)) this.#note(type, init);
    };
    // trackPromises: known from Node 24.12 on, and not to the types of Node 20.
    const hooks = { init, trackPromises: false };
    this.#hook = createHook(hooks).enable();
  }

  #note(type: string, below: AnyFunction): void {
    const owner = this.#owner();
    if (owner === undefined) return;
    const found = this.#found.get(owner) ?? [];
    if (found.length >= LISTED_MAX) return;
    if (found.length === 0 && this.#found.size >= OWNERS_MAX) return;
    const stack = captureFrames(below);
    const edge = stack.findIndex(({ file }) => !isNode(file));
    const [inNode, outside] = edge < 0 ? [stack, undefined] : [stack.slice(0, edge), stack[edge]];
    if (isHarmless(type, inNode) || (outside !== undefined && isOwn(outside.file))) return;
    const frames = (outside === undefined ? this.#ticks.origin() : stack).filter(isUser);
    const what = KINDS.find(([types]) => types.test(type))?.[1] ?? "something outside";
    this.#found.set(owner, found);
    found.push({ type, what, owner, where: frames[0], frames });
  }

  /** What this owner's code has made so far, oldest first, up to 16 of them. */
  of(owner: unknown): readonly ForeignResource[] {
    return this.#found.get(owner) ?? [];
  }

  /** The same of all owners. */
  all(): ForeignResource[] {
    return [...this.#found.values()].flat();
  }

  /** Watches no more; what was found stays. */
  stop(): void {
    this.#hook.disable();
  }
}

/** Where ticks were asked for. */
class Ticks {
  readonly #origins: Map<number, { site: { stack?: unknown }; parent: number }> = new Map();

  add(id: number, below: AnyFunction): void {
    const [oldest] = this.#origins.keys();
    if (oldest !== undefined && this.#origins.size >= TICKS_MAX) this.#origins.delete(oldest);
    const site = {};
    Error.captureStackTrace(site, below);
    this.#origins.set(id, { site, parent: executionAsyncId() });
  }

  /** The stack of the tick that runs now, or of the one that asked for it, if a user is in it. */
  origin(): CallSite[] {
    let id = executionAsyncId();
    for (let back = 0; back < TICKS_BACK_MAX; back += 1) {
      const tick = this.#origins.get(id);
      if (tick === undefined) break;
      const stack = framesOf(tick.site.stack);
      if (stack.some(isUser)) return stack;
      id = tick.parent;
    }
    return [];
  }
}

const WATCHED: ReadonlySet<string> = new Set(
  [...Object.keys(asyncWrapProviders), ...TIMERS].filter((type) => !IGNORED.includes(type)),
);

function isUser({ file }: CallSite): boolean {
  return !isNode(file) && !isOwn(file);
}

/**
 * True for what nobody waits for: the work of functions that return when it is done, of Node's
 * console, and timers that Node makes for itself.
 */
function isHarmless(type: string, inNode: readonly CallSite[]): boolean {
  if (TIMERS.includes(type) && inNode.some(({ file }) => !OF_TIMERS.test(file))) return true;
  return inNode.some(
    ({ file, function: name = "" }) =>
      /^sync|Sync$/.test(name) || /^node:internal\/(console|bootstrap)\//.test(file),
  );
}

/** Where Node makes a timer for the user, and where hooks are called. */
const OF_TIMERS = /^node:(internal\/)?(timers|async_hooks)/;
