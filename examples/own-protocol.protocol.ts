/** A notice: home learns which readers have read it. */

import { defineProtocol, HOME, InvalidOptions, type Protocol } from "../actors/index.ts";
import { home, reader } from "./own-protocol.roles.ts";
import { type Config, type NoticeSpec, peers } from "./own-protocol.spec.ts";

/** The core: pure, so tests can go through all that may happen to it. */
export const notice: Protocol<NoticeSpec> = {
  peers,
  check(given): Config {
    const { words, readers, withinMs = 0 } = (given ?? {}) as Partial<Config>;
    if (typeof words !== "string") throw new InvalidOptions("words", "a text", words);
    if (!Array.isArray(readers)) throw new InvalidOptions("readers", "a list of ids", readers);
    if (!(withinMs > 0)) throw new InvalidOptions("withinMs", "milliseconds above 0", withinMs);
    return { words, readers, withinMs };
  },
  init({ config, at, recovered }) {
    if (config === undefined) {
      return { role: "reader", isAsking: false, hasRead: recovered !== undefined, seq: 0 };
    }
    const missing = new Set(config.readers);
    const until = at + config.withinMs;
    return { ...config, role: "home", until, missing, waiting: [], isOver: false };
  },
  step: (state, event) => (state.role === "home" ? home(state, event) : reader(state, event)),
  /** Looks at all members after each step, in tests: home believes of nobody what is not true. */
  watch(members) {
    const state = members.get(HOME);
    for (const [id, member] of members) {
      const isBelieved = state?.role === "home" && !state.missing.has(id);
      if (isBelieved && member.role === "reader" && !member.hasRead) {
        throw new Error(`home believes that ${id} has read`);
      }
    }
  },
};

/** What is started, and what users hold: threads load this module. */
export const Notice = defineProtocol(import.meta.url, "Notice", {
  protocol: notice,
  client: (handle) => ({
    /** Who has not read, once all others have or the time is over. */
    async outcome(): Promise<readonly string[]> {
      const reply = await handle.ask({ type: "outcome" });
      if (reply.type === "not-home") throw new Error("only home knows: ask its client");
      return reply.missing;
    },
  }),
});
