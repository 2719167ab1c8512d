/** A door that locks itself after a while, and asks somebody before it opens. */

import { defineActor, type RefOf, Refusal } from "../actors/index.ts";

export const Guard = defineActor(import.meta.url, "Guard", {
  init: () => ({ asked: 0 }),
  handlers: {
    knows: (_self, who: string) => who !== "nobody",
    opened(self, _who: string) {
      self.state.asked += 1;
    },
  },
});

export const Door = defineActor(import.meta.url, "Door", {
  init: (_self, guard: RefOf<typeof Guard>) => ({ guard, open: false }),
  handlers: {
    async enter(self, who: string) {
      if (!(await self.state.guard.call.knows(who))) throw new Refusal(`${who} may not enter`);
      self.state.open = true;
      self.state.guard.cast.opened(who);
      self.timers.after("close", 5000, "close");
      return "welcome";
    },
    close(self) {
      self.state.open = false;
    },
    isOpen: (self) => self.state.open,
  },
});
