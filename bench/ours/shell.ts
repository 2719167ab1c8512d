/** What the shell of a protocol adds to a message between two actors of one thread. */

import { defineProtocol, type Handle, HOME, peerCodec, whole } from "../../actors/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { Ping, Pong } from "./actors.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

type Spec = {
  state: { self: string; left: number; id: string };
  config: object;
  command: { type: "play"; count: number };
  reply: number;
  message: { type: "ball"; number: number };
  record: never;
  observation: never;
  question: never;
};

/** Two members throw a ball to and fro, as Ping and Pong do. */
const Rally = defineProtocol<Spec, Handle<Spec>>(import.meta.url, "Rally", {
  client: (handle) => handle,
  protocol: {
    peers: peerCodec({ version: 1, messages: { ball: { number: whole() } } }),
    check: () => ({}),
    init: ({ self }) => ({ self, left: 0, id: "" }),
    step(state, event) {
      if (event.type === "command") {
        state.left = event.command.count;
        state.id = event.id;
        return [{ type: "send", to: "b", message: { type: "ball", number: 0 } }];
      }
      if (event.type !== "message") return [];
      const { number } = event.message;
      if (state.self !== HOME) return [{ type: "send", to: event.from, message: event.message }];
      if (number + 1 === state.left) return [{ type: "reply", id: state.id, reply: number + 1 }];
      return [{ type: "send", to: "b", message: { type: "ball", number: number + 1 } }];
    },
  },
});

export async function overhead(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const rally = await system.protocol(Rally, { id: "rally", config: {} });
  await system.protocol(Rally, { id: "rally", member: "b" });
  const pong = await system.spawn(Pong, []);
  const ping = await system.spawn(Ping, [pong]);
  pong.cast.join(ping);
  const { call } = ping.with({ timeout: ROUND_TIMEOUT_MS });
  const { count } = options;
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const checksum = await rally.ask({ type: "play", count }, { deadlineMs: ROUND_TIMEOUT_MS });
    const whole = secondsSince(begin);
    const plain = performance.now();
    await call.play(count);
    // Two messages per trip.
    return { checksum, values: { us: ((whole - secondsSince(plain)) * 1e6) / (2 * count) } };
  };
  return { round };
}
