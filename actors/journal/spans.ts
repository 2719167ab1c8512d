/**
 * A list of byte strings that lie in bodies of batches: where each lies, and no object for any.
 *
 *     bodies    ■ ■ ■ ■ ■        which bytes
 *     from      4 12 20 4 9      place in them
 *     to        8 16 20 9 12
 *     segments  3 3 3 5 5        which file has them
 *
 * A million records are four arrays of numbers, which a garbage collector need not walk.
 */

export class Spans {
  readonly #bodies: Uint8Array[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #segments: number[] = [];

  get length(): number {
    return this.#bodies.length;
  }

  /** At a place that is there, or right behind the last one. */
  put(place: number, body: Uint8Array, from: number, to: number, segment: number): void {
    this.#bodies[place] = body;
    this.#from[place] = from;
    this.#to[place] = to;
    this.#segments[place] = segment;
  }

  at(place: number): Uint8Array {
    const body = this.#bodies[place] as Uint8Array; // It is there.
    return body.subarray(this.#from[place], this.#to[place]);
  }

  bytes(place: number): number {
    return (this.#to[place] as number) - (this.#from[place] as number);
  }

  segment(place: number): number | undefined {
    return this.#segments[place];
  }

  /** The first one from there on that lies in this segment, or -1. */
  find(segment: number, from: number): number {
    return this.#segments.indexOf(segment, from);
  }

  remove(place: number, count: number): void {
    for (const list of [this.#bodies, this.#from, this.#to, this.#segments]) {
      list.splice(place, count);
    }
  }

  all(): Uint8Array[] {
    return this.#bodies.map((_, place) => this.at(place));
  }
}
