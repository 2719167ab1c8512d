/** Actors of the proof of shutdown, besides trees and clerks: guests, whom nobody supervises. */

import { defineActor } from "../../../dist/actors/index.js";
import type { Guests } from "./guests.ts";

const noted: { guests: Guests | undefined } = { guests: undefined };

/** Where guests note that they come and go, for one run. */
export function noteIn(guests: Guests): void {
  noted.guests = guests;
}

function guests(): Guests {
  if (noted.guests === undefined) throw new Error("no run is under way");
  return noted.guests;
}

export const Guest = defineActor(import.meta.url, "Guest", {
  /** @param endsMs what its `terminate` takes */
  init(self, endsMs: number) {
    guests().comes(self.ref);
    return { endsMs };
  },
  handlers: {
    async work(_self, ms: number): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
  },
  async terminate({ ref, state: { endsMs } }, { type }) {
    guests().leaves(ref, type);
    if (endsMs > 0) await new Promise((resolve) => setTimeout(resolve, endsMs));
    guests().hasLeft(ref);
  },
});

/** One whose mailbox outlives its thread: what is sent to it waits while that is dead. */
export const Lodger = defineActor(import.meta.url, "Lodger", {
  survives: true,
  init: () => ({ worked: 0 }),
  handlers: {
    async work(self, ms: number): Promise<number> {
      await new Promise((resolve) => setTimeout(resolve, ms));
      self.state.worked += 1;
      return self.state.worked;
    },
  },
});
