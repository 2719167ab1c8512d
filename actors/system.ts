/**
 * A system: what `startSystem` returns. Main's own host, the keeper behind it, and the way down.
 *
 *     running → stopping (nothing new; actors end; lanes run dry) → stopped
 */

import { hrtimeMs, realEnv } from "../runtime/env.ts";
import { summarise } from "../runtime/errors.ts";
import { THREAD_RUNNING } from "../runtime/layout.ts";
import type { SystemBuffers } from "../runtime/ledger.ts";
import { Signals } from "../runtime/signals.ts";
import { type Counters, sumCounters } from "./counters.ts";
import { findEntries } from "./entries.ts";
import {
  InvalidOptions,
  ModuleNotLoaded,
  NestedSystem,
  SystemFailed,
  SystemStopped,
} from "./errors.ts";
import type { ExitReason, ExitWish } from "./exit.ts";
import { Host } from "./host.ts";
import type { ActorStatistics, InspectOptions, StateOf, StopActorOptions } from "./inspection.ts";
import { KeeperThread, type MainApi } from "./keeper-thread.ts";
import type { DeadLetter, LetterListener } from "./letters.ts";
import { allocateBuffers, type KeeperLink, LocalKeeper } from "./link.ts";
import type { Log } from "./log.ts";
import { tellLost } from "./notes.ts";
import { checkSystemOptions, indexesOf, type Settings, type SystemOptions } from "./options.ts";
import { loadOnMain, notLoaded } from "./preload.ts";
import { Shutdown } from "./shutdown.ts";
import { isThenable } from "./thenable.ts";
import { threadData } from "./thread-boot.ts";
import { type ThreadInfo, threadsOf } from "./thread-info.ts";
import { loadTrace, type TracePort } from "./trace.ts";
import { describeStall } from "./turn-text.ts";
import type { AnyRef, Definition, Ref, SpawnOptions, SpawnRest, WhenDownOptions } from "./types.ts";

/**
 * Starts a system: its threads run and actors can be spawned when this settles.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for a wrong option, naming what is allowed;
 *   NestedSystem (ERR_NESTED_SYSTEM) on a thread of a running system; ModuleNotLoaded
 *   (ERR_MODULE_NOT_LOADED) if a thread cannot load a module of `preload`; SystemFailed
 *   (ERR_SYSTEM_FAILED) if the threads do not start for another reason.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const outer = threadData();
  if (outer !== undefined) {
    outer.nested?.();
    throw new NestedSystem(outer.index ?? -1);
  }
  const { settings, log } = checkSystemOptions(options);
  const trace = await loadTrace(settings.trace);
  const indexes = indexesOf(settings);
  const entries = indexes === 1 ? undefined : await findEntries();
  const buffers = allocateBuffers(settings.maxActors, indexes - 1);
  const epochMs = hrtimeMs();
  const signals = new Signals(buffers.signals);
  // Before there is a keeper; from then on it is the one writer of these words.
  signals.setState(0, THREAD_RUNNING, 1);
  const keeper =
    entries === undefined ? undefined : new KeeperThread(entries, buffers, settings, epochMs);
  const link = keeper === undefined ? new LocalKeeper(buffers) : keeper.link;
  const system = new System({ settings, log, trace, buffers, epochMs, link, keeper });
  try {
    await system.begin();
  } catch (error) {
    await system.stop();
    if (error instanceof ModuleNotLoaded) throw error;
    throw new SystemFailed("its threads did not start", error);
  }
  return system;
}

/** What the keeper needs to stop the threads, on top of what their actors may take. */
const STOP_MARGIN_MS = 10_000;

interface Parts {
  settings: Settings;
  log: Log;
  trace: TracePort | undefined;
  buffers: SystemBuffers;
  epochMs: number;
  link: KeeperLink;
  keeper: KeeperThread | undefined;
}

export class System {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #host: Host;
  readonly #signals: Signals;
  readonly #keeper: KeeperThread | undefined;
  /** Of the workers, by index; a standby that takes over keeps its own. */
  #names: string[] = ["main"];
  readonly #listeners: Set<LetterListener> = new Set();
  /** Being told; bounded by the rate at which events are told at all. */
  readonly #letters: DeadLetter[] = [];
  /** Keeps the process alive where no keeper does. */
  #alive: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #failure: SystemFailed | undefined;

  constructor({ settings, log, trace, buffers, epochMs, link, keeper }: Parts) {
    this.#settings = settings;
    this.#log = log;
    this.#keeper = keeper;
    this.#signals = new Signals(buffers.signals);
    const { spinMs, cores } = settings;
    const seed = `main ${process.pid} ${epochMs}`;
    const notes = {
      letter: (letter: DeadLetter) => this.#letter(letter),
      log: (level: keyof Log, fields: object, message: string) =>
        this.#write(level, fields, message),
    };
    const env = realEnv({ epochMs, seed, spinMs, cores, threads: settings.threads + 1 });
    const place = { index: 0, generation: 1 };
    this.#host = new Host({ env, memory: buffers, ...place, settings, link, trace, notes });
  }

  /** Settles when every thread runs. Called by `startSystem`. */
  async begin(): Promise<void> {
    const keeper = this.#keeper;
    // First, because the keeper asks main also on the way down, which begins here if this fails.
    keeper?.serve(this.#api());
    await loadOnMain(this.#settings);
    this.#host.begin();
    if (this.#settings.warnings?.calls) process.on("uncaughtExceptionMonitor", this.#uncaught);
    if (keeper === undefined) {
      this.#alive = setInterval(() => {}, ALIVE_MS);
      return;
    }
    keeper.worker.on("error", (error) => this.#fail(`the keeper died: ${summarise(error)}`));
    keeper.worker.on("exit", (code) => this.#fail(`the keeper ended with exit code ${code}`));
    const started = await keeper.control.call("start");
    if (!Array.isArray(started)) throw notLoaded(started);
    this.#names = ["main", ...started];
    this.#host.debug?.({ threads: this.#settings.threads }, "all threads run");
  }

  /** Node's own rules decide what happens then; this only says whose call that was. */
  readonly #uncaught = (error: unknown): void => this.#host.watch?.uncaught(error);

  #api(): MainApi {
    const host = this.#host;
    return {
      acceptLane: (lane) => host.thread.acceptLane(lane),
      laneRefused: (by) => host.laneClosed(by),
      threadDied: (index, generation, cause, waited = 0) => {
        const own = index > this.#settings.threads;
        const text = own
          ? "an own thread died; nothing replaces it"
          : "a thread died; it is replaced";
        this.#write("error", { thread: index, generation, cause }, text);
        host.threadDied(index, generation, cause);
        tellLost(host, index, waited);
      },
      ownThreadEnded: (index, generation) => {
        host.threadDied(index, generation, undefined);
        host.debug?.({ thread: index, generation }, "an own thread has ended");
      },
      threadReplaced: (index, generation, name) => {
        this.#names[index] = name;
        this.#write("info", { thread: index, generation, name }, "the thread is replaced");
      },
      stalled: (stall) => {
        const fields = { turn: describeStall(host, stall), thread: stall.thread };
        this.#write("warn", fields, "a turn has not returned; nothing else runs on its thread");
      },
      quiesce: () => host.quiesce(),
      failed: (cause) => this.#fail(cause),
    };
  }

  /** The system cannot go on: loudly, with a reason, and never as a zombie. */
  #fail(cause: string): void {
    if (this.#stopping !== undefined || this.#failure !== undefined) return;
    const failure = new SystemFailed(cause);
    this.#failure = failure;
    this.#write("error", { cause }, "the system has failed and stops");
    process.exitCode ??= 1;
    this.#keeper?.control.lose(cause);
    this.#host.answers.failAll(() => failure);
    void this.stop();
  }

  /** A logger that throws must not take a turn of somebody else's with it, or the process. */
  #write(level: keyof Log, fields: object, message: string): void {
    const failed = (error: unknown): void => {
      const text = `sabeam ${level}: ${message} (the log port threw ${summarise(error)})\n`;
      process.stderr.write(text);
    };
    try {
      const result: unknown = this.#log[level](fields, message);
      if (isThenable(result)) Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** In turn, so that a listener whose own sends become dead letters does not call itself. */
  #letter(letter: DeadLetter): boolean {
    this.#letters.push(letter);
    if (this.#letters.length > 1) return true;
    for (let next = this.#letters[0]; next !== undefined; next = this.#letters[0]) {
      for (const listener of this.#listeners) this.#tellLetter(listener, next);
      this.#letters.shift();
    }
    return true;
  }

  #tellLetter(listener: LetterListener, letter: DeadLetter): void {
    try {
      listener(letter);
    } catch (error) {
      this.#write("error", { error }, "a listener of dead letters threw");
    }
  }

  /** Threads of the system as they are now; own threads come behind the others. */
  get threads(): ThreadInfo[] {
    // Nobody says of each thread that it ended when all of them do.
    const running = this.#stopping === undefined;
    return threadsOf(this.#signals, this.#settings, this.#names, running);
  }

  /**
   * Starts an actor; settles when its `init` has ended. Default placement: the next worker thread.
   *
   * @throws (rejects with) what `init` threw, NameTaken, ModuleNotLoaded, InvalidOptions,
   *   NotSendable, ThreadUnavailable, TooManyActors, SystemStopped
   */
  spawn<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    ...rest: SpawnRest<Args>
  ): Promise<Ref<P>> {
    const [args, options] = rest as [args?: unknown[], options?: SpawnOptions];
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return this.#host.spawner.spawn(definition, args ?? [], options ?? {}) as Promise<Ref<P>>;
  }

  /**
   * The living actor of this name, or undefined. @throws NoSuchActor if it is of another definition
   */
  whereis<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    name: string,
  ): Ref<P> | undefined {
    return this.#host.spawner.whereis(definition, name) as Ref<P> | undefined;
  }

  /**
   * Holds an actor still: after its present turn no message of it is handled, all of them wait, and
   * `stop` still ends it. Settles once it is still. A second time changes nothing.
   *
   * This and the four below need no place in the mailbox, and reject with ActorDown or CallTimeout.
   */
  suspend(ref: AnyRef, options?: InspectOptions): Promise<void> {
    return this.#host.inspection.ask(ref, "suspend", [], options) as Promise<void>;
  }

  /** Lets it go on; changes nothing for one that is not suspended. */
  resume(ref: AnyRef, options?: InspectOptions): Promise<void> {
    return this.#host.inspection.ask(ref, "resume", [], options) as Promise<void>;
  }

  /** A copy of `self.state`, made between two turns; NotSendable if it cannot travel. */
  getState<State = unknown>(ref: AnyRef, options?: InspectOptions): Promise<StateOf<State>> {
    return this.#host.inspection.ask(ref, "getState", [], options) as Promise<StateOf<State>>;
  }

  /**
   * Puts a copy of `state` in the place of `self.state`, if the actor has handled nothing since
   * `getState` gave this version; settles with the new version.
   *
   * @throws (rejects with) StateChanged (ERR_STATE_CHANGED), and then nothing was replaced.
   */
  async replaceState(
    ref: AnyRef,
    state: unknown,
    version: number,
    options?: InspectOptions,
  ): Promise<number> {
    if (!Number.isInteger(version)) {
      throw new InvalidOptions("version", "what getState gave with the state", version);
    }
    const { inspection } = this.#host;
    return inspection.ask(ref, "replaceState", [state, version], options) as Promise<number>;
  }

  /** Sends an exit signal from outside of actors, as `self.exit` does. */
  exit(ref: AnyRef, reason: ExitWish): void {
    this.#host.bonding.exit(undefined, ref, reason);
  }

  /** Settles with its exit reason when an actor has ended, `noproc` if it is dead. */
  whenDown(ref: AnyRef, options?: WhenDownOptions): Promise<ExitReason> {
    return this.#host.bonding.whenDown(ref, options);
  }

  /**
   * Ends an actor after what waits in its mailbox; settles when it has ended. Its `terminate` runs.
   *
   * @throws (rejects with) ActorDown if it was dead, or has ended for another reason; CallTimeout,
   *   and it still ends.
   */
  async stopActor(ref: AnyRef, options: StopActorOptions = {}): Promise<void> {
    return this.#host.inspection.stop(ref, options);
  }

  /** What an actor does at the moment; does not wait for the end of its turn. */
  statistics(ref: AnyRef, options?: InspectOptions): Promise<ActorStatistics> {
    return this.#host.inspection.ask(ref, "statistics", [], options) as Promise<ActorStatistics>;
  }

  /** Calls `listener` for each dead letter (rate-limited per thread); returns what ends it. */
  deadLetters(listener: LetterListener): () => void {
    if (typeof listener !== "function")
      throw new InvalidOptions("listener", "a function", listener);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** sent = handled + deadLettered + dropped + queued, exact when the system is quiet. */
  counters(): Counters {
    this.#host.settle();
    return sumCounters(this.#signals, indexesOf(this.#settings));
  }

  /** Lets the process end while the system runs. */
  unref(): void {
    this.#keeper?.worker.unref();
    this.#alive?.unref();
  }

  /** Takes `unref` back. */
  ref(): void {
    this.#keeper?.worker.ref();
    this.#alive?.ref();
  }

  /**
   * Ends all actors (their `terminate` runs, within stopTimeout), then the threads. Messages that
   * still waited become dead letters; who did not end in time is named in the log.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const keeper = this.#keeper;
    // Whoever awaits this must see its end, also if nothing else holds the process: the keeper,
    // which does, may have died.
    this.#alive ??= setInterval(() => {}, ALIVE_MS);
    this.ref();
    this.#host.closed = true;
    const down = keeper?.control
      .within(this.#settings.stopTimeout + STOP_MARGIN_MS, "stop")
      .catch((error: unknown) => [summarise(error)]);
    const [here, there] = await Promise.all([new Shutdown(this.#host).run(), down]);
    await this.#host.quiesce();
    this.#host.answers.failAll(() => this.#failure ?? new SystemStopped("call"));
    this.#host.stop();
    await keeper?.end();
    clearInterval(this.#alive);
    process.off("uncaughtExceptionMonitor", this.#uncaught);
    const late = [...here, ...(there ?? [])].map((one) =>
      typeof one === "string" ? one : describeStall(this.#host, one),
    );
    if (late.length > 0) this.#write("warn", { late, advice: ADVICE }, "these did not end in time");
    this.#host.debug?.({}, "the system has stopped");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

const ADVICE =
  "let what waits end when self.signal is aborted, and long work await now and then; or give " +
  "startSystem a longer stopTimeout";

/** Only its being there matters. */
const ALIVE_MS: number = 2 ** 30;
