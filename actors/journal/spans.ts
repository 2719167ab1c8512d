/**
 * A list of byte strings that lie in bodies of batches: where each lies, and no object for any.
 *
 *     bodies    ■ ■ ■ ■ ■                      which bytes
 *     places    4 8  12 16  20 20  4 9  9 12   from and to in them
 *     segments  3    3      3      5    5      which file has them
 *
 * A million records are three arrays, two of which a garbage collector need not look into.
 */

const CAPACITY_MIN = 16;

export class Spans {
  readonly #bodies: Uint8Array[] = [];
  #places = new Uint32Array(2 * CAPACITY_MIN);
  #segments = new Uint32Array(CAPACITY_MIN);

  get length(): number {
    return this.#bodies.length;
  }

  /** At a place that is there, or right behind the last one. */
  put(place: number, body: Uint8Array, from: number, to: number, segment: number): void {
    if (place === this.#segments.length) this.#resize(2 * place);
    this.#bodies[place] = body;
    this.#places[2 * place] = from;
    this.#places[2 * place + 1] = to;
    this.#segments[place] = segment;
  }

  at(place: number): Uint8Array {
    const body = this.#bodies[place] as Uint8Array; // It is there.
    return body.subarray(this.#places[2 * place], this.#places[2 * place + 1]);
  }

  bytes(place: number): number {
    return (this.#places[2 * place + 1] as number) - (this.#places[2 * place] as number);
  }

  /** Undefined behind the last one. */
  segment(place: number): number | undefined {
    return place < this.length ? this.#segments[place] : undefined;
  }

  /** The first one from there on that lies in this segment, or -1. */
  find(segment: number, from: number): number {
    const place = this.#segments.indexOf(segment, from);
    return place < this.length ? place : -1;
  }

  remove(place: number, count: number): void {
    this.#bodies.splice(place, count);
    this.#places.copyWithin(2 * place, 2 * (place + count));
    this.#segments.copyWithin(place, place + count);
    // What a long list has held is given back.
    const { length } = this.#segments;
    if (length > CAPACITY_MIN && this.length < length / 4) this.#resize(length / 2);
  }

  all(): Uint8Array[] {
    return this.#bodies.map((_, place) => this.at(place));
  }

  #resize(capacity: number): void {
    const [places, segments] = [this.#places, this.#segments];
    this.#places = new Uint32Array(2 * capacity);
    this.#segments = new Uint32Array(capacity);
    this.#places.set(places.subarray(0, 2 * this.length));
    this.#segments.set(segments.subarray(0, this.length));
  }
}
