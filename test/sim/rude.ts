/** An actor whose code does what would cost a thread or a process. */

import { defineActor } from "../../dist/actors/index.js";

function raise(what: string): never {
  throw new Error(what);
}

export const Rude = defineActor(import.meta.url, "Rude", {
  init: () => ({}),
  handlers: {
    tick: (): void => process.nextTick(raise, "in a tick"),
    micro: (): void => queueMicrotask(() => raise("in a microtask")),
    reject(): void {
      void Promise.reject(new Error("in a promise"));
    },
    leave: (): void => process.exit(0),
    /** Milliseconds that it saw pass on both clocks. */
    look(): number[] {
      const [wall, monotonic] = [Date.now(), performance.now()];
      while (Date.now() < wall + 2);
      while (performance.now() < monotonic + 4);
      return [Date.now() - wall, Math.trunc(performance.now() - monotonic)];
    },
  },
});
