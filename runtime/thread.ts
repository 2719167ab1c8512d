/**
 * One thread of a system: its lanes in and out, its scheduler, and whoever lives on it.
 *
 * A thread is an object, not a module: two of them can live in one JavaScript thread, which is how
 * tests and the simulation run a system without real threads. The lanes are made at the first send;
 * the keeper hands the other end over (`KeeperLink`).
 *
 *     producers[to] ──▶ ring ──▶ consumers[from]
 */

import { Consumer } from "./consumer.ts";
import { Directory } from "./directory.ts";
import type { Env } from "./env.ts";
import { Inflow } from "./flow.ts";
import { Heartbeat } from "./heartbeat.ts";
import { PENDING_IN, PENDING_SPACE, RING_BYTE, THREADS_MAX } from "./layout.ts";
import { Producer } from "./producer.ts";
import type { Receiver, RecordView } from "./record.ts";
import { Scheduler, type Work } from "./scheduler.ts";
import { Signals } from "./signals.ts";
import { Wheel } from "./wheel.ts";

/** Records taken from one lane before the next lane and the actors get their turn. */
const LANE_RECORDS_MAX = 512;

export interface Lane {
  readonly memory: SharedArrayBuffer;
  readonly from: number;
  readonly fromGeneration: number;
  readonly to: number;
  readonly toGeneration: number;
}

/** What a thread asks of the keeper about lanes; may arrive late, never blocks. */
export interface LaneLink {
  offerLane(lane: Lane): void;
  refuseLane(from: number, to: number): void;
}

/** What lives on a thread: the floor above. */
export interface Tenant extends Receiver {
  /** Runs up to so many turns; returns how many. */
  run(turnsMax: number): number;
  /** Some actor has a message to handle. */
  readonly hasReady: boolean;
  /** Another thread is about to answer something. */
  readonly awaits: boolean;
  settle(): void;
  /** The keeper has asked whether this thread still turns its event loop, as it does. */
  asked(): void;
  takeResumed(): boolean;
  /** The clock was read. */
  date(now: number): void;
  /** An entry of the wheel is due. */
  due(payload: number): void;
  /**
   * A record that its addressee's thread will never handle.
   * @param taken counted there as a message that died with the thread
   * @param gone the thread has died, and does not refuse the lane
   */
  undelivered(to: number, view: RecordView, at: number, taken: boolean, gone: boolean): void;
  /** Nobody takes over for a thread that dies from now on. */
  readonly isLast: boolean;
  /** It stays in the lane, for whoever takes over for its addressee's thread. */
  isLeft(view: RecordView, at: number): boolean;
  /** Messages of which only the number is known: a lane to thread `to` has lost them. */
  lostOnTheWay(to: number, messages: number): void;
  /** Bytes that no codec wrote came from this thread; its lane is closed. */
  laneRefused(from: number): void;
}

export interface ThreadOptions {
  env: Env;
  signals: SharedArrayBuffer;
  directory: SharedArrayBuffer;
  /** Indexes that the system may use, main's and own threads' included; default: all. */
  indexes?: number;
  index: number;
  generation: number;
  laneBytes: number;
  overflowBytesMax: number;
  recordBytesMax: number;
  link: LaneLink;
}

export class Thread implements Work {
  readonly index: number;
  readonly generation: number;
  readonly env: Env;
  readonly signals: Signals;
  readonly heartbeat: Heartbeat;
  readonly directory: Directory;
  readonly wheel: Wheel;
  readonly scheduler: Scheduler;
  readonly #options: ThreadOptions;
  readonly #tenant: Tenant;
  readonly #producers: (Producer | undefined)[] = new Array(THREADS_MAX).fill(undefined);
  readonly #consumers: (Consumer | undefined)[] = new Array(THREADS_MAX).fill(undefined);
  /** Producers with something to publish or to pump. */
  #open: Producer[] = [];
  #more = [0, 0];

  constructor(options: ThreadOptions, tenant: (thread: Thread) => Tenant) {
    this.#options = options;
    this.index = options.index;
    this.generation = options.generation;
    this.env = options.env;
    this.signals = new Signals(options.signals, options.indexes);
    this.directory = new Directory(
      options.directory,
      this.signals,
      options.index,
      options.generation,
    );
    this.heartbeat = new Heartbeat(this.signals, options.index);
    this.heartbeat.clear();
    this.wheel = new Wheel(options.env.now());
    this.#tenant = tenant(this);
    this.scheduler = new Scheduler(options.env, this.signals, this.index, this);
  }

  /** The lane to a thread, made now if there is none; undefined while that thread does not run. */
  producerTo(to: number): Producer | undefined {
    const producer = this.#producers[to];
    return producer?.open === true ? producer : this.#connect(to);
  }

  #connect(to: number): Producer | undefined {
    const closed = this.#producers[to];
    if (closed !== undefined) this.closeLane(to);
    const toGeneration = this.signals.generation(to);
    if (to === this.index || !this.signals.isRunning(to, toGeneration)) return undefined;
    const memory = new SharedArrayBuffer(RING_BYTE + this.#options.laneBytes);
    const lane = { memory, from: this.index, to, generation: toGeneration };
    const producer = new Producer(this.signals, lane, this.#options.overflowBytesMax);
    this.#producers[to] = producer;
    this.#open = this.#producers.filter((one) => one !== undefined);
    const { index: from, generation: fromGeneration } = this;
    this.#options.link.offerLane({ memory, from, fromGeneration, to, toGeneration });
    return producer;
  }

  /** Takes what was in a lane of which both ends have died: as a number. */
  takeLeft({ memory, to }: Lane): void {
    const flow = new Inflow(new Int32Array(memory), this.signals, this.index);
    this.#tenant.lostOnTheWay(to, flow.takeRest());
  }

  /** The other end of a lane that another thread made. */
  acceptLane(lane: Lane): void {
    if (lane.toGeneration !== this.generation) return;
    const { memory, from, fromGeneration: generation, to, toGeneration: life } = lane;
    const max = this.#options.recordBytesMax;
    const known = this.#consumers[from];
    const late = known !== undefined && known.generation > generation;
    if (!late) this.#finish(from);
    this.#consumers[from] = new Consumer(this.signals, { memory, from, to, generation, life }, max);
    if (late) {
      // Offered by a life that is over: its successor's lane stays.
      this.#finish(from);
      this.#consumers[from] = known;
      return this.scheduler.wake();
    }
    this.#expect(from);
    this.scheduler.wake();
  }

  /** The same for one whose other end has died, before that is told. */
  dropDead(to: number): void {
    const producer = this.#producers[to];
    if (producer === undefined) return;
    const runs = this.signals.isRunning(to, producer.generation);
    if (!producer.open || !runs) this.closeLane(to);
  }

  /** Closes the lane to a thread; what it will not take comes back as undelivered. */
  closeLane(to: number): void {
    const producer = this.#producers[to];
    if (producer === undefined) return;
    this.#producers[to] = undefined;
    this.#open = this.#producers.filter((one) => one !== undefined);
    const gone = !this.signals.isRunning(to, producer.generation);
    const left = gone && !(this.#tenant.isLast && producer.claim());
    const unread = producer.close(
      (view, at, _size, taken) => this.#tenant.undelivered(to, view, at, taken, gone),
      (view, at) => left && this.#tenant.isLeft(view, at),
    );
    this.#tenant.lostOnTheWay(to, unread);
  }

  /** A thread ended: what it published is still handled, what was on its way to it comes back. */
  threadDied(index: number, generation: number): void {
    if (this.#consumers[index]?.generation === generation) this.#finish(index);
    if (this.#producers[index]?.generation === generation) this.closeLane(index);
  }

  /** Takes everything that a lane still holds and lets go of it. */
  #finish(from: number): void {
    const consumer = this.#consumers[from];
    if (consumer === undefined) return;
    while (consumer.drain(this.#tenant, LANE_RECORDS_MAX)) {
      // The producer is gone or has made another lane, so what is left is bounded by the ring.
    }
    if (consumer.bad) this.#tenant.laneRefused(from);
    this.#consumers[from] = undefined;
    // Of one that lives on, what it takes back from a lane that it has closed is its own.
    if (this.signals.isRunning(from, consumer.generation)) return;
    this.#tenant.lostOnTheWay(this.index, consumer.takeRest());
  }

  /** The end of the lane from that thread whose records are being received. */
  consumerOf(from: number): Consumer | undefined {
    return this.#consumers[from];
  }

  /** Which life of a thread the records of its lane come from. */
  generationOf(from: number): number {
    return this.#consumers[from]?.generation ?? 0;
  }

  #expect(from: number): void {
    this.#more[from >>> 5] = (this.#more[from >>> 5] ?? 0) | (1 << (from & 31));
  }

  get busy(): boolean {
    return this.#tenant.hasReady || this.#more[0] !== 0 || this.#more[1] !== 0;
  }

  get awaits(): boolean {
    return this.#tenant.awaits;
  }

  drain(): number {
    let came = 0;
    for (let word = 0; word < 2; word += 1) {
      const space = this.signals.take(this.index, PENDING_SPACE + word);
      if (space !== 0) this.#pump(word * 32, space);
      const bits = this.signals.take(this.index, PENDING_IN + word) | (this.#more[word] ?? 0);
      if (bits === 0) continue;
      this.#more[word] = 0;
      for (let left = bits; left !== 0; left &= left - 1) {
        came += this.#drainLane(word * 32 + 31 - Math.clz32(left & -left));
      }
    }
    return came;
  }

  #drainLane(from: number): number {
    const consumer = this.#consumers[from];
    // The bit may come before the keeper has handed the lane over; `acceptLane` looks by itself.
    if (consumer === undefined) return 0;
    const before = consumer.records;
    if (consumer.drain(this.#tenant, LANE_RECORDS_MAX)) this.#expect(from);
    if (consumer.bad) {
      this.#consumers[from] = undefined;
      this.#options.link.refuseLane(from, this.index);
      this.#tenant.laneRefused(from);
    }
    return consumer.records - before;
  }

  #pump(base: number, bits: number): void {
    for (let left = bits; left !== 0; left &= left - 1) {
      this.#producers[base + 31 - Math.clz32(left & -left)]?.pump();
    }
  }

  /** How often all that was sent has been published. */
  flushes = 0;
  /** Addressees for whom messages wait here until somebody takes over for their thread. */
  heldBack = 0;

  flush(): void {
    let dry = true;
    for (const producer of this.#open) {
      if (producer.congested) dry = producer.pump() && dry;
      else producer.flush();
      if (!producer.open) this.closeLane(producer.to);
    }
    if (dry && this.heldBack === 0) this.flushes += 1;
  }

  /** Publishes what was sent; true if none of it waits for room in a lane. */
  dry(): boolean {
    this.flush();
    return this.#open.every((producer) => !producer.congested);
  }

  run(turnsMax: number): number {
    return this.#tenant.run(turnsMax);
  }

  readonly #due = (payload: number): void => this.#tenant.due(payload);

  advance(now: number): void {
    this.#tenant.date(now);
    this.wheel.advance(now, this.#due);
  }

  nextDue(): number {
    return this.wheel.nextDue();
  }

  settle(): void {
    if (this.heartbeat.pong()) this.#tenant.asked();
    this.#tenant.settle();
  }

  takeResumed(): boolean {
    return this.#tenant.takeResumed();
  }

  stop(): void {
    this.scheduler.stop();
    for (let index = 0; index < THREADS_MAX; index += 1) {
      this.#producers[index] = undefined;
      this.#consumers[index] = undefined;
    }
    this.#open = [];
  }
}
