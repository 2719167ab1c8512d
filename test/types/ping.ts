/** Half of a pair that knows each other across files; see pong.ts. Only types are looked at. */

import { defineActor, type Ref } from "../../dist/actors/index.js";
import type { PongProtocol } from "./pong.ts";

export interface PingProtocol {
  start(pong: Ref<PongProtocol>, rounds: number): Promise<number>;
  ping(left: number): void;
}

export const Ping = defineActor(import.meta.url, "Ping", {
  init: () => ({ heard: 0 }),
  handlers: {
    async start(self, pong: Ref<PongProtocol>, rounds: number): Promise<number> {
      pong.cast.pong(self.ref as Ref<PingProtocol>, rounds);
      return rounds;
    },
    ping(self, left: number): void {
      self.state.heard += left;
    },
  },
});
