/** The two actors of ping-pong, who know each other by protocol. */

import { type Deferred, defineActor, type Ref } from "../../actors/index.ts";

interface PingProtocol {
  play(trips: number): number;
  pong(): void;
}

interface PongProtocol {
  ping(from: Ref<PingProtocol>): void;
  stop(): void;
}

export const Ping = defineActor(import.meta.url, "Ping", {
  init: (_self, pong: Ref<PongProtocol>) => ({
    ...{ pong, trips: 0, left: 0 },
    done: undefined as Deferred<number> | undefined,
  }),
  handlers: {
    play(self, trips: number): Deferred<number> {
      const done = self.defer<number>();
      self.state.done = done;
      self.state.left = trips;
      self.state.pong.cast.ping(self.ref as Ref<PingProtocol>);
      return done;
    },
    pong(self): void {
      const { state } = self;
      state.trips += 1;
      state.left -= 1;
      if (state.left > 0) {
        state.pong.cast.ping(self.ref as Ref<PingProtocol>);
        return;
      }
      state.pong.cast.stop();
      state.done?.resolve(state.trips);
      self.stop();
    },
  },
});

export const Pong = defineActor(import.meta.url, "Pong", {
  init: () => ({}),
  handlers: {
    ping(_self, from: Ref<PingProtocol>): void {
      from.cast.pong();
    },
    stop(self): void {
      self.stop();
    },
  },
});
