/** Two definitions that know each other's protocol and nothing else. */

import { type Deferred, defineActor, type Ref } from "../actors/index.ts";

export interface PingProtocol {
  play(rounds: number): Deferred<number>;
  pong(round: number): void;
}

export interface PongProtocol {
  ping(round: number, from: Ref<PingProtocol>): void;
}

export const Ping = defineActor(import.meta.url, "Ping", {
  init: (_self, pong: Ref<PongProtocol>) => ({ pong, rounds: 0 }),
  handlers: {
    play(self, rounds: number): Deferred<number> {
      const answer = self.defer<number>();
      self.local.answer = answer;
      self.state.rounds = rounds;
      self.state.pong.cast.ping(1, self.ref as Ref<PingProtocol>);
      return answer;
    },
    pong(self, round: number): void {
      if (round < self.state.rounds) {
        self.state.pong.cast.ping(round + 1, self.ref as Ref<PingProtocol>);
      } else {
        (self.local.answer as Deferred<number>).resolve(round);
      }
    },
  },
});

export const Pong = defineActor(import.meta.url, "Pong", {
  init: () => ({}),
  handlers: {
    ping(_self, round: number, from: Ref<PingProtocol>): void {
      from.cast.pong(round);
    },
  },
});
