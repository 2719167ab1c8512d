/** The actors of the heap demo: one that eats up the heap of its thread, and those who mind. */
import { childSpec, defineActor, defineSupervisor } from "../../actors/index.ts";

export const EATER = "eater";
/** More deaths than the demo has are meant here. */
const INTENSITY = 20;

export interface EaterProtocol {
  life(): string;
  eat(): void;
}

export const Eater = defineActor(import.meta.url, "Eater", {
  init: () => ({}),
  handlers: {
    life: (self): string => String(self.ref),
    /** Small objects until there is no room: what leaks look like. */
    eat(): void {
      const kept: object[] = [];
      for (let count = 0; ; count += 1) kept.push({ count, text: `${count}` });
    },
  },
});

/** Beside it on the same thread, and on another one. */
export const Counter = defineActor(import.meta.url, "Counter", {
  init: () => ({ count: 0 }),
  handlers: {
    count(self): number {
      self.state.count += 1;
      return self.state.count;
    },
  },
});

export const Eaters = defineSupervisor(import.meta.url, "Eaters", (thread: number) => ({
  intensity: INTENSITY,
  children: [childSpec(Eater, [], { id: "eater", name: EATER, thread })],
}));

/** With an intensity of 0 it would end if the innocent were charged. */
export const Neighbours = defineSupervisor(import.meta.url, "Neighbours", (thread: number) => ({
  intensity: 0,
  children: [childSpec(Counter, [], { id: "neighbour", thread })],
}));
