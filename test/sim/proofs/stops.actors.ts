/** Actors of the proof of stops: each passes on what it gets, and takes its time to end. */

import { defineActor, type Ref } from "../../../dist/actors/index.js";

/** What has happened to the actors of one run. */
export interface Ends {
  readonly begun: string[];
  readonly terminated: string[];
  readonly ended: string[];
  /** Messages that were sent and that were handled. */
  sent: number;
  handled: number;
}

const noted: { ends: Ends | undefined } = { ends: undefined };

/** Where actors note what happens to them, for one run. */
export function noteIn(ends: Ends): void {
  noted.ends = ends;
}

export function ends(): Ends {
  if (noted.ends === undefined) throw new Error("no run is under way");
  return noted.ends;
}

export interface RunnerProtocol {
  /** Runs on to the others, so often in all; the load only takes room. */
  pass(
    others: readonly Ref<RunnerProtocol>[],
    left: number,
    ms: number,
    load: string,
  ): Promise<void>;
}

export const Runner = defineActor(import.meta.url, "Runner", {
  init(self, endsMs: number) {
    ends().begun.push(String(self.ref));
    return { endsMs };
  },
  handlers: {
    async pass(
      _self,
      others: readonly Ref<RunnerProtocol>[],
      left: number,
      ms: number,
      load: string,
    ) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      ends().handled += 1;
      const [next] = others.slice(left % others.length);
      if (left === 0 || next === undefined) return;
      ends().sent += 1;
      next.cast.pass(others, left - 1, ms, load);
    },
  },
  async terminate(self) {
    ends().terminated.push(String(self.ref));
    await new Promise((resolve) => setTimeout(resolve, self.state.endsMs));
    ends().ended.push(String(self.ref));
  },
});
