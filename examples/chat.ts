/** A chat over server-sent events. Whoever reads slowly does not hold the room. */

import { once } from "node:events";
import { get } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startSystem } from "../actors/index.ts";
import { serveChat } from "./chat.server.ts";

/** More than any socket's buffers hold. */
const LINES_MAX = 10_000;

const system = await startSystem({ threads: 1 });
const server = serveChat(system).listen(0, "127.0.0.1");
await once(server, "listening");
// To play with it: listen(8080), leave out the rest, and open http://127.0.0.1:8080/ twice.
const room = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lobby`;

/** What one reader is sent, event by event. */
async function* events(): AsyncGenerator<string> {
  const response = await fetch(room);
  let rest = "";
  for await (const bytes of response.body ?? []) {
    const parts = (rest + Buffer.from(bytes).toString("utf8")).split("\n\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

async function say(line: string): Promise<number> {
  const response = await fetch(room, { method: "POST", body: line });
  return Number(await response.text());
}

const fast = events();
console.log((await fast.next()).value); //=> : you are in
const slow = get(room);
const [answer] = await once(slow, "response");
await once(answer, "readable"); // and from here on nobody reads it

// Once the slow reader's socket is full, the oldest lines are dropped, but for that reader only.
let [said, heard] = [0, 0];
while (system.counters().dropped === 0 && said < LINES_MAX) {
  await say(`${(said += 1)} ${"x".repeat(50_000)}`);
  if ((await fast.next()).value?.startsWith(`data: "${said} `)) heard += 1;
}
console.log(heard === said, said < LINES_MAX); //=> true true

// Who leaves is no member any more.
slow.destroy();
while ((await say("Anybody here?")) > 1) await sleep(5);
console.log(await say("Good night")); //=> 1

server.close().closeAllConnections();
await system.stop();
