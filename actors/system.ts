/**
 * A system: what `startSystem` returns (start.ts). Main's own host, the keeper behind it, and the
 * way down.
 *
 *     running → stopping (in phases: stop.ts) → stopped
 */

import type { TopOptions } from "../runtime/look/top.ts";
import type { ActorInfo, TopView, TreeView } from "../runtime/look/view.ts";
import { Signals } from "../runtime/signals.ts";
import { Alive } from "./alive.ts";
import { type Counters, sumCounters } from "./counters.ts";
import { type DomainOptions, dieTogether, type FailureDomain, failureDomains } from "./domains.ts";
import { SystemFailed, SystemStopped } from "./errors.ts";
import { type ExitReason, type ExitWish, formatExit, isOrderly } from "./exit.ts";
import type { Host } from "./host.ts";
import { Inspecting } from "./inspecting.ts";
import type { Inspection } from "./inspection.ts";
import type { KeeperThread, MainApi } from "./keeper-thread.ts";
import type { DeadLetter, LetterListener } from "./letters.ts";
import type { Listeners } from "./listeners.ts";
import { type WriteLog, writeTo } from "./log.ts";
import { Looking, type TreeOptions } from "./looking.ts";
import { mainApi } from "./main-api.ts";
import type { Metrics } from "./metrics.ts";
import { News } from "./news.ts";
import { indexesOf, type Settings } from "./options.ts";
import { buryOrphans } from "./orphans.ts";
import type { PhaseListener, StopReport } from "./phases.ts";
import { loadOnMain, notLoaded } from "./preload.ts";
import { ProcessSignals } from "./process-signals.ts";
import type { OptionsOf, ProtocolSpec } from "./protocol/contract.ts";
import type { ProtocolDefinition } from "./protocol/define-protocol.ts";
import { type InstanceOptions, joinProtocol } from "./protocol/start-protocol.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { RootActor, type RootSpec } from "./root-actor.ts";
import type { SpawnOptions } from "./spawn-options.ts";
import { Stop } from "./stop.ts";
import type { StopHook, StopHookOptions } from "./stop-hooks.ts";
import { isExhausted } from "./supervision/exhausted.ts";
import type { SystemParts } from "./system-parts.ts";
import { terminateThread } from "./thread-ends.ts";
import { type ThreadInfo, threadsOf } from "./thread-info.ts";
import type { AnyRef, Definition, Ref, SpawnRest, WhenDownOptions } from "./types.ts";

/** One that was started with a root. */
export interface RootedSystem<P> extends System {
  readonly root: Ref<P>;
}

export class System extends Inspecting {
  readonly #settings: Settings;
  readonly #write: WriteLog;
  readonly #load: (url: string) => Promise<object>;
  readonly #host: Host;
  readonly #signals: Signals;
  readonly #keeper: KeeperThread | undefined;
  /** Of the workers, by index; a standby that takes over keeps its own. */
  readonly #names: string[] = ["main"];
  readonly #looking: Looking;
  readonly #letters: Listeners<DeadLetter>;
  /** What actors have measured (`self.measure`), and their protocols. */
  readonly metrics: Metrics;
  readonly #alive: Alive;
  readonly #processSignals: ProcessSignals;
  readonly #stop: Stop;
  #failure: SystemFailed | undefined;
  #root: RootActor | undefined;

  constructor({ stage, settings, log, trace, buffers, epochMs, link, keeper, names }: SystemParts) {
    super();
    this.#settings = settings;
    this.#load = stage.machine.load;
    this.#write = writeTo(log);
    this.#keeper = keeper;
    this.#alive = new Alive(keeper?.worker);
    this.#signals = new Signals(buffers.signals);
    const { spinMs, cores } = settings;
    const seed = `main ${process.pid} ${epochMs}`;
    const write = this.#write;
    const notes = new News(write, () => this.#host.measures.flush());
    this.#letters = notes.letters;
    this.metrics = notes.metrics;
    const env = stage.machine.env({ epochMs, seed, spinMs, cores, threads: settings.threads + 1 });
    const place = { env, memory: buffers, index: 0, generation: 1, load: this.#load };
    this.#host = stage.host({ ...place, settings, link, trace, notes });
    this.#looking = new Looking(this.#host, buffers, epochMs);
    const stop = (cause: string): Promise<unknown> => this.#stop.begin(cause);
    this.#processSignals = new ProcessSignals({ names, stop, write });
    this.#stop = new Stop({
      host: this.#host,
      keeper,
      signals: this.#processSignals,
      root: () => this.#root,
      counters: () => this.counters(),
      write,
      failure: () => this.#failure ?? new SystemStopped("call"),
      hold: () => {
        const release = this.#alive.hold();
        return () => {
          release();
          process.off("uncaughtExceptionMonitor", this.#uncaught);
        };
      },
    });
  }

  /** Settles when every thread runs. Called by `startSystem`. */
  async begin(): Promise<void> {
    const keeper = this.#keeper;
    // First, because the keeper asks main also on the way down, which begins here if this fails.
    keeper?.serve(this.#mainApi());
    this.#processSignals.listen();
    await loadOnMain(this.#settings, this.#load);
    this.#host.begin();
    if (this.#settings.warnings?.calls) process.on("uncaughtExceptionMonitor", this.#uncaught);
    if (keeper === undefined) {
      this.#alive.hold();
      return;
    }
    keeper.watch(
      (cause) => keeper.control.lose(cause, this.#fail(cause)),
      (cause) => buryOrphans(this.#host, cause),
    );
    const started = await keeper.control.call("start");
    if (!Array.isArray(started)) throw notLoaded(started);
    this.#names.splice(1, started.length, ...started);
    this.#host.debug?.({ threads: this.#settings.threads }, "all threads run");
  }

  /** Starts the root. Called by `startSystem`. */
  async plant(spec: RootSpec): Promise<void> {
    if (this.#stop.begun) throw new SystemStopped("root");
    // Its `init` may never end; a system that stops meanwhile does not wait for that.
    const stopped = new Promise<never>((_, reject) => {
      this.#stop.phases.add(({ name }) => {
        if (name === "rest") reject(this.#failure ?? new SystemStopped("root"));
      });
    });
    stopped.catch(() => {});
    const root = await Promise.race([RootActor.start(this.#host, spec), stopped]);
    this.#root = root;
    void root.ended.then((reason) => this.#rootEnded(reason));
  }

  /** It did not start: undone, and the process with it if a signal was the cause. */
  async abandon(): Promise<void> {
    await this.stop();
    this.#processSignals.exitIfReceived();
  }

  #rootEnded(reason: ExitReason): void {
    if (this.#stop.begun || this.#failure !== undefined) return;
    const cause = `the root has ended: ${formatExit(reason)}`;
    if (!isOrderly(reason) || isExhausted(reason)) this.#failWith(cause);
    void this.#stop.begin(cause);
  }

  /** The actor that the system was started with as `root`, if it was. */
  get root(): AnyRef | undefined {
    return this.#root?.ref;
  }

  /** Node's own rules decide what happens then; this only says whose call that was. */
  readonly #uncaught = (error: unknown): void => this.#host.watch?.uncaught(error);

  #mainApi(): MainApi {
    const fail = (cause: string): void => {
      if (!this.#stop.begun) this.#fail(cause);
    };
    const isStopping = (): boolean => this.#stop.begun;
    return mainApi({ host: this.#host, names: this.#names, write: this.#write, fail, isStopping });
  }

  /** The system cannot go on: loudly, with a reason, and never as a zombie. */
  #fail(cause: string): SystemFailed {
    if (this.#failure !== undefined) return this.#failure;
    const failure = this.#failWith(cause);
    this.#host.answers.failAll(() => failure);
    void this.#stop.begin(cause);
    return failure;
  }

  #failWith(cause: string): SystemFailed {
    this.#failure = new SystemFailed(cause);
    const counters = this.counters();
    this.#write("error", { cause, counters }, "the system has failed and stops");
    process.exitCode ??= 1;
    return this.#failure;
  }

  /** Threads of the system as they are now; own threads come behind the others. */
  get threads(): ThreadInfo[] {
    // Nobody says of each thread that it ended when all of them do.
    const running = !this.#stop.begun;
    return threadsOf(this.#signals, this.#settings, this.#names, running);
  }

  /**
   * What reached a thread last, and what happened to its actors, oldest first: at most 128 entries.
   * Read from shared memory; nobody is asked. `generation`: a life of it that is over, of which it
   * is kept until the second thread after it.
   *
   * @throws InvalidOptions
   */
  recorded(thread: number, generation?: number): Recorded[] {
    return recorded(this.#host, thread, generation);
  }

  /**
   * Ends a thread besides main, at whatever it is, as if it had died: its actors end with `lost`,
   * and another one takes its place (not that of an own thread). Settles when it has ended; two
   * orders that meet in one life of a thread both settle with that. Not counted for
   * `threadIntensity`.
   *
   * @throws (rejects with) InvalidOptions for what is no such index; ThreadUnavailable if no life
   *   of it runs at the moment, so while the next one begins (`threads` says so); SystemStopped
   */
  async terminateThread(index: number): Promise<void> {
    if (this.#stop.begun) throw this.#failure ?? new SystemStopped("terminateThread");
    return terminateThread(this.#keeper, this.#settings, this.#signals, index);
  }

  /**
   * Starts an actor; settles when its `init` has ended. Default placement: the next worker thread.
   *
   * @throws (rejects with) what `init` threw, NameTaken, ModuleNotLoaded, InvalidOptions,
   *   NotSendable, ThreadUnavailable, TooManyActors, NamesFull, SystemStopped; ActorDown if the
   *   actor is ended while its `init` waits for something
   */
  spawn<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    ...rest: SpawnRest<Args>
  ): Promise<Ref<P>> {
    const [args, options] = rest as [args?: unknown[], options?: SpawnOptions];
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#stop.begun) return Promise.reject(new SystemStopped("spawn"));
    return this.#host.spawner.spawn(definition, args ?? [], options ?? {}) as Promise<Ref<P>>;
  }

  /**
   * The living actor of this name, or undefined. @throws NoSuchActor if it is of another definition
   */
  whereis<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    name: string,
  ): Ref<P> | undefined {
    return this.#host.named.whereis(definition, name) as Ref<P> | undefined;
  }

  /**
   * A ref that leads, at each send, to whoever has the name then; nobody need have it yet. Costs
   * some 20 ns more per message than that actor's own ref. While nobody has it, or an actor of
   * another definition, a cast is a dead letter `noproc`, and a call fails with ActorDown
   * (`handled: "no"`), or NoSuchActor. The same definition and name give the same ref on a thread.
   *
   * @throws InvalidDefinition, InvalidOptions
   */
  named<Args extends unknown[], P>(definition: Definition<Args, P>, name: string): Ref<P> {
    return this.#host.named.of(definition, name) as Ref<P>;
  }

  protected override get inspection(): Inspection {
    return this.#host.inspection;
  }

  /**
   * Starts a member of an instance of a protocol, by default the one that creates the instance, and
   * gives the protocol's client. `joinProtocol` does the same for an actor.
   *
   * @throws (rejects with) InvalidOptions, NameTaken if the member is there already, and what the
   *   protocol says of its config
   */
  protocol<S extends ProtocolSpec, Client>(
    definition: ProtocolDefinition<S, Client>,
    options: InstanceOptions<OptionsOf<S>>,
  ): Promise<Client> {
    return joinProtocol(this, definition, options);
  }

  /** Sends an exit signal from outside of actors, as `self.exit` does. */
  exit(ref: AnyRef, reason: ExitWish): void {
    this.#host.bonding.exit(undefined, ref, reason);
  }

  /** Settles with its exit reason when an actor has ended, `noproc` if it is dead. */
  whenDown(ref: AnyRef, options?: WhenDownOptions): Promise<ExitReason> {
    return this.#host.bonding.whenDown(ref, options);
  }

  /** Which actors end together: by thread, named ones first, at most `max` (20) of each. */
  failureDomains(options?: DomainOptions): FailureDomain[] {
    return failureDomains(this.#host, this.threads, options);
  }

  /** True if both live on one thread, whose death would end both. */
  dieTogether(one: AnyRef, other: AnyRef): boolean {
    return dieTogether(this.#host, one, other);
  }

  /**
   * Actors that somebody should look at: those that hold up a thread, then long mailboxes that
   * grow, others, slow turns, restarts; and threads, and totals. Rates are those since the last
   * call. As the two below it asks nobody, puts no message anywhere, and waits 25 ms at most for a
   * thread that is held up; it costs some 0.1 µs per living actor.
   */
  top(options?: TopOptions): Promise<TopView> {
    return this.#looking.top(options);
  }

  /** Who lives, each parent followed by its children. */
  tree(options?: TreeOptions): Promise<TreeView> {
    return this.#looking.tree(options);
  }

  /** One actor, also one that has ended (`alive: false`). Throws InvalidOptions for no ref. */
  info(ref: AnyRef): Promise<ActorInfo> {
    return this.#looking.info(ref);
  }

  /** Calls `listener` for each dead letter (rate-limited per thread); returns what ends it. */
  deadLetters(listener: LetterListener): () => void {
    return this.#letters.add(listener);
  }

  /** sent = handled + deadLettered + dropped + queued, exact when the system is quiet. */
  counters(): Counters {
    this.#host.settle();
    return sumCounters(this.#signals, indexesOf(this.#settings));
  }

  /** Lets the process end while the system runs. */
  unref(): void {
    this.#alive.unref();
  }

  /** Takes `unref` back. */
  ref(): void {
    this.#alive.ref();
  }

  /**
   * Runs `hook` when the system stops, before any actor ends: to close what comes from outside. At
   * most 64; the last one registered runs first, each within `timeout` (5000 ms) and after the one
   * before. Returns what takes it away again.
   *
   * @throws InvalidOptions; SystemStopped once the system stops.
   */
  onStop(name: string, hook: StopHook, options?: StopHookOptions): () => void {
    return this.#stop.hooks.add(name, hook, options);
  }

  /** Calls `listener` with each phase of the stop as it passes; returns what ends it. */
  stopPhases(listener: PhaseListener): () => void {
    return this.#stop.phases.add(listener);
  }

  /**
   * Stops the system in phases, each with a deadline (stop.ts): hooks of `onStop`; what was sent is
   * handled; actors end, and their `terminate` runs; threads end. What still waits becomes dead
   * letters. Settles with a report on it, and never rejects; a second call gets the same promise.
   */
  stop(): Promise<StopReport> {
    return this.#stop.begin("stop()");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
