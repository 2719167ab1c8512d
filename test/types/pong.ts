/** The other half of ping.ts. */

import { defineActor, type Ref } from "../../dist/actors/index.js";
import type { PingProtocol } from "./ping.ts";

export interface PongProtocol {
  pong(ping: Ref<PingProtocol>, left: number): void;
}

export const Pong = defineActor(import.meta.url, "Pong", {
  init: () => ({}),
  handlers: {
    pong(_self, ping: Ref<PingProtocol>, left: number): void {
      ping.cast.ping(left);
      // @ts-expect-error Ping has no such handler.
      ping.cast.pong(left);
      // @ts-expect-error A number is wanted.
      ping.cast.ping("1");
    },
  },
});
