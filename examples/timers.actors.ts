/** An egg timer: it ticks, and it rings once unless somebody is there before. */

import { type Deferred, defineActor } from "../actors/index.ts";

export const EggTimer = defineActor(import.meta.url, "EggTimer", {
  init: () => ({ seen: [] as string[], ticks: 0 }),
  handlers: {
    start(self, ticks: number, everyMs: number): Deferred<string[]> {
      self.state.ticks = ticks;
      self.timers.every("tick", everyMs, "tick");
      // A day is never reached here: the last tick cancels it.
      self.timers.after("burnt", 86_400_000, "note", "burnt");
      const answer = self.defer<string[]>();
      self.local.answer = answer;
      return answer;
    },
    tick(self) {
      self.state.seen.push(`tick ${self.state.seen.length + 1}`);
      if (self.state.seen.length < self.state.ticks) return;
      self.timers.cancel("tick");
      const msLeft = self.timers.cancel("burnt");
      self.timers.after("ring", 1, "note", msLeft === undefined ? "too late" : "ring");
    },
    note(self, what: string) {
      self.state.seen.push(what);
      (self.local.answer as Deferred<string[]>).resolve([...self.state.seen]);
    },
  },
});
