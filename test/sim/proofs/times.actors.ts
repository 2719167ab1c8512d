/** Actors of the proof of times: bells with timers, which answer as late as is wished. */

import { defineActor } from "../../../dist/actors/index.js";
import type { Schedule } from "./schedule.ts";

const noted: { schedule: Schedule | undefined } = { schedule: undefined };

/** Where bells note what they set and what rings, for one run. */
export function noteIn(schedule: Schedule): void {
  noted.schedule = schedule;
}

function schedule(): Schedule {
  if (noted.schedule === undefined) throw new Error("no run is under way");
  return noted.schedule;
}

export interface BellProtocol {
  once(key: string, ms: number): void;
  every(key: string, ms: number): void;
  cancel(key: string): void;
  answer(ms: number): Promise<number>;
}

export const Bell = defineActor(import.meta.url, "Bell", {
  init: () => ({}),
  handlers: {
    once(self, key: string, ms: number): void {
      self.timers.after(key, ms, "ring", schedule().sets(self.ref, key, ms, false));
    },
    every(self, key: string, ms: number): void {
      self.timers.every(key, ms, "ring", schedule().sets(self.ref, key, ms, true));
    },
    cancel(self, key: string): void {
      self.timers.cancel(key);
      schedule().cancels(self.ref, key);
    },
    ring(self, number: number): void {
      schedule().rings(self.ref, number);
    },
    async answer(_self, ms: number): Promise<number> {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return ms;
    },
  },
});
