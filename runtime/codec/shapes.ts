/**
 * The shapes of plain objects that all threads of a system know.
 *
 *     id   0               1                    2            count() = 3
 *          id, name, ok    id, price, amount    x, y
 *
 * A shape is the list of an object's keys in their order. An object of a known shape travels as the
 * shape's id and its values. Ids are the same in all threads and never change their meaning: the
 * table only grows at its end, and a thread that sees an id has seen `count()` beyond it.
 *
 * Left out: where the table lies. The one of a system with threads is in shared memory.
 */

/** More shapes than this are not kept; objects of other shapes carry their keys with them. */
export const SHAPES_MAX = 256;

/** Objects with more keys are taken for dictionaries: their keys are data, and no shape. */
export const SHAPE_KEYS_MAX = 32;

export interface ShapeSource {
  /** How many shapes there are. Only grows; read for every message, so it must be cheap. */
  count(): number;
  /** @param id below `count()`. */
  get(id: number): readonly string[];
  /** Asks for a new shape. It appears some time later, or never; asking again does no harm. */
  propose(keys: readonly string[]): void;
}

/** A shape as one text, so that it can be looked up. */
export function shapeText(keys: readonly string[]): string {
  return JSON.stringify(keys);
}

/** The table of one JavaScript thread: for tests, and for systems that have no other thread. */
export class LocalShapes implements ShapeSource {
  readonly #shapes: (readonly string[])[] = [];
  readonly #known = new Set<string>();

  count(): number {
    return this.#shapes.length;
  }

  get(id: number): readonly string[] {
    const keys = this.#shapes[id];
    if (keys === undefined) throw new RangeError(`there is no shape ${id}`);
    return keys;
  }

  propose(keys: readonly string[]): void {
    const text = shapeText(keys);
    if (this.#shapes.length >= SHAPES_MAX || this.#known.has(text)) return;
    this.#known.add(text);
    this.#shapes.push([...keys]);
  }
}
