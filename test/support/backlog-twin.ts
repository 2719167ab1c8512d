/**
 * A backlog beside its model, in the hands of a thread that may die at any store.
 *
 *     operation ──► backlog over watched memory ──► before each store: is a new backlog on a copy
 *        └────────► model before, model after          of these bytes one of the two?
 *
 * After a death the memory stays and everything else is forgotten; the next life reads the backlog
 * and takes the batch of the lane once more from its start, as its head has not moved.
 */

import { allocateBacklog, Backlog } from "../../runtime/backlog.ts";
import type { Way } from "../../runtime/backlog-layout.ts";
import { viewOf } from "../../runtime/record.ts";
import {
  appended,
  changed,
  hasRoom,
  type Item,
  type Model,
  nextOf,
  nothing,
  released,
  rowOf,
  visible,
} from "./backlog-model.ts";
import { watchedView } from "./watched-view.ts";

/** Lanes to this thread, of several lives of both ends; and what it sends itself. */
const WAYS: readonly Way[] = [
  { from: 1, generation: 1, life: 1 },
  { from: 1, generation: 2, life: 1 },
  { from: 1, generation: 2, life: 2 },
  { from: 2, generation: 1, life: 1 },
  { from: 0, generation: 1, life: 0 },
];
const LOCAL = WAYS.length - 1;
/** Where the next record of a lane lies: near the wrap for some of them. */
const POSITIONS = [0, 0x7fffff00, 0, 0x7ffffff8, 0];
const RECORD_BYTES_MAX = 1024;

class Death extends Error {}

/** A record of the batch that the lane's head has not passed. */
interface Fed {
  readonly number: number;
  readonly bytes: number;
  readonly urgent: boolean;
  readonly position: number;
  /** The policy refused it. */
  readonly refused: boolean;
}

export class BacklogTwin {
  readonly memory: SharedArrayBuffer;
  readonly capacity: number;
  backlog: Backlog;
  model: Model;
  deaths = 0;
  checks = 0;
  /** A copy of the memory, where a backlog can be read and mended. */
  readonly #scratch: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** What the operation under way may have become; and both as text. */
  #after: Model;
  #texts: [before: string, after: string] = ["", ""];
  /** The record that it is about. */
  #fresh: Fed | undefined;
  /** The one that a death cut off. */
  #late: Fed | undefined;
  #lane = 0;
  #batch: Fed[] = [];
  readonly #positions = [...POSITIONS];
  #number = 0;
  /** Stores until the end of this life, and of those that follow. */
  #doom: number[] = [];

  constructor(capacity: number, start: number) {
    this.capacity = capacity;
    this.memory = allocateBacklog(capacity, new Uint8Array([1, 2, 3]), start);
    this.#scratch = new SharedArrayBuffer(this.memory.byteLength);
    this.#words = new Int32Array(this.#scratch);
    this.model = nothing(start);
    this.#after = this.model;
    this.backlog = this.#open();
  }

  #open(): Backlog {
    return new Backlog(
      this.memory,
      watchedView(this.memory, () => this.#beforeStore()),
    );
  }

  /** The thread will die after so many stores, and who goes on for it after so many more. */
  doom(stores: readonly number[]): void {
    this.#doom = [...stores];
  }

  /** A record comes; false if there was no room. */
  append(bytes: number, urgent: boolean): boolean {
    const room = this.backlog.hasRoom(bytes);
    if (room !== hasRoom(this.model, bytes, this.capacity)) throw new Error(`room: ${room}`);
    if (room) this.#live(() => this.#feed(this.#record(bytes, urgent, false)));
    return room;
  }

  /** A record comes that the policy refuses. */
  refuse(): void {
    if (this.#lane !== LOCAL) this.#live(() => this.#feed(this.#record(16, false, true)));
  }

  /** The lane's head moves; what comes next comes from another one. */
  batch(lane: number): void {
    this.#batch = [];
    this.#lane = lane % WAYS.length;
  }

  /** A turn begins, if something waits. */
  begin(urgent: boolean): void {
    const item = nextOf(this.model, urgent);
    if (item === undefined) return;
    const after = changed(this.model, item.number, { state: "begun", attempts: item.attempts + 1 });
    this.#live(() => this.#act(after, () => void this.backlog.begin(urgent)));
  }

  /** What is next gives way, or its actor ends. */
  discard(urgent: boolean, answer: boolean): void {
    const item = nextOf(this.model, urgent);
    if (item === undefined) return;
    const after = changed(this.model, item.number, { state: answer ? "ended" : "done" });
    this.#live(() => this.#act(after, () => this.backlog.discard(urgent, answer)));
  }

  /** One of the turns that have begun ends. */
  end(which: number, answer: boolean): void {
    const begun = this.model.items.filter(({ state }) => state === "begun");
    const item = begun[which % begun.length];
    if (item === undefined) return;
    this.#live(() => this.#end(item, answer));
  }

  release(flushed: boolean): void {
    const after = released(this.model, flushed);
    this.#live(() => this.#act(after, () => this.backlog.release(flushed)));
  }

  #end(item: Item, answer: boolean): void {
    const after = changed(this.model, item.number, { state: answer ? "ended" : "done" });
    this.#act(after, () => this.backlog.end(item.at | 0, answer));
  }

  #record(bytes: number, urgent: boolean, refused: boolean): Fed {
    const position = this.#positions[this.#lane] ?? 0;
    this.#positions[this.#lane] = (position + bytes) | 0;
    this.#number += 1;
    return { number: this.#number, bytes, urgent, position, refused };
  }

  #feed(fed: Fed): void {
    const way = WAYS[this.#lane] ?? WAYS[0];
    if (way === undefined) return;
    this.#fresh = fed;
    const { number, bytes, urgent, position } = fed;
    if (fed.refused) this.#act(this.model, () => this.backlog.pass(way, position));
    else {
      const view = viewOf(new ArrayBuffer(RECORD_BYTES_MAX));
      view.words.fill(number, 0, bytes / 4);
      const after = appended(this.model, { number, bytes, urgent, way }, this.capacity);
      this.#act(after, () => this.backlog.append(view, 0, bytes, urgent, way, position));
    }
    this.#fresh = undefined;
    this.#batch.push(fed);
  }

  /** Does it on both sides; in between the memory is one or the other. */
  #act(after: Model, run: () => void): void {
    this.#after = after;
    this.#texts = [this.#texts[0], visible(after)];
    run();
    this.#settle(after);
    this.#check();
  }

  #settle(model: Model): void {
    const text = visible(model);
    this.model = model;
    this.#after = model;
    this.#texts = [text, text];
  }

  #beforeStore(): void {
    this.#check();
    const left = this.#doom[0];
    if (left === undefined) return;
    this.#doom[0] = left - 1;
    if (left > 0) return;
    this.#doom.shift();
    throw new Death();
  }

  /** Goes on as the next thread does if this one dies meanwhile. */
  #live(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      this.#reborn();
    }
  }

  #reborn(): void {
    this.deaths += 1;
    try {
      this.#recover();
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      this.#reborn();
    }
  }

  #recover(): void {
    this.#settle(this.#check() === this.#texts[0] ? this.model : this.#after);
    this.#late = this.#fresh ?? this.#late;
    this.#fresh = undefined;
    this.backlog = this.#open();
    this.backlog.read();
    for (const item of this.model.items) {
      if (item.state === "ended") this.#end(item, false);
      if (item.state === "begun" && item.number % 2 === 0) this.#end(item, false);
      else if (item.state === "begun" || item.state === "waiting") this.#again(item);
    }
    this.#takeAgain();
  }

  /** Cut turns are tried again, but for every other one; what waits is read. */
  #again({ at, attempts, number }: Item): void {
    const reading = changed(this.model, number, { attempts: attempts + 1 });
    this.#act(reading, () => this.backlog.reading(at | 0));
    const after = changed(this.model, number, { attempts, state: "waiting" });
    this.#act(after, () => this.backlog.again(at | 0));
  }

  /** Of the batch only the last one can be missing; all others are checked in `#checkSeen`. */
  #takeAgain(): void {
    const [late, way] = [this.#late, WAYS[this.#lane]];
    if (late === undefined || way === undefined) return;
    const there = this.model.items.some(({ number }) => number === late.number);
    if (way.life === 0 ? there : this.backlog.hasSeen(way, late.position)) this.#batch.push(late);
    else if (way.life !== 0) this.#feed(late);
    this.#late = undefined;
  }

  /** What a backlog finds that is opened on these bytes now; throws if it is not as it must be. */
  #check(): string {
    this.checks += 1;
    new Uint8Array(this.#scratch).set(new Uint8Array(this.memory));
    const backlog = new Backlog(this.#scratch);
    const { entries, damage } = backlog.read();
    if (damage !== undefined) throw new Error(`damage: ${JSON.stringify(damage)}`);
    const found = entries.map((entry) => rowOf({ ...entry, number: this.#numberAt(entry) }));
    const text = found.join("\n");
    const [before, after] = this.#texts;
    if (text !== before && text !== after) {
      throw new Error(`neither before nor after:\n${text}\nbefore:\n${before}\nafter:\n${after}`);
    }
    this.#checkSeen(backlog, text === after);
    return text;
  }

  #numberAt({ at, bytes }: { at: number; bytes: number }): number {
    const words = this.#words;
    const number = words[at] ?? -1;
    for (let word = at; word < at + bytes / 4; word += 1) {
      if (words[word] !== number) throw new Error(`entry ${number} is torn`);
    }
    return number;
  }

  /** Seen is what the lane's head has not passed and what has come; and nothing else. */
  #checkSeen(backlog: Backlog, happened: boolean): void {
    const way = WAYS[this.#lane];
    if (way === undefined || way.life === 0) return;
    for (const { number, position } of this.#batch) {
      if (!backlog.hasSeen(way, position)) throw new Error(`${number} would be taken twice`);
    }
    const fresh = this.#fresh;
    if (fresh !== undefined && !fresh.refused) {
      const seen = backlog.hasSeen(way, fresh.position);
      if (seen !== happened) throw new Error(`${fresh.number}: seen ${seen}, there ${happened}`);
    }
    for (const [lane, position] of this.#positions.entries()) {
      const other = WAYS[lane];
      if (other === undefined || other.life === 0) continue;
      if (backlog.hasSeen(other, position)) throw new Error(`seen before it came: lane ${lane}`);
    }
  }
}
