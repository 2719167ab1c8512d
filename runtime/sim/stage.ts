/**
 * What all virtualised globals have in common: whom they ask, how they take the place of the real
 * ones, and that they step back when the simulation is over.
 *
 *     user ─▶ stand-in ─┬─ while it runs ─▶ Use (first-use report) ─▶ virtual function ─▶ clock
 *                       └─ afterwards ────▶ the real function
 *
 * Afterwards, because modules that were loaded meanwhile may have kept a stand-in: Node's own do,
 * when a simulated program is the first to import them.
 */

import type { Patches } from "./patches.ts";
import { type CallSite, Use } from "./uses.ts";

/** Time and chance of the virtual thread that runs now, as the world of a simulation has them. */
export interface VirtualClock {
  /** Milliseconds on the monotonic clock of the virtual thread, fractional. */
  now(): number;
  /** Milliseconds since 1970 on the wall clock of its node, with its steps and drift. */
  wall(): number;
  /** `wall()` when `now()` was 0, whatever happened to the wall clock since. */
  origin(): number;
  /** Uniform in [0, 1), from the stream of the virtual thread for users. */
  random(): number;
  /**
   * Runs `step` on the virtual thread that runs now, after so many milliseconds. Steps of equal
   * due time run in the order in which they were asked for. What `step` throws, the user threw.
   */
  timer(ms: number, step: () => void): { cancel(): void };
  /** Runs `step` on the virtual thread that runs now, in a turn of its event loop of its own. */
  macrotask(step: () => void): { cancel(): void };
  /**
   * Whose code runs now, for reports of first use: any value that is the same for the same code,
   * such as one object for each definition and handler. Undefined is nobody's, without a report.
   */
  owner(): unknown;
  /** Told once for each global and owner. */
  used(what: string, where: CallSite): void;
}

// Functions with any parameters can be assigned to it; it is called through Reflect.apply.
export type AnyFunction = (this: never, ...args: never[]) => unknown;

export class Stage {
  readonly clock: VirtualClock;
  readonly patches: Patches;
  /** False once the simulation is over. */
  running = true;

  constructor(clock: VirtualClock, patches: Patches) {
    this.clock = clock;
    this.patches = patches;
  }

  use(what: string): Use {
    const { clock } = this;
    return new Use(
      what,
      () => clock.owner(),
      (name, where) => clock.used(name, where),
    );
  }

  /**
   * A function that does what `virtual` does while the simulation runs, and what `real` does
   * afterwards; it has the name and the length of `real`.
   *
   * @param what what reports of its first use call it; undefined: there are none.
   */
  standIn<Real extends AnyFunction>(
    what: string | undefined,
    real: Real,
    virtual: AnyFunction,
  ): Real {
    const stage = this;
    const use = what === undefined ? undefined : this.use(what);
    const standIn = function (this: unknown, ...args: unknown[]): unknown {
      if (!stage.running) return Reflect.apply(real, this, args);
      use?.note(standIn);
      return Reflect.apply(virtual, this, args);
    };
    likeReal(standIn, real);
    return standIn as unknown as Real;
  }

  /** Replaces a method by its stand-in; does nothing where this version of Node has none. */
  method(holder: object | undefined, key: PropertyKey, what: string, virtual: AnyFunction): void {
    const real: unknown = holder && Reflect.get(holder, key);
    if (holder === undefined || typeof real !== "function") return;
    this.patches.value(holder, key, what, this.standIn(what, real as AnyFunction, virtual));
  }
}

/** Gives a function the name and the length of another. */
export function likeReal(standIn: object, real: object): void {
  for (const key of ["name", "length"]) {
    const descriptor = Reflect.getOwnPropertyDescriptor(real, key);
    if (descriptor !== undefined) Object.defineProperty(standIn, key, descriptor);
  }
}
