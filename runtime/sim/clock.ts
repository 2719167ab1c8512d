/**
 * The clocks of one node: a monotonic one that may drift, and a wall clock that may be set.
 *
 *     world time ──drift──▶ monotonic (Env, performance, hrtime) ──steps──▶ wall clock (Date)
 *
 * All in whole nanoseconds. Drift is in millionths: 100 gains 100 µs per second. Timers are on the
 * monotonic clock, as in every system; what is due already stays due when the drift changes.
 */

/** Where the wall clocks of a simulation begin: 2026-01-01T00:00:00Z. */
export const WALL_START_MS = 1_767_225_600_000;
const MILLION = 1_000_000;
export const NS_PER_MS = 1_000_000;

export class NodeClock {
  #sinceWorld = 0;
  #sinceLocal = 0;
  #ppm = 0;
  #stepNs = 0;

  /** Monotonic, of this moment of the world. */
  local(worldNs: number): number {
    const passed = worldNs - this.#sinceWorld;
    return this.#sinceLocal + passed + Math.floor((passed * this.#ppm) / MILLION);
  }

  /** How long the world takes for so long on this clock; at least that. */
  worldFor(localNs: number): number {
    return this.#ppm === 0 ? localNs : Math.ceil((localNs * MILLION) / (MILLION + this.#ppm));
  }

  /** Milliseconds since 1970. */
  wall(worldNs: number): number {
    return WALL_START_MS + (this.local(worldNs) + this.#stepNs) / NS_PER_MS;
  }

  /** Sets the wall clock forward, or back. */
  step(ns: number): void {
    this.#stepNs += ns;
  }

  drift(ppm: number, worldNs: number): void {
    this.#sinceLocal = this.local(worldNs);
    this.#sinceWorld = worldNs;
    this.#ppm = ppm;
  }
}
