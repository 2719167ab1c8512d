/** Actors that write 1, 2, 3, … into a log, and look for holes whenever they open it. */

import {
  childSpec,
  defineActor,
  defineSupervisor,
  type OpenLog,
  openLog,
  type Self,
  type StoreRef,
} from "../../../../dist/actors/index.js";

/** What is known outside of the node: it outlives all that happens there. */
export const seen: {
  /** By log, up to where it was said to be durable. */
  durable: Map<string, number>;
  openings: number;
  problems: string[];
} = { durable: new Map(), openings: 0, problems: [] };

export function forget(): void {
  seen.durable.clear();
  seen.openings = 0;
  seen.problems = [];
}

const WRITE_MS = 12;

interface ScribeState {
  readonly log: string;
  /** Written in earlier lives. */
  readonly before: number;
  seq: number;
}

function logOf(self: Self<ScribeState>): OpenLog {
  return self.local.log as OpenLog; // `init` has put it there.
}

const Scribe = defineActor(import.meta.url, "Scribe", {
  async init(self, store: StoreRef, log: string): Promise<ScribeState> {
    const open = await openLog(self, store, log);
    const { records } = open.recovered;
    const durable = seen.durable.get(log) ?? 0;
    seen.openings += 1;
    if (records.length < durable) {
      seen.problems.push(`${log}: ${records.length} are there, ${durable} were durable`);
    }
    const wrong = records.findIndex((record, at) => record !== at + 1);
    if (wrong >= 0)
      seen.problems.push(`${log}: ${String(records[wrong])} in place of ${wrong + 1}`);
    self.local.log = open;
    self.timers.every("write", WRITE_MS, "write");
    return { log, before: records.length, seq: 0 };
  },
  handlers: {
    write(self) {
      const { state } = self;
      state.seq += 1;
      logOf(self).append(state.seq, [state.before + state.seq]);
    },
    durable(self, upTo: number) {
      const { log, before } = self.state;
      if (logOf(self).durable(upTo)) seen.durable.set(log, before + upTo);
    },
    storeFailed(_self, { code }: { code: string }) {
      throw new Error(code);
    },
  },
  down(self, down) {
    if (logOf(self).isStore(down)) throw new Error("the store is lost");
  },
});

export const Scribes = defineSupervisor(import.meta.url, "Scribes", (store: StoreRef) => ({
  intensity: 1000,
  children: ["a", "b"].map((log) => childSpec(Scribe, [store, log], { id: log, thread: 2 })),
}));
