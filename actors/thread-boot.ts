/**
 * The boot of a worker thread. It does everything that needs no index, then waits to be assigned
 * one: that is what lets a standby thread take over a dead one's place without a boot.
 */

import { isMainThread, threadId, workerData } from "node:worker_threads";
import { Control, serve } from "../runtime/control.ts";
import type { Heritage } from "../runtime/heritage.ts";
import type { KeeperApi, NotLoaded, ThreadApi } from "../runtime/keeper-api.ts";
import type { SystemBuffers } from "../runtime/ledger.ts";
import type { Machine, Port } from "../runtime/machine.ts";
import type { Remains } from "../runtime/quiet.ts";
import type { Lane } from "../runtime/thread.ts";
import type { Host } from "./host.ts";
import { ControlLink } from "./link.ts";
import { isNested } from "./modules.ts";
import type { Settings } from "./options.ts";
import { preloadAll } from "./preload.ts";
import { Recovery } from "./recovery.ts";
import { rehearse } from "./rehearsal.ts";
import { NOTHING, remainsOf } from "./remains.ts";
import { Shutdown } from "./shutdown.ts";
import { realStage, type Stage } from "./stage.ts";
import { loadTrace, type TracePort } from "./trace.ts";
import { registerTsx } from "./tsx.ts";

/** What the keeper hands to each thread. */
export interface Boot {
  readonly sabeam: true;
  readonly buffers: SystemBuffers;
  readonly settings: Settings;
  readonly epochMs: number;
  readonly keeper: Port;
  readonly control: Port;
  /** The one file that holds program, actors and sabeam: loading it boots the thread. */
  readonly home?: string;
}

/** The same, and what code of this thread leaves there for other code of it. */
export interface ThreadData extends Boot {
  booted?: true;
  index?: number;
  /** Told that startSystem was called on this thread. */
  nested?: () => void;
}

/** This thread's data if it belongs to a system: a worker thread, or the keeper's. */
export function threadData(): ThreadData | undefined {
  const data = workerData as ThreadData | null;
  return !isMainThread && data?.sabeam === true ? data : undefined;
}

/** Boots this thread, which then serves its keeper. */
export function bootThread(data: ThreadData): void {
  const boot = new ThreadBoot(data, realStage);
  data.booted = true;
  data.nested = () => boot.nested();
  // Modules compare it with themselves to find out whether they are the program: here none is.
  process.argv[1] ??= "sabeam-thread";
  const uncaught = (error: unknown): void => boot.uncaught(error);
  process.on("unhandledRejection", uncaught);
  process.on("uncaughtException", uncaught);
  process.on("exit", () => boot.lastWords());
  serve(data.control, boot.api());
}

export class ThreadBoot {
  readonly #data: ThreadData;
  readonly #stage: Stage;
  readonly #link: ControlLink;
  /** The module that could not be loaded, if one could not. */
  readonly #ready: Promise<Omit<NotLoaded, "thread"> | undefined>;
  readonly #trace: Promise<TracePort | undefined>;
  /** Modules whose import failed, though some of their definitions may be in the registry. */
  readonly #broken: Set<string> = new Set();
  /** Settles when all that it was asked to import ahead of its use is there. */
  #preloading: Promise<void> = Promise.resolve();
  /** Settles when this thread runs as the one that it was told to be, or cannot. */
  #assigned: Promise<unknown> = Promise.resolve();
  #nested = false;
  /** This thread once it has an index. */
  #host: Host | undefined;
  #recovery: Recovery | undefined;

  constructor(data: ThreadData, stage: Stage) {
    this.#data = data;
    this.#stage = stage;
    this.#link = new ControlLink(new Control<KeeperApi>("the keeper", data.keeper));
    this.#ready = this.#prepare();
    this.#trace = this.#ready.then(() => loadTrace(data.settings.trace));
    // Told by `assign`, which awaits it; not before, or a broken bundle would end the thread twice.
    this.#ready.catch(() => {});
    this.#trace.catch(() => {});
  }

  async #prepare(): Promise<Omit<NotLoaded, "thread"> | undefined> {
    registerTsx();
    const { actors, preload } = this.#data.settings;
    const load = (url: string): Promise<void> => importActors(url, this.#stage.machine);
    if (actors !== undefined) await load(actors);
    const failed = await preloadAll(preload, load);
    if (failed === undefined) return undefined;
    // The error itself may hold what cannot be cloned.
    const { error: _, ...told } = failed;
    return told;
  }

  api(): ThreadApi {
    return {
      assign: (index, generation, heritage) => {
        const assigned = this.#assign(index, generation, heritage);
        this.#assigned = assigned.catch(() => undefined);
        return assigned;
      },
      inheritLane: (lane) => this.#inheritLane(lane),
      acceptLane: (lane) => this.#host?.thread.acceptLane(lane),
      laneLeft: () => {},
      laneRefused: (by) => this.#host?.laneClosed(by),
      threadDied: (index, generation, cause, _waited, culprit) =>
        this.#host?.threadDied(index, generation, cause, culprit),
      threadReplaced: (index) => this.#replaced(index),
      ownThreadEnded: (index, generation) => this.#host?.threadDied(index, generation, undefined),
      stalled: () => true,
      preload: (url) => {
        this.#preloading = this.#preloading.then(() => this.#preload(url));
        return this.#preloading;
      },
      rehearse: () => this.#rehearse(),
      remains: (tell) => this.#remains(tell),
      stop: () => this.#stop(),
      noted: () => {},
      failed: () => {},
    };
  }

  async #assign(
    index: number,
    generation: number,
    heritage: Heritage,
  ): Promise<NotLoaded | undefined> {
    const failed = await this.#ready;
    if (failed !== undefined) return { ...failed, thread: index };
    const trace = await this.#trace;
    const { buffers: memory, settings, epochMs } = this.#data;
    this.#data.index = index;
    const seed = `thread ${index} life ${generation} of ${threadId}`;
    const { spinMs, cores } = settings;
    const { machine } = this.#stage;
    const env = machine.env({ epochMs, seed, spinMs, cores, threads: settings.threads + 1 });
    const [link, broken] = [this.#link, this.#broken];
    const inherits = generation > 1;
    const { load } = machine;
    const place = { env, memory, index, generation, load };
    this.#host = this.#stage.host({ ...place, settings, link, trace, broken, inherits });
    this.#recovery = inherits ? new Recovery(this.#host, heritage) : undefined;
    await this.#recovery?.run();
    this.#host.begin();
    if (this.#nested) this.#warn();
    return undefined;
  }

  /** What this thread goes on with for a dead one has ended then, too: it is in mailboxes first. */
  async #stop(): Promise<string[]> {
    await this.#assigned;
    return this.#host === undefined ? [] : new Shutdown(this.#host).run();
  }

  /** Of this thread itself: by now it runs for the others too, so they answer its actors. */
  #replaced(index: number): void {
    const host = this.#host;
    if (index === host?.thread.index) this.#recovery?.begin();
    else host?.away.replaced(index);
  }

  #inheritLane(lane: Lane): void {
    this.#recovery?.take(lane);
    this.#host?.thread.scheduler.wake();
  }

  async #remains(tell: boolean): Promise<Remains> {
    if (this.#host !== undefined) return remainsOf(this.#host, tell);
    await this.#ready.catch(() => {});
    await this.#preloading;
    return NOTHING;
  }

  /** What is wrong with the module is told by the spawn that needs it. */
  async #preload(url: string): Promise<void> {
    try {
      await this.#ready;
      // From then on whoever needs a module loads it, and is named if it does not end.
      if (this.#host === undefined) await importActors(url, this.#stage.machine);
    } catch {
      this.#broken.add(url);
    }
  }

  async #rehearse(): Promise<void> {
    const isNeeded = (): boolean => this.#data.index !== undefined;
    await this.#ready;
    await this.#preloading;
    if (!isNeeded()) await rehearse(this.#data.settings, this.#stage.machine, isNeeded);
  }

  /** Once in a thread's life. */
  nested(): void {
    if (!this.#nested) this.#warn();
    this.#nested = true;
  }

  #warn(): void {
    this.#host?.log.warn(
      { thread: this.#host.thread.index },
      "startSystem was called on a thread, and refused: a module that defines actors is loaded " +
        "on every thread, so it must not start a system, or only if isMainThread",
    );
  }

  lastWords(): void {
    this.#host?.ambient.lastWords();
  }

  /** What cannot be laid at an actor's door ends the thread, as it would without a listener. */
  uncaught(error: unknown): void {
    this.#host?.watch?.uncaught(error);
    if (this.#host?.ambient.blame(error) === true) return;
    // A program that does not await its startSystem. It has been told.
    if (isNested(error)) return;
    this.lastWords();
    throw error;
  }
}

/** Imports a module for its actors. One that ends at its own startSystem has defined them. */
async function importActors(url: string, { load }: Machine): Promise<void> {
  await load(url).catch((error: unknown) => {
    if (!isNested(error)) throw error;
  });
}
