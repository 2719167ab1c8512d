/** A session that ends when nothing was heard of it for half an hour, and warns before. */

import { defineActor, type Ref } from "../actors/index.ts";

export interface OwnerProtocol {
  warned(who: string): void;
  expired(who: string, at: string): void;
}

const MINUTE_MS = 60_000;

export const Session = defineActor(import.meta.url, "Session", {
  init: (self, owner: Ref<OwnerProtocol>, who: string) => {
    self.timers.after("warn", 25 * MINUTE_MS, "warn");
    return { owner, who };
  },
  handlers: {
    heard(self) {
      self.timers.after("warn", 25 * MINUTE_MS, "warn"); // in the place of the one before
      self.timers.cancel("expire");
    },
    warn(self) {
      self.state.owner.cast.warned(self.state.who);
      self.timers.after("expire", 5 * MINUTE_MS, "expire");
    },
    expire(self) {
      self.state.owner.cast.expired(self.state.who, new Date().toISOString().slice(11, 19));
      self.stop();
    },
  },
});
