/**
 * Learns which shapes of objects are worth a place in the table of shapes.
 *
 * It looks at some of the messages that are encoded, and counts the shapes in them. One that it
 * meets again and again is proposed, once. No lock and no waiting: whether and when the shape gets
 * an id is the table's affair, and until then its objects travel with their keys.
 */

import { Rare } from "./rare.ts";
import { SHAPE_KEYS_MAX, SHAPES_MAX, type ShapeSource, shapeText } from "./shapes.ts";

/** The first messages are all looked at, so that a system is fast soon; then every 64th. */
const FIRST_MESSAGES = 64;
const INTERVAL_MIN = 64;

/** While it meets only shapes that are settled, the census looks less often, down to this. */
const INTERVAL_MAX = 4096;

const JITTER_STEP = 7;
const JITTER_MASK = 15;

/** How often a shape must be met before it is proposed. */
export const REPEATS_MIN = 4;

/** Objects and arrays looked at per message. */
const VISITS_MAX = 256;

/** Shapes counted at a time; when there are more, all counts start again. */
export const CENSUS_MAX = 512;

export class Census {
  readonly #shapes: ShapeSource;
  readonly #counts = new Map<string, number>();
  /** Shapes in the table, and shapes that were proposed. At most `SHAPES_MAX` of each. */
  readonly #settled = new Set<string>();
  #shapesSeen = 0;
  #proposed = 0;
  #first = FIRST_MESSAGES;
  #interval = INTERVAL_MIN;
  /** Taken off the interval, ever differently: messages often come in turns of two or eight. */
  #jitter = 0;
  /** Messages until the next one that is looked at. */
  #wait = 0;
  #visits = 0;
  #news = false;

  constructor(shapes: ShapeSource) {
    this.#shapes = shapes;
  }

  /**
   * @param wire what `Check.run` gave. Costs one comparison for a message that is not looked at.
   */
  notice(wire: object): void {
    if (this.#wait > 0) {
      this.#wait -= 1;
      return;
    }
    if (this.#proposed >= SHAPES_MAX || this.#shapes.count() >= SHAPES_MAX) {
      this.#wait = Number.MAX_SAFE_INTEGER;
      return;
    }
    this.#readTable();
    this.#visits = 0;
    this.#news = false;
    this.#visit(wire);
    if (this.#first > 0) {
      this.#first -= 1;
      return;
    }
    this.#interval = this.#news ? INTERVAL_MIN : Math.min(2 * this.#interval, INTERVAL_MAX);
    this.#jitter = (this.#jitter + JITTER_STEP) & JITTER_MASK;
    this.#wait = this.#interval - this.#jitter;
  }

  #readTable(): void {
    const count = this.#shapes.count();
    for (; this.#shapesSeen < count; this.#shapesSeen += 1) {
      this.#settled.add(shapeText(this.#shapes.get(this.#shapesSeen)));
    }
  }

  #visit(value: unknown): void {
    if (typeof value !== "object" || value === null || this.#visits >= VISITS_MAX) return;
    this.#visits += 1;
    if (Array.isArray(value)) for (const item of value.slice(0, VISITS_MAX)) this.#visit(item);
    else if (value instanceof Rare) this.#visit(value.parts);
    else if (value instanceof Map) this.#visitMap(value);
    else if (!(value instanceof Uint8Array)) this.#visitPlain(value);
  }

  #visitMap(map: Map<unknown, unknown>): void {
    for (const [key, value] of map) {
      if (this.#visits >= VISITS_MAX) return;
      this.#visits += 1;
      this.#visit(key);
      this.#visit(value);
    }
  }

  #visitPlain(object: object): void {
    const keys = Object.keys(object);
    if (keys.length <= SHAPE_KEYS_MAX) this.#count(keys);
    for (const value of Object.values(object)) this.#visit(value);
  }

  #count(keys: readonly string[]): void {
    const text = shapeText(keys);
    if (this.#settled.has(text)) return;
    this.#news = true;
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (count < REPEATS_MIN) {
      if (this.#counts.size >= CENSUS_MAX) this.#counts.clear();
      this.#counts.set(text, count);
      return;
    }
    this.#counts.delete(text);
    this.#settled.add(text);
    this.#proposed += 1;
    this.#shapes.propose(keys);
  }
}
