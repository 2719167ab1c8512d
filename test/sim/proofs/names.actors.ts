/** Actors of the proof of names. What they note is there at once: all threads share this module. */

import { defineActor, type Ref } from "../../../dist/actors/index.js";
import type { Registry } from "./registry.ts";

const noted: { registry: Registry | undefined } = { registry: undefined };

/** Where actors note what happens to them, for one run. */
export function noteIn(registry: Registry): void {
  noted.registry = registry;
}

function registry(): Registry {
  if (noted.registry === undefined) throw new Error("no run is under way");
  return noted.registry;
}

/** Has a name as long as it lives. */
export const Holder = defineActor(import.meta.url, "Holder", {
  init(self, name: string, number: number) {
    registry().born(name, number, self.ref);
    return { name, number };
  },
  handlers: {
    who: ({ state: { name, number } }): [string, number] => [name, number],
    leave(self): void {
      self.stop();
    },
    fail(): void {
      throw new Error("the holder fails");
    },
  },
});

export interface ClaimerProtocol {
  claim(name: string, thread: number): Promise<void>;
  ask(name: string): Promise<void>;
  look(name: string): void;
}

export type Claimer = Ref<ClaimerProtocol>;

/** Does on its thread what the program does on main. */
export const Claimer = defineActor(import.meta.url, "Claimer", {
  init: () => ({}),
  handlers: {
    claim: (self, name: string, thread: number): Promise<void> =>
      registry().claim(name, (number) => self.spawn(Holder, [name, number], { name, thread })),
    ask: (self, name: string): Promise<void> =>
      registry().ask(name, () => self.named(Holder, name).call.who()),
    look: (self, name: string): void => registry().look(name, () => self.whereis(Holder, name)),
  },
});
