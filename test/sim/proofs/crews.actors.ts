/** Actors of the proof of crews: members of supervisors of many alike, and rungs of a ladder. */

import { defineActor, defineLadder, rung } from "../../../dist/actors/index.js";
import type { Roster } from "./roster.ts";

const noted: { roster: Roster | undefined } = { roster: undefined };

/** Where they note that they begin, for one run. */
export function noteIn(roster: Roster): void {
  noted.roster = roster;
}

function roster(): Roster {
  if (noted.roster === undefined) throw new Error("no run is under way");
  return noted.roster;
}

export const Member = defineActor(import.meta.url, "Member", {
  /** @param index of a partition */
  init(self, key: string, index?: number) {
    const id = index === undefined ? key : `${key}${index}`;
    roster().begins(id, self.ref, self.parent);
    self.label = id;
    return { id };
  },
  handlers: {
    who: ({ state: { id } }): string => id,
    end(self, fails: boolean): void {
      if (fails) throw new Error("the member fails");
      self.stop();
    },
  },
});

export interface RungService {
  health(): { ready: boolean };
  activate(epoch: number): void;
  serve(): number;
  end(): void;
}

const rungOf = (name: string) =>
  defineActor(import.meta.url, name, {
    init(self) {
      self.label = name;
      return { epoch: 0 };
    },
    handlers: {
      health: (): { ready: boolean } => ({ ready: true }),
      activate(self, epoch: number): void {
        roster().activated(epoch);
        self.state.epoch = epoch;
      },
      serve: ({ state }): number => state.epoch,
      end(): void {
        throw new Error("the rung fails");
      },
    },
  });

const Best = rungOf("Best");
const Simple = rungOf("Simple");

/** The best rung and the one below it, on threads that the program chooses. */
export const Service = defineLadder(import.meta.url, "Service", (one: number, other: number) => ({
  rungs: [
    rung(Best, [], { id: "best", thread: one, intensity: 2, period: 1_000 }),
    rung(Simple, [], { id: "simple", thread: other, intensity: 2, period: 1_000 }),
  ],
  dwell: 100,
  probe: { interval: 40, timeout: 100, successes: 2 },
  backoff: { min: 20, max: 200 },
  startTimeout: 500,
}));
