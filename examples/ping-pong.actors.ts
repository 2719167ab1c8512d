/** Two definitions that know each other's protocol and nothing else. */

import { threadId } from "node:worker_threads";
import { type Deferred, defineActor, type Ref } from "../actors/index.ts";

export interface PingProtocol {
  play(rounds: number): Deferred<Result>;
  pong(round: number, thread: number): void;
}

export interface PongProtocol {
  ping(round: number, from: Ref<PingProtocol>): void;
}

/** How many balls came back, and from which thread to which. */
export interface Result {
  rounds: number;
  threads: number[];
}

export const Ping = defineActor(import.meta.url, "Ping", {
  init: (_self, pong: Ref<PongProtocol>) => ({ pong, rounds: 0 }),
  handlers: {
    play(self, rounds: number): Deferred<Result> {
      const answer = self.defer<Result>();
      self.local.answer = answer;
      self.state.rounds = rounds;
      self.state.pong.cast.ping(1, self.ref as Ref<PingProtocol>);
      return answer;
    },
    pong(self, round: number, thread: number): void {
      if (round < self.state.rounds) {
        self.state.pong.cast.ping(round + 1, self.ref as Ref<PingProtocol>);
      } else {
        const result: Result = { rounds: round, threads: [thread, threadId] };
        (self.local.answer as Deferred<Result>).resolve(result);
      }
    },
  },
});

export const Pong = defineActor(import.meta.url, "Pong", {
  init: () => ({}),
  handlers: {
    ping(_self, round: number, from: Ref<PingProtocol>): void {
      from.cast.pong(round, threadId);
    },
  },
});
