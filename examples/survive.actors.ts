/** An account whose mailbox outlives its thread, and the office that keeps it open. */

import { childSpec, defineActor, defineSupervisor } from "../actors/index.ts";

export const Account = defineActor(import.meta.url, "Account", {
  // What waits here is handled by the next life, if the thread dies.
  survives: true,
  init: () => ({ deposits: 0 }),
  handlers: {
    deposit(self) {
      self.state.deposits += 1;
    },
    /** Ends its thread. */
    close: (): void => process.exit(1),
    deposits: (self) => self.state.deposits,
  },
});

export const Bank = defineSupervisor(import.meta.url, "Bank", () => ({
  children: [childSpec(Account, [], { id: "account", thread: 1 })],
}));
