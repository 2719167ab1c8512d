/** Who looks on while rungs come and go: clients that ask all the while, and a chronicle. */
import { type Deferred, defineActor, type LadderChange, type Ref } from "../../actors/index.ts";
import type { ForecastProtocol } from "./ladder.actors.ts";

/** Between two questions of a client. */
const ASK_MS = 5;
const ANSWER_TIMEOUT_MS = 30_000;

/** What became of a client's questions. */
export interface Answers {
  readonly asked: number;
  /** By who answered. */
  readonly by: Readonly<Record<string, number>>;
  /** Nobody could who promises enough: it was not begun, and the error says when to try again. */
  readonly unavailable: number;
  /** The rung said that it cannot. */
  readonly refused: number;
  /** The rung crashed, or was replaced, while it was at it. */
  readonly failed: number;
}

export interface ClientProtocol {
  begin(): void;
  stop(): Promise<Answers> | Answers;
  ask(): Promise<void>;
}

const KINDS: Readonly<Record<string, "unavailable" | "refused">> = {
  ERR_SERVICE_UNAVAILABLE: "unavailable",
  ERR_REFUSED: "refused",
};

export const LadderClient = defineActor(import.meta.url, "LadderClient", {
  init: (_self, service: Ref<ForecastProtocol>) => ({
    service: service.with({ timeout: ANSWER_TIMEOUT_MS }),
    asked: 0,
    by: {} as Record<string, number>,
    unavailable: 0,
    refused: 0,
    failed: 0,
  }),
  handlers: {
    begin(self): void {
      self.timers.every("ask", ASK_MS, "ask");
    },
    async ask(self): Promise<void> {
      const { state } = self;
      state.asked += 1;
      try {
        const who = await state.service.call.forecast();
        state.by[who] = (state.by[who] ?? 0) + 1;
      } catch (error) {
        const { code = "" } = error as { code?: string };
        // A question without an answer is counted nowhere, and is missed in the end.
        if (code !== "ERR_CALL_TIMEOUT") state[KINDS[code] ?? "failed"] += 1;
      }
    },
    stop(self): Answers {
      self.timers.cancel("ask");
      const { asked, by, unavailable, refused, failed } = self.state;
      return { asked, by: { ...by }, unavailable, refused, failed };
    },
  },
});

export interface ChronicleProtocol {
  ladderChanged(change: LadderChange): void;
  /** The next change, as soon as there is one. */
  next(): Deferred<LadderChange>;
}

interface Chronicle {
  readonly changes: LadderChange[];
}

export const Chronicle = defineActor(import.meta.url, "Chronicle", {
  init: (): Chronicle => ({ changes: [] }),
  handlers: {
    ladderChanged(self, change: LadderChange): void {
      const asked = self.local.asked as Deferred<LadderChange> | undefined;
      self.local.asked = undefined;
      // Whoever asked may have given up.
      if (asked?.resolve(change) !== true) self.state.changes.push(change);
    },
    next(self): Deferred<LadderChange> {
      const answer = self.defer<LadderChange>();
      const change = self.state.changes.shift();
      if (change === undefined) self.local.asked = answer;
      else answer.resolve(change);
      return answer;
    },
  },
});
