/**
 * The shared memory of one node's system, as its machine hears of it: whatever was handed to a
 * thread at its start, or posted over a port. Kept weakly, since lanes come and go.
 */

/** How deep in a message of the control plane memory may lie. */
const DEPTH_MAX = 5;

export class Memories {
  readonly #refs: Set<WeakRef<SharedArrayBuffer>> = new Set();
  readonly #known: WeakSet<SharedArrayBuffer> = new WeakSet();

  /** Takes note of all memory in a value. */
  find(value: unknown, depth = 0): void {
    if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return;
    if (value instanceof SharedArrayBuffer) return this.#add(value);
    for (const part of Object.values(value)) this.find(part, depth + 1);
  }

  #add(memory: SharedArrayBuffer): void {
    if (this.#known.has(memory)) return;
    this.#known.add(memory);
    this.#refs.add(new WeakRef(memory));
  }

  all(): SharedArrayBuffer[] {
    const found: SharedArrayBuffer[] = [];
    for (const ref of this.#refs) {
      const memory = ref.deref();
      if (memory === undefined) this.#refs.delete(ref);
      else found.push(memory);
    }
    return found;
  }
}
