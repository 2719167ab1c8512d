/**
 * A map from addresses that mostly holds one entry: a child has one link, that to its supervisor.
 *
 * One entry lies in the object itself; a Map is made for the second.
 */

export class Few<Value> {
  #key = 0;
  #value: Value | undefined;
  #map: Map<number, Value> | undefined;

  get size(): number {
    return this.#map?.size ?? (this.#value === undefined ? 0 : 1);
  }

  get(key: number): Value | undefined {
    if (this.#map !== undefined) return this.#map.get(key);
    return this.#key === key ? this.#value : undefined;
  }

  set(key: number, value: Value): void {
    if (this.#map !== undefined) {
      this.#map.set(key, value);
    } else if (this.#value === undefined || this.#key === key) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#map = new Map([
        [this.#key, this.#value],
        [key, value],
      ]);
      this.#value = undefined;
    }
  }

  delete(key: number): boolean {
    if (this.#map !== undefined) return this.#map.delete(key);
    if (this.#value === undefined || this.#key !== key) return false;
    this.#value = undefined;
    return true;
  }

  /** A snapshot, in the order in which they came. */
  values(): Value[] {
    if (this.#map !== undefined) return [...this.#map.values()];
    return this.#value === undefined ? [] : [this.#value];
  }
}
