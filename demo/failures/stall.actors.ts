/** The actors of the stall demo: one that does not let go of its thread, in several ways. */
import { childSpec, defineActor, defineSupervisor } from "../../actors/index.ts";

/** One restart for each way, and none to spare. */
const INTENSITY = 4;
/** Of letters for the regular expression: enough for years. */
const LETTERS = 60;
/** Bounds of what must give up by itself long before. */
const POLITE_MAX_MS = 60_000;

export interface StallerProtocol {
  loop(): void;
  match(): boolean;
  storm(): Promise<void>;
  wait(): string;
  /** Looks at `self.cancelled`, and gives up. @returns how long it went on, in milliseconds */
  polite(): number;
  life(): string;
}

export const Staller = defineActor(import.meta.url, "Staller", {
  init: () => ({}),
  handlers: {
    loop(): void {
      for (;;);
    },
    match: (): boolean => /^(a+)+$/.test(`${"a".repeat(LETTERS)}b`),
    /** It awaits all the time, and still the event loop never goes on. */
    async storm(): Promise<void> {
      for (;;) await undefined;
    },
    wait: (): string => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
    polite(self): number {
      const start = performance.now();
      const over = start + POLITE_MAX_MS;
      while (!self.cancelled && performance.now() < over);
      return performance.now() - start;
    },
    life: (self): string => String(self.ref),
  },
});

export const Stallers = defineSupervisor(import.meta.url, "Stallers", (thread: number) => ({
  intensity: INTENSITY,
  children: [childSpec(Staller, [], { id: "staller", thread })],
}));
