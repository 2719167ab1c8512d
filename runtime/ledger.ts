/**
 * The tables that all threads read and one thread writes: definitions, shapes, names; and memory
 * that outlives the threads which use it.
 *
 * The keeper holds the only ledger of a system; with `threads: 0` main does.
 */

import { SHAPES_MAX } from "./codec/shapes.ts";
import { Directory } from "./directory.ts";
import { NamesWriter } from "./names.ts";
import { Signals } from "./signals.ts";
import { TableWriter } from "./table.ts";

/** The buffers of one system, as they are handed to each thread. */
export interface SystemBuffers {
  readonly signals: SharedArrayBuffer;
  readonly directory: SharedArrayBuffer;
  readonly definitions: SharedArrayBuffer;
  readonly shapes: SharedArrayBuffer;
  readonly names: SharedArrayBuffer;
  readonly statistics: SharedArrayBuffer;
  readonly recorder: SharedArrayBuffer;
}

/** How a claim of a name ended. */
export type Claim =
  | { type: "set" }
  | { type: "full" }
  | { type: "taken"; slot: number; incarnation: number };

/** Memories under a name. */
export const MEMORIES_MAX = 64;

/** An index that owns no slot: for whoever only reads the directory. */
export const NOBODY = 254;

export class Ledger {
  readonly #definitions: TableWriter;
  readonly #shapes: TableWriter;
  readonly #names: NamesWriter;
  /** Read only: the keeper owns no slot. */
  readonly directory: Directory;
  readonly #defined: Map<string, number> = new Map();
  readonly #shaped: Set<string> = new Set();
  readonly #memories: Map<string, SharedArrayBuffer> = new Map();

  constructor(buffers: SystemBuffers) {
    this.#definitions = new TableWriter(buffers.definitions);
    this.#shapes = new TableWriter(buffers.shapes);
    const signals = new Signals(buffers.signals);
    this.directory = new Directory(buffers.directory, signals, NOBODY, 0);
    this.#names = new NamesWriter(buffers.names, (slot, incarnation) =>
      this.directory.isTaken(slot, incarnation),
    );
  }

  /** Undefined if the table is full. */
  define(facts: string): number | undefined {
    const known = this.#defined.get(facts);
    if (known !== undefined) return known;
    const id = this.#definitions.append(facts);
    if (id !== undefined) this.#defined.set(facts, id);
    return id;
  }

  /** More shapes than there is room for are not needed: their objects carry their keys. */
  propose(shape: string): void {
    if (this.#shaped.size >= SHAPES_MAX || this.#shaped.has(shape)) return;
    if (this.#shapes.append(shape) !== undefined) this.#shaped.add(shape);
  }

  claim(name: string, slot: number, incarnation: number): Claim {
    const result = this.#names.set(name, slot, incarnation);
    return typeof result === "string" ? { type: result } : { type: "taken", ...result.taken };
  }

  release(name: string, slot: number, incarnation: number): void {
    this.#names.delete(name, slot, incarnation);
  }

  memory(name: string, bytes: number): SharedArrayBuffer | undefined {
    const known = this.#memories.get(name);
    if (known !== undefined || this.#memories.size >= MEMORIES_MAX) return known;
    const made = new SharedArrayBuffer(bytes);
    this.#memories.set(name, made);
    return made;
  }
}
