/** Opens the journal that a store was told of. */

import { StoreFailed } from "../errors.ts";
import type { Self } from "../types.ts";
import { MemoryJournal } from "./heap.ts";
import type { Journal } from "./journal.ts";
import type { CheckedStore } from "./store-options.ts";

export async function openJournal(_self: Self<undefined>, store: CheckedStore): Promise<Journal> {
  switch (store.place.type) {
    case "memory":
      return new MemoryJournal();
    default:
      throw new StoreFailed(store.address, `no journal in a ${store.place.type} yet`);
  }
}
