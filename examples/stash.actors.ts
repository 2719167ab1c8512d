/** A store that answers only once it has connected, for the example of stash and behaviours. */

import { defineActor } from "../actors/index.ts";

const connect = (): Promise<Map<string, string>> =>
  new Promise((resolve) => setTimeout(() => resolve(new Map([["language", "en"]])), 200));

export const Store = defineActor(import.meta.url, "Store", {
  init(self) {
    self.become("connecting");
    self.pipe(connect(), "connected", "failed");
    return { values: new Map<string, string>(), reads: 0 };
  },
  handlers: {
    get(self, key: string) {
      self.state.reads += 1;
      return self.state.values.get(key);
    },
    set(self, key: string, value: string) {
      self.state.values.set(key, value);
    },
    /** Goes before all that waits, where its sender asks for priority. */
    reads: (self) => self.state.reads,
    connected() {},
    failed() {},
  },
  priority: ["reads"],
  behaviours: {
    /** What comes too early is set aside, and handled in its order later. */
    connecting: {
      get: (self) => self.stash() as undefined,
      set: (self) => self.stash(),
      reads: () => -1,
      connected(self, values: Map<string, string>) {
        self.state.values = values;
        self.become();
        self.unstash();
      },
      failed(_self, error: Error) {
        throw error;
      },
    },
  },
  idleAfter: 500,
  idle: (self) => self.stop(),
  terminate: (self) => self.log.debug({ reads: self.state.reads }, "closed"),
});
