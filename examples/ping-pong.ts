/** Ping-pong between two threads. The answer to `play` comes when the last round is over. */

import { startSystem } from "../actors/index.ts";
import { Ping, Pong } from "./ping-pong.actors.ts";

const system = await startSystem({ threads: 2 });
const pong = await system.spawn(Pong, [], { thread: 1 });
const ping = await system.spawn(Ping, [pong], { thread: 2 });

const { rounds, threads } = await ping.call.play(1000);
console.log(`${rounds} rounds over ${new Set(threads).size} threads`);
//=> 1000 rounds over 2 threads

await system.stop();
