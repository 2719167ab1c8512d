/**
 * What main, the keeper and threads ask of each other over the control plane (control.ts), and what
 * the keeper is told at its start.
 */

import type { Culprit } from "./culprits.ts";
import type { ThreadIntensity } from "./deaths.ts";
import type { Heritage } from "./heritage.ts";
import type { Claim, SystemBuffers } from "./ledger.ts";
import type { Remains } from "./quiet.ts";
import type { Stall, StallNews } from "./stall.ts";
import type { Lane } from "./thread.ts";

/** A module that a thread must load before it begins, and cannot. A value, so that it is cloned. */
export interface NotLoaded {
  readonly url: string;
  readonly thread: number;
  readonly problem: string;
  readonly advice: string;
  readonly stack: string | undefined;
}

/** What the keeper asks of every thread, main included. */
export interface ThreadApi {
  /** Begins life as thread `index`; settles when actors can be spawned there, or never can. */
  assign(index: number, generation: number, heritage: Heritage): Promise<NotLoaded | undefined>;
  /** A lane to an earlier life of this thread, with what is still to be taken out of it. */
  inheritLane(lane: Lane): void;
  acceptLane(lane: Lane): void;
  /** Both ends of this lane have died: what was in it is to be counted. Main only. */
  laneLeft(lane: Lane): void;
  /** The consumer at `by` found bytes in this thread's lane that no sender writes. */
  laneRefused(by: number): void;
  /**
   * @param waited messages that waited there for actors, and died with an own thread
   * @param culprit whose turn it died of, if that is known
   */
  threadDied(
    index: number,
    generation: number,
    cause: string,
    waited?: number,
    culprit?: Culprit,
  ): void;
  /** By the worker of this name. */
  threadReplaced(index: number, generation: number, name: string): void;
  /** An own thread has ended, since its actors had. */
  ownThreadEnded(index: number, generation: number): void;
  /** A thread does not come to the end of a turn. Main only, which says that it has heard it. */
  stalled(news: StallNews): true;
  /**
   * What is left to do there once it has taken what was on its way; says who, if asked to. Of a
   * standby: settles when it has loaded its modules.
   */
  remains(tell: boolean): Promise<Remains>;
  /** Ends all actors; returns who did not end in time. */
  stop(): Promise<string[]>;
  /** Imports a module ahead of its first use: a thread that stands by. Settles when it has. */
  preload(url: string): Promise<void>;
  /** Has its code compiled, by use: a thread that stands by. Settles when that is done. */
  rehearse(): Promise<void>;
  /** For the log, at level debug. Main only. */
  noted(fields: object, message: string): void;
  /** The system cannot go on. Main only. */
  failed(cause: string): void;
}

/** How the start of an own thread went. */
export type OwnStart =
  | { type: "started"; index: number; generation: number }
  /** All of them are in use. */
  | { type: "taken" }
  | { type: "not-loaded"; failed: NotLoaded }
  | { type: "failed"; index: number; cause: string }
  | { type: "stopping" };

/** What threads ask of the keeper about threads that are made for one actor each. */
export interface OwnThreadsApi {
  startOwn(heapMb: number | undefined): Promise<OwnStart>;
  /** By itself: nobody lives there any more, and nobody will. Then nobody sends to it. */
  closeOwn(index: number, generation: number): void;
  /** By itself: all that it had sent was taken. */
  leaveOwn(index: number, generation: number): void;
}

/** What threads ask of the keeper. */
export interface KeeperApi extends OwnThreadsApi {
  /** The id of a definition; undefined if the table is full. */
  define(facts: string): number | undefined;
  propose(shape: string): void;
  claim(name: string, slot: number, incarnation: number): Claim;
  release(name: string, slot: number, incarnation: number): void;
  /** The mailbox of an actor of the thread that asks: it outlives that thread. */
  keepMailbox(slot: number, incarnation: number, memory: SharedArrayBuffer): void;
  dropMailbox(slot: number, incarnation: number): void;
  /**
   * Memory that is kept under a name until the system stops: made when it is first asked for, with
   * so many bytes, and the same from then on. Undefined: `MEMORIES_MAX` are there.
   */
  memory(name: string, bytes: number): SharedArrayBuffer | undefined;
  offerLane(lane: Lane): void;
  refuseLane(from: number, to: number): void;
  /**
   * Main only: settles when all threads run, with the names of their workers from index 1 on; or
   * with what keeps one of them from it.
   */
  start(): Promise<string[] | NotLoaded>;
  /** Main only: of each thread what is left to do; undefined if it says nothing for so long. */
  remains(withinMs: number, tell: boolean): Promise<(Remains | undefined)[]>;
  /** Main only: ends all actors of the threads; returns what was still running. */
  stop(): Promise<(string | Stall)[]>;
  /** Main only: ends all threads, after `stop`. */
  close(): Promise<void>;
  /** Main only: ends this life of a thread, if it runs still, as if it had died. */
  terminate(index: number, generation: number): Promise<void>;
}

export interface KeeperOptions {
  buffers: SystemBuffers;
  threads: number;
  /** The system's beginning, on the clock of `hrtimeMs`. */
  epochMs: number;
  /** A socket for who looks in. */
  socket: boolean;
  /** Threads for one actor each that there may be at a time, with the indexes behind. */
  ownThreads: number;
  /** Booted threads in reserve. */
  standbys: number;
  /** Bounds the heap of each worker thread; undefined: Node's default. */
  heapMb: number | undefined;
  threadIntensity: ThreadIntensity;
  stopTimeoutMs: number;
  /** Turns that take as long are told; Infinity: none. */
  slowMs: number;
  /** A thread whose turn takes as long is ended; Infinity: never. */
  stallMs: number;
  /** What main cannot log, since it is blocked, is written to stderr. */
  writes: boolean;
  /** The module each worker thread begins with, and what it is handed besides its ports. */
  entry: string;
  boot: object;
}
