/** Why a system, or a part of it, cannot do what it was asked for; wrong options first of all. */

import { SabeamError } from "../runtime/errors.ts";
import { describe } from "./describe.ts";
import { loaderFlags } from "./flags.ts";

export class NestedSystem extends SabeamError {
  override readonly name = "NestedSystem";
  /** Its index; -1 while it boots, when it has none. */
  readonly thread: number;
  constructor(thread: number) {
    const where = thread < 0 ? "a thread" : `thread ${thread}`;
    super(
      "ERR_NESTED_SYSTEM",
      `startSystem was called on ${where} of a running system; a module with actors is ` +
        "loaded there too, so keep startSystem out of it: put the actors into a file of their " +
        "own or, where all is one file, call it only if isMainThread (of node:worker_threads)",
    );
    this.thread = thread;
  }
}

export class NoSuchActor extends SabeamError {
  override readonly name = "NoSuchActor";
  readonly actor: string;
  constructor(actor: string, why: string) {
    super("ERR_NO_SUCH_ACTOR", `there is no ${actor}: ${why}`);
    this.actor = actor;
  }
}

export class NameTaken extends SabeamError {
  override readonly name = "NameTaken";
  readonly taken: string;
  constructor(taken: string, holder: string) {
    super(
      "ERR_NAME_TAKEN",
      `the name ${JSON.stringify(taken)} belongs to ${holder}; names are unique in a system ` +
        "while " +
        "their actor lives: use system.whereis to find it, or another name",
    );
    this.taken = taken;
  }
}

export class InvalidOptions extends SabeamError {
  override readonly name = "InvalidOptions";
  readonly option: string;
  constructor(option: string, allowed: string, got: unknown) {
    super("ERR_INVALID_OPTIONS", `${option} must be ${allowed}; got ${describe(got)}`);
    this.option = option;
  }
}

export class InvalidDefinition extends SabeamError {
  override readonly name = "InvalidDefinition";
  constructor(definition: string, problem: string) {
    super("ERR_INVALID_DEFINITION", `the definition ${definition} cannot be used: ${problem}`);
  }
}

export class ModuleNotLoaded extends SabeamError {
  override readonly name = "ModuleNotLoaded";
  readonly url: string;
  readonly thread: number;
  /** Loader flags in force on that thread, each with its value. */
  readonly flags: readonly string[];
  constructor(
    url: string,
    thread: number,
    problem: string,
    { advice, cause, what }: { advice: string; cause?: unknown; what?: "preload" },
  ) {
    const flags = loaderFlags();
    const wanted = what ?? "get an actor from";
    super(
      "ERR_MODULE_NOT_LOADED",
      `thread ${thread} could not ${wanted} ${url}: ${problem}. ${advice} (Node ` +
        `${process.version} there, loader flags: ${flags.join(" ") || "none"})`,
    );
    this.url = url;
    this.thread = thread;
    this.flags = flags;
    if (cause !== undefined) this.cause = cause;
  }
}

export class SystemStopped extends SabeamError {
  override readonly name = "SystemStopped";
  constructor(what: string) {
    super("ERR_SYSTEM_STOPPED", `${what}: the system has been stopped; start another one`);
  }
}

export class SystemFailed extends SabeamError {
  override readonly name = "SystemFailed";
  constructor(what: string, cause?: unknown) {
    super("ERR_SYSTEM_FAILED", `the system cannot go on: ${what}`);
    if (cause !== undefined) this.cause = cause;
  }
}

export class ThreadUnavailable extends SabeamError {
  override readonly name = "ThreadUnavailable";
  readonly thread: number;
  constructor(thread: number) {
    super(
      "ERR_THREAD_UNAVAILABLE",
      `thread ${thread} does not run (it was not replaced in time, was an own thread, or the ` +
        'system stops); try again, or spawn with thread: "spread"',
    );
    this.thread = thread;
  }
}

/** An actor was to have a thread of its own, and the system has no more of them. */
export class OwnThreadsTaken extends SabeamError {
  override readonly name = "OwnThreadsTaken";
  readonly ownThreads: number;
  constructor(ownThreads: number) {
    const have =
      ownThreads === 0
        ? "this system has no threads for single actors"
        : `all ${ownThreads} threads for single actors are in use`;
    super(
      "ERR_OWN_THREADS_TAKEN",
      `${have}; raise startSystem({ ownThreads }) (63 at most, less \`threads\`), or spawn ` +
        'without thread: "own"',
    );
    this.ownThreads = ownThreads;
  }
}

/** An actor was to have a thread of its own, and that thread ended before it ran. */
export class OwnThreadFailed extends SabeamError {
  override readonly name = "OwnThreadFailed";
  readonly thread: number;
  constructor(thread: number, why: string) {
    super(
      "ERR_OWN_THREAD_FAILED",
      `thread ${thread}, made for one actor, did not start: ${why}; a heapMb that is too small, ` +
        "or a module of `preload` or `actors`, can be the reason",
    );
    this.thread = thread;
  }
}

/** No thread is left that none of the actors in `apart` lives on. */
export class NoThreadApart extends SabeamError {
  override readonly name = "NoThreadApart";
  /** Worker threads of the system. */
  readonly threads: number;
  constructor(apart: readonly { actor: string; thread: number }[], threads: number) {
    const where = apart.map(({ actor, thread }) => `${actor} on ${thread}`).join(", ");
    const have =
      threads === 0 ? "threads: 0 runs all on main" : `of ${threads} worker threads none`;
    super(
      "ERR_NO_THREAD_APART",
      `no thread is apart from ${where}: ${have}; start more threads, or spawn with ` +
        'thread: "own"',
    );
    this.threads = threads;
  }
}

export class TooManyActors extends SabeamError {
  override readonly name = "TooManyActors";
  readonly maxActors: number;
  constructor(maxActors: number) {
    super(
      "ERR_TOO_MANY_ACTORS",
      `all ${maxActors} actor slots that this thread can get are taken; end some actors, or ` +
        "start " +
        "the system with a higher maxActors (up to 1 048 576)",
    );
    this.maxActors = maxActors;
  }
}

export class NamesFull extends SabeamError {
  override readonly name = "NamesFull";
  readonly maxNames: number;
  constructor(maxNames: number) {
    super(
      "ERR_NAMES_FULL",
      `all ${maxNames} names are taken, so nobody was started; end actors with names (members of ` +
        "protocols have one each), or start the system with a higher maxNames (up to 1 048 576)",
    );
    this.maxNames = maxNames;
  }
}

export class DefinitionsFull extends SabeamError {
  override readonly name = "DefinitionsFull";
  constructor() {
    super(
      "ERR_DEFINITIONS_FULL",
      "the table of definitions is full (4096); define actors once per module, not once per use",
    );
  }
}
