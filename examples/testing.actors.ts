/** A cache before a store, to be tested without one. */

import { defineActor, type RefOf } from "../actors/index.ts";

export const Store = defineActor(import.meta.url, "Store", {
  init: () => new Map<string, number>(),
  handlers: {
    put: (self, key: string, value: number) => void self.state.set(key, value),
    get: (self, key: string) => self.state.get(key),
  },
});

export const Cache = defineActor(import.meta.url, "Cache", {
  init: (_self, store: RefOf<typeof Store>) => ({ store, known: new Map<string, number>() }),
  handlers: {
    put(self, key: string, value: number) {
      if (!Number.isFinite(value)) throw new RangeError(`${key} is ${value}`);
      self.state.known.set(key, value);
      self.state.store.cast.put(key, value);
    },
    async get(self, key: string) {
      return self.state.known.get(key) ?? (await self.state.store.call.get(key));
    },
  },
});
