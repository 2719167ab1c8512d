/** Ping-pong: two actors hand a message to and fro. */

import { Ping, Pong } from "./ping-pong.actors.ts";
import { PATIENT, program } from "./stage.ts";

/** The checksum is the number of round trips. */
export const run = program((system, size) => async () => {
  const pong = await system.spawn(Pong, [], { thread: 1 });
  const ping = await system.spawn(Ping, [pong], { thread: 1 });
  return ping.with(PATIENT).call.play(size("count"));
});
