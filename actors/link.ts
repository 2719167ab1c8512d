/**
 * What a thread needs from outside of itself: the system's shared memory and its keeper.
 *
 * The keeper is the one writer of the tables (definitions, shapes, names); a thread reads them
 * without asking. With `threads: 0`, and in tests that run two threads in one JavaScript thread,
 * LocalKeeper stands in for it.
 */

import { type ShapeSource, shapeText } from "../runtime/codec/shapes.ts";
import type { Control } from "../runtime/control.ts";
import { allocateDirectory } from "../runtime/directory.ts";
import type { KeeperApi, OwnStart } from "../runtime/keeper-api.ts";
import { MAX_ACTORS_LIMIT, RANGE_SLOTS } from "../runtime/layout.ts";
import { NAMES_MAX } from "../runtime/layout-tables.ts";
import { type Claim, Ledger, type SystemBuffers } from "../runtime/ledger.ts";
import { allocateNames } from "../runtime/names.ts";
import { allocateRecorder } from "../runtime/recorder.ts";
import { allocateSignals } from "../runtime/signals.ts";
import { allocateStatistics } from "../runtime/statistics.ts";
import { allocateTable, TableReader } from "../runtime/table.ts";
import type { Lane, LaneLink } from "../runtime/thread.ts";

export interface KeeperLink extends LaneLink {
  /**
   * The id of a definition, published for all threads. The same text gets the same id; undefined if
   * the table is full.
   */
  define(facts: string): Promise<number | undefined>;
  /** Asks for a shape of objects to be published; it appears later or never. */
  propose(shape: string): void;
  claim(name: string, slot: number, incarnation: number): Promise<Claim>;
  release(name: string, slot: number, incarnation: number): Promise<void>;
  /** A thread for one actor. The two below say what becomes of it (own-thread.ts). */
  startOwn(heapMb: number | undefined): Promise<OwnStart>;
  /** Settles when the mailbox of this thread's actor outlives the thread. */
  keepMailbox(slot: number, incarnation: number, memory: SharedArrayBuffer): Promise<void>;
  dropMailbox(slot: number, incarnation: number): Promise<void>;
  /** Memory that outlives this thread; undefined: there is too much of it already. */
  memory(name: string, bytes: number): Promise<SharedArrayBuffer | undefined>;
  closeOwn(index: number, generation: number): Promise<void>;
  leaveOwn(index: number, generation: number): Promise<void>;
}

const DEFINITIONS_MAX = 4096;
const DEFINITIONS_BYTES: number = 2 ** 21;
const SHAPES_ENTRIES = 256;
const SHAPES_BYTES: number = 2 ** 18;

export function allocateBuffers(
  maxActors: number,
  threads: number,
  maxNames: number = NAMES_MAX,
): SystemBuffers {
  // Threads take slots by ranges, so each may hold one that it hardly uses.
  const slots = Math.min(MAX_ACTORS_LIMIT, maxActors + threads * RANGE_SLOTS);
  return {
    signals: allocateSignals(),
    directory: allocateDirectory(slots),
    definitions: allocateTable(DEFINITIONS_BYTES, DEFINITIONS_MAX),
    shapes: allocateTable(SHAPES_BYTES, SHAPES_ENTRIES),
    names: allocateNames(maxNames),
    statistics: allocateStatistics(slots),
    recorder: allocateRecorder(),
  };
}

/** The system's table of shapes, as the codec of one thread reads it. */
export class TableShapes implements ShapeSource {
  readonly #reader: TableReader;
  readonly #link: KeeperLink;
  readonly #known: (readonly string[])[] = [];

  constructor(memory: SharedArrayBuffer, link: KeeperLink) {
    this.#reader = new TableReader(memory);
    this.#link = link;
  }

  count(): number {
    return this.#reader.count();
  }

  get(id: number): readonly string[] {
    const known = this.#known[id];
    if (known !== undefined) return known;
    const text = this.#reader.get(id);
    if (text === undefined) throw new RangeError(`there is no shape ${id}`);
    const shape = JSON.parse(text) as readonly string[];
    this.#known[id] = shape;
    return shape;
  }

  propose(keys: readonly string[]): void {
    this.#link.propose(shapeText(keys));
  }
}

/** The keeper on its own thread, over the control plane. */
export class ControlLink implements KeeperLink {
  readonly #keeper: Control<KeeperApi>;

  constructor(keeper: Control<KeeperApi>) {
    this.#keeper = keeper;
  }

  define(facts: string): Promise<number | undefined> {
    return this.#keeper.call("define", facts);
  }

  propose(shape: string): void {
    this.#keeper.post("propose", shape);
  }

  claim(name: string, slot: number, incarnation: number): Promise<Claim> {
    return this.#keeper.call("claim", name, slot, incarnation);
  }

  release(name: string, slot: number, incarnation: number): Promise<void> {
    return this.#keeper.call("release", name, slot, incarnation);
  }

  startOwn(heapMb: number | undefined): Promise<OwnStart> {
    return this.#keeper.call("startOwn", heapMb);
  }

  closeOwn(index: number, generation: number): Promise<void> {
    return this.#keeper.call("closeOwn", index, generation);
  }

  leaveOwn(index: number, generation: number): Promise<void> {
    return this.#keeper.call("leaveOwn", index, generation);
  }

  keepMailbox(slot: number, incarnation: number, memory: SharedArrayBuffer): Promise<void> {
    return this.#keeper.call("keepMailbox", slot, incarnation, memory);
  }

  async dropMailbox(slot: number, incarnation: number): Promise<void> {
    this.#keeper.post("dropMailbox", slot, incarnation);
  }

  memory(name: string, bytes: number): Promise<SharedArrayBuffer | undefined> {
    return this.#keeper.call("memory", name, bytes);
  }

  offerLane(lane: Lane): void {
    this.#keeper.post("offerLane", lane);
  }

  refuseLane(from: number, to: number): void {
    this.#keeper.post("refuseLane", from, to);
  }
}

/** The keeper of a system without other threads, or of several threads in one JavaScript thread. */
export class LocalKeeper implements KeeperLink {
  readonly #ledger: Ledger;
  /** Who gets the other end of a lane. */
  readonly ends: Map<number, { acceptLane(lane: Lane): void; laneRefused(by: number): void }> =
    new Map();

  constructor(buffers: SystemBuffers) {
    this.#ledger = new Ledger(buffers);
  }

  async define(facts: string): Promise<number | undefined> {
    return this.#ledger.define(facts);
  }

  propose(shape: string): void {
    this.#ledger.propose(shape);
  }

  async claim(name: string, slot: number, incarnation: number): Promise<Claim> {
    return this.#ledger.claim(name, slot, incarnation);
  }

  async release(name: string, slot: number, incarnation: number): Promise<void> {
    this.#ledger.release(name, slot, incarnation);
  }

  /** One JavaScript thread can make no other. */
  async startOwn(): Promise<OwnStart> {
    return { type: "taken" };
  }

  async closeOwn(): Promise<void> {}

  async leaveOwn(): Promise<void> {}

  /** Nobody takes over for a thread that cannot die alone. */
  async keepMailbox(): Promise<void> {}

  async dropMailbox(): Promise<void> {}

  async memory(name: string, bytes: number): Promise<SharedArrayBuffer | undefined> {
    return this.#ledger.memory(name, bytes);
  }

  offerLane(lane: Lane): void {
    queueMicrotask(() => this.ends.get(lane.to)?.acceptLane(lane));
  }

  refuseLane(from: number, to: number): void {
    queueMicrotask(() => this.ends.get(from)?.laneRefused(to));
  }
}
