/**
 * The keeper: it runs no user code, and creates, watches, and replaces all worker threads.
 *
 *     main ──creates──▶ keeper ──creates──▶ thread 1 … N, and those that stand by
 *
 * Only a thread's creator can terminate it, and main may be blocked by user code, so main is not
 * the creator. A booted thread stands by with the modules loaded; when a thread dies it takes over
 * the index with the next generation, and another one boots in the background.
 *
 * Death of a thread: state DEAD (one store ends all its actors) → everybody told (lanes drained or
 * closed, calls failed) → every parked thread rung, since the dead one may have owed it a wake-up →
 * standby assigned. A tick looks for wake-ups that got lost all the same.
 */

import { CONTROL_TIMEOUT_MS, Control } from "./control.ts";
import { closeCounts } from "./counters.ts";
import { type Accused, Culprits, causeOf } from "./culprits.ts";
import { Deaths } from "./deaths.ts";
import { summarise } from "./errors.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type Heritage, Heritages, NO_HERITAGE } from "./heritage.ts";
import type { KeeperApi, KeeperOptions, NotLoaded, OwnStart, ThreadApi } from "./keeper-api.ts";
import { bootThread, type Heap, type Kept, threadName } from "./kept.ts";
import { Lanes } from "./lanes.ts";
import { THREAD_BOOTING, THREAD_DEAD, THREAD_RUNNING } from "./layout.ts";
import { type Claim, Ledger } from "./ledger.ts";
import { Door } from "./look/door.ts";
import { type Machine, type Port, realMachine } from "./machine.ts";
import { OwnThreads } from "./own-threads.ts";
import type { Remains } from "./quiet.ts";
import { Rounds } from "./rounds.ts";
import { Signals } from "./signals.ts";
import type { Stall } from "./stall.ts";
import { type Note, Standbys } from "./standbys.ts";
import { TableReader } from "./table.ts";
import type { Lane } from "./thread.ts";

/** That a thread which stood by may take to begin. */
const HEIR_MS = 10_000;
/** On top of the stop time-out of the actors. */
const STOP_GRACE_MS = 1000;

/** A worker that has ended before its time. */
interface Death {
  readonly kept: Kept;
  readonly cause: string;
  readonly accused: Accused | undefined;
}

export class Keeper implements KeeperApi {
  readonly #options: KeeperOptions;
  readonly #machine: Machine;
  readonly #ledger: Ledger;
  readonly #signals: Signals;
  readonly #main: Control<ThreadApi>;
  /** Threads by index, from 1 on; own threads behind the others. */
  readonly #threads: (Kept | undefined)[] = [];
  readonly #own: OwnThreads;
  readonly #lanes: Lanes;
  readonly #heritages: Heritages;
  readonly #rounds: Rounds;
  readonly #culprits: Culprits;
  readonly #deaths: Deaths;
  readonly #standbys: Standbys;
  readonly #door: Door;
  readonly memory: KeeperApi["memory"] = (name, bytes) => this.#ledger.memory(name, bytes);
  #stopping = false;
  constructor(options: KeeperOptions, main: Port, machine: Machine = realMachine) {
    this.#options = options;
    this.#machine = machine;
    this.#ledger = new Ledger(options.buffers);
    this.#signals = new Signals(options.buffers.signals);
    this.#main = new Control("main", main);
    this.#heritages = new Heritages(this.#signals, this.#ledger.directory, (late) =>
      this.#controlOf(late.to)?.post("inheritLane", late),
    );
    this.#lanes = new Lanes(this.#signals);
    const definitions = new TableReader(options.buffers.definitions);
    this.#culprits = new Culprits(this.#signals, this.#ledger.directory, definitions);
    this.#rounds = this.#newRounds();
    this.#deaths = new Deaths(options.threadIntensity);
    const note: Note = (...line) => this.#main.post("noted", ...line);
    this.#standbys = new Standbys(options, this.#signals, (name) => this.#bootWorker(name), note);
    this.#own = this.#ownThreads();
    this.#door = new Door(options, note);
  }

  #ownThreads(): OwnThreads {
    const stopping = (): boolean => this.#stopping;
    const keeping = {
      signals: this.#signals,
      directory: this.#ledger.directory,
      threads: this.#threads,
      get running(): boolean {
        return !stopping();
      },
      boot: (name: string, heap: Heap | undefined) => this.#boot(name, heap),
      assign: (kept: Kept, index: number, generation: number) =>
        this.#assign(kept, index, generation),
      ended: ({ index, generation }: Kept) => {
        this.#endLanes(index, generation);
        this.#tell((control) => control.post("ownThreadEnded", index, generation));
        this.#ringAll();
      },
    };
    return new OwnThreads(keeping, this.#options);
  }

  #newRounds(): Rounds {
    return new Rounds(this.#options, {
      signals: this.#signals,
      directory: this.#ledger.directory,
      culprits: this.#culprits,
      main: this.#main,
      lanes: this.#lanes,
      settleLanes: () => this.#settleLanes(),
      prepare: () => this.#standbys.prepare(),
      last: () => this.#last,
      kill: (index, cause) => {
        const kept = this.#threads[index] as Kept; // It is seen to run.
        kept.cause ??= cause;
        void kept.worker.terminate();
      },
    });
  }

  async start(): Promise<string[] | NotLoaded> {
    const { threads } = this.#options;
    const names = Array.from({ length: threads }, (_, before) => threadName(before + 1));
    const begun = names.map((name, before) => this.#assign(this.#bootWorker(name), before + 1, 1));
    const failed = (await Promise.all(begun)).find((one) => one !== undefined);
    if (failed !== undefined) return failed;
    this.#standbys.fill();
    this.#rounds.begin();
    void this.#door.open();
    return names;
  }

  #bootWorker(name: string): Kept {
    const { heapMb: mb } = this.#options;
    return this.#boot(name, mb === undefined ? mb : { mb, of: "startSystem" });
  }

  #boot(name: string, heap: Heap | undefined): Kept {
    const exited = (kept: Kept, code: number): void => this.#exited(kept, code);
    return bootThread(this.#options, { name, heap, api: this.#api(), exited }, this.#machine);
  }

  /** comlink serves own and inherited methods, and binds none. */
  #api(): Omit<KeeperApi, "start" | "remains" | "stop" | "close" | "terminate"> {
    return {
      define: (facts) => this.define(facts),
      propose: (shape) => this.propose(shape),
      claim: (name, slot, incarnation) => this.claim(name, slot, incarnation),
      release: (name, slot, incarnation) => this.release(name, slot, incarnation),
      keepMailbox: (slot, incarnation, memory) => this.keepMailbox(slot, incarnation, memory),
      dropMailbox: (slot, incarnation) => this.dropMailbox(slot, incarnation),
      memory: this.memory,
      offerLane: (lane) => this.offerLane(lane),
      refuseLane: (from, to) => this.refuseLane(from, to),
      startOwn: (heapMb) => this.startOwn(heapMb),
      closeOwn: (index, generation) => this.closeOwn(index, generation),
      leaveOwn: (index, generation) => this.leaveOwn(index, generation),
    };
  }

  async #assign(
    kept: Kept,
    index: number,
    generation: number,
    heritage: Heritage = NO_HERITAGE,
    withinMs: number = CONTROL_TIMEOUT_MS,
  ): Promise<NotLoaded | undefined> {
    kept.index = index;
    kept.generation = generation;
    this.#threads[index] = kept;
    this.#signals.setState(index, THREAD_BOOTING, generation);
    const failed = await kept.control.within(withinMs, "assign", index, generation, heritage);
    if (failed === undefined) this.#signals.setState(index, THREAD_RUNNING, generation);
    return failed;
  }

  #exited(kept: Kept, code: number): void {
    const { index } = kept;
    const accused = index === 0 || kept.asked ? undefined : this.#culprits.of(index);
    const cause = causeOf(kept.cause ?? `exit code ${code}`, accused);
    // Of whoever begins there next, nothing is said before it says so itself.
    if (index !== 0) new Heartbeat(this.#signals, index).bury();
    kept.control.lose(cause);
    if (this.#stopping) {
      kept.died = !kept.left;
      kept.left = true;
      return;
    }
    if (kept.left) return this.#own.freed(index);
    const stoodBy = index === 0;
    this.#standbys.gone(kept);
    const what = stoodBy ? "a standby" : `thread ${index}`;
    if (!kept.asked && !this.#deaths.add(what, cause, performance.now())) {
      return this.#main.post("failed", this.#deaths.report);
    }
    if (stoodBy) return this.#standbys.fill();
    const module = accused?.culprit && this.#culprits.moduleOf(accused.culprit);
    if (module !== undefined) this.#standbys.spare(module);
    const died: Death = { kept, cause, accused };
    if (!this.#own.has(index)) {
      this.#bury(died);
      return this.#replace(kept);
    }
    // Nobody goes on with its words, so the keeper puts them in order, before others are told.
    const waited = closeCounts(this.#signals, index);
    this.#own.freed(index);
    this.#bury(died, waited);
  }

  #bury({ kept: { index, generation }, cause, accused }: Death, waited = 0): void {
    this.#signals.setState(index, THREAD_DEAD, generation);
    this.#endLanes(index, generation);
    const culprit = accused?.culprit;
    this.#tell((control) => control.post("threadDied", index, generation, cause, waited, culprit));
    this.#ringAll();
  }

  #endLanes(index: number, generation: number): void {
    for (const lane of this.#lanes.ended(index, generation)) this.#heritages.leave(lane);
    this.#settleLanes();
  }

  /** What both ends of a lane have left, and their successors, is counted by main. */
  #settleLanes(): void {
    const left = this.#lanes.takeLeft((lane) => this.#heritages.has(lane));
    for (const lane of left) this.#main.post("laneLeft", lane);
  }

  #tell(say: (control: Control<ThreadApi>) => void): void {
    say(this.#main);
    for (const kept of this.#threads) {
      // Whoever begins is told, too: it may have lanes already, and hold messages back.
      if (kept === undefined || !this.#signals.isBegun(kept.index, kept.generation)) continue;
      say(kept.control);
    }
  }

  #ringAll(): void {
    for (let index = 0; index <= this.#last; index += 1) this.#signals.ringAnyway(index);
  }

  /** The highest index in use. */
  get #last(): number {
    return Math.max(this.#options.threads, this.#threads.length - 1);
  }

  #replace({ index, generation }: Kept): void {
    const stoodBy = this.#standbys.take(performance.now());
    const heir = stoodBy ?? this.#bootWorker(threadName(index));
    // It died before it lived: its own exit event replaces it.
    const giveUp = (cause: string): void => {
      heir.cause ??= cause;
      void heir.worker.terminate();
    };
    const heritage = this.#heritages.of(index);
    // One that has stood by answers at once, unless it does not come to the end of a module.
    const isQuick = stoodBy !== undefined && heritage.mailboxes.length === 0;
    const withinMs = isQuick ? HEIR_MS : CONTROL_TIMEOUT_MS;
    this.#assign(heir, index, generation + 1, heritage, withinMs).then(
      (failed) => {
        if (failed !== undefined) return giveUp(`${failed.url}: ${failed.problem}`);
        this.#heritages.taken(index, heritage);
        this.#settleLanes();
        this.#tell((control) => control.post("threadReplaced", index, generation + 1, heir.name));
        if (!this.#stopping) this.#standbys.fill();
      },
      (error: unknown) => giveUp(summarise(error)),
    );
  }

  define(facts: string): number | undefined {
    const id = this.#ledger.define(facts);
    const { url } = JSON.parse(facts) as { url: string };
    this.#standbys.preload(url);
    return id;
  }

  propose(shape: string): void {
    this.#ledger.propose(shape);
  }

  claim(name: string, slot: number, incarnation: number): Claim {
    return this.#ledger.claim(name, slot, incarnation);
  }

  release(name: string, slot: number, incarnation: number): void {
    this.#ledger.release(name, slot, incarnation);
  }

  /**
   * The sender need not run: what it published before it died is still handled. If the receiver has
   * died meanwhile, the sender learns it by the death notice.
   */
  offerLane(lane: Lane): void {
    if (this.#lanes.offer(lane)) return this.#controlOf(lane.to)?.post("acceptLane", lane);
    this.#heritages.leaveLate(lane);
    this.#settleLanes();
  }

  keepMailbox(slot: number, incarnation: number, memory: SharedArrayBuffer): void {
    this.#heritages.keep({ slot, incarnation, memory });
  }

  dropMailbox(slot: number, incarnation: number): void {
    this.#heritages.drop(slot, incarnation);
  }

  #lives(index: number, generation: number): boolean {
    return this.#signals.isRunning(index, generation);
  }

  #controlOf(index: number): Control<ThreadApi> | undefined {
    return index === 0 ? this.#main : this.#threads[index]?.control;
  }

  refuseLane(from: number, to: number): void {
    this.#lanes.refuse(from, to);
    this.#controlOf(from)?.post("laneRefused", to);
  }

  startOwn(heapMb: number | undefined): Promise<OwnStart> {
    return this.#own.start(heapMb);
  }

  closeOwn(index: number, generation: number): void {
    this.#own.close(index, generation);
  }

  leaveOwn(index: number, generation: number): void {
    this.#own.left(index, generation);
  }

  async terminate(index: number, generation: number): Promise<void> {
    const kept = this.#threads[index];
    // Else it has ended on the way here.
    if (kept?.generation !== generation || !this.#lives(index, generation)) return;
    kept.cause ??= "terminated";
    kept.asked = true;
    await kept.worker.terminate();
  }

  remains(withinMs: number, tell: boolean): Promise<(Remains | undefined)[]> {
    const ask = async ({ control }: Kept): Promise<Remains | undefined> =>
      control.within(withinMs, "remains", tell).catch(() => undefined);
    return Promise.all(this.#kept().map(ask));
  }

  /** Those that are to live on. */
  #kept(): Kept[] {
    return this.#threads.filter((one): one is Kept => one?.left === false);
  }

  async stop(): Promise<(string | Stall)[]> {
    this.#stopping = true;
    this.#standbys.stop();
    this.#rounds.stop();
    const within = this.#options.stopTimeoutMs + STOP_GRACE_MS;
    for (const { index } of this.#kept()) this.#rounds.watchdog.look(index, 0);
    const running = await Promise.all(
      this.#kept().map((kept) =>
        kept.control.within(within, "stop").catch((error: unknown) => {
          // An own thread, whose actor has ended meanwhile: it ended by itself, as it should.
          if (kept.left && !kept.died) return [];
          this.#rounds.watchdog.look(kept.index, within);
          const stall = this.#rounds.watchdog.of(kept.index);
          return this.#cut(kept, stall ?? `thread ${kept.index} (${summarise(error)})`);
        }),
      ),
    );
    return running.flat();
  }

  /** A thread that does not hear of the stop dies, and its death is like any other. */
  async #cut(kept: Kept, late: string | Stall): Promise<(string | Stall)[]> {
    const grace = new Promise((resolve) => setTimeout(resolve, STOP_GRACE_MS));
    await Promise.race([kept.worker.terminate(), grace]);
    this.#threads[kept.index] = undefined;
    new Heartbeat(this.#signals, kept.index).bury();
    const waited = closeCounts(this.#signals, kept.index);
    const cause = kept.cause ?? "it did not hear of the stop";
    this.#bury({ kept, cause, accused: undefined }, waited);
    return [late];
  }

  async close(): Promise<void> {
    this.#door.close();
    // A worker that is ended while it loads modules leaves their files open: so Node has it.
    const standbys = this.#standbys.all;
    const loaded = standbys.map(({ control }) => control.within(STOP_GRACE_MS, "remains", false));
    await Promise.allSettled(loaded);
    await Promise.all([...this.#kept(), ...standbys].map(({ worker }) => worker.terminate()));
  }
}
