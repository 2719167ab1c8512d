/** An actor with a piscina pool behind it: it takes a question when the pool has room for it. */

import type { Piscina } from "piscina";
import { type Deferred, defineActor } from "../actors/index.ts";

type Tasks = Set<Promise<boolean>>;

export const Primes = defineActor(import.meta.url, "Primes", {
  async init(self, threads: number) {
    // Loaded when the first such actor begins, and on its thread only.
    const { Piscina } = await import("piscina");
    const filename = import.meta.url.replace(/actors(\.[jt]s)$/, "task$1");
    self.local.pool = new Piscina({ filename, name: "primesBelow", maxThreads: threads });
    self.local.tasks = new Set();
    return { threads };
  },
  handlers: {
    async below(self, limit: number): Promise<Deferred<number>> {
      const pool = self.local.pool as Piscina;
      const tasks = self.local.tasks as Tasks;
      const answer = self.defer<number>();
      const { signal } = self;
      // The turn lasts until the pool has room. Meanwhile the mailbox fills, and senders are told.
      while (tasks.size >= self.state.threads) await Promise.race(tasks);
      // The signal is aborted when the caller gives up, and ends the task with its thread.
      const task: Promise<boolean> = pool
        .run(limit, { signal })
        .then((count: number) => answer.resolve(count))
        .catch((error: Error) => answer.reject(error))
        .finally(() => tasks.delete(task));
      tasks.add(task);
      return answer;
    },
  },
  terminate: (self) => (self.local.pool as Piscina).destroy(),
  // From half of it on, ready() waits. The other half is room for what is on its way by then.
  mailbox: { max: 2000 },
});
