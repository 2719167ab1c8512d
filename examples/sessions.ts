/** Sessions of an HTTP server as actors: spread over threads, found by name, ended when idle. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startSystem } from "../actors/index.ts";
import { type Basket, Session } from "./sessions.actors.ts";
import { serveSessions } from "./sessions.server.ts";

const system = await startSystem({ threads: 2 });
const server = serveSessions(system, 300).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

async function post(path: string): Promise<Basket> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST" });
  return (await response.json()) as Basket;
}

// Each visitor has a basket, on one thread or the other.
const [ann, bob] = [await post("/ann/tea"), await post("/bob/milk")];
console.log(ann.items, bob.items, ann.thread !== bob.thread); //=> [ 'tea' ] [ 'milk' ] true

// Requests of one visitor that come at the same time find the same session.
const both = await Promise.all([post("/cid/jam"), post("/cid/bread")]);
console.log(Math.max(...both.map(({ items }) => items.length))); //=> 2

// A session that nobody uses ends by itself, and its visitor begins anew.
while (system.whereis(Session, "session ann") !== undefined) await sleep(10);
console.log((await post("/ann/cake")).items); //=> [ 'cake' ]

// Before any actor ends: nothing new comes in, and requests that are under way are answered.
system.onStop("http", async () => {
  server.close().closeIdleConnections();
  await once(server, "close");
});
await system.stop();
