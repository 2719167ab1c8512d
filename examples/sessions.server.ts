/** An HTTP server on main, whose sessions are actors on the other threads. */

import { createServer, type Server } from "node:http";
import { ActorDown, NameTaken, type RefOf, type System } from "../actors/index.ts";
import { type Basket, Session } from "./sessions.actors.ts";

/** `POST /VISITOR/ITEM` puts an item into the visitor's basket and answers with the basket. */
export function serveSessions(system: System, idleMs: number): Server {
  async function find(visitor: string): Promise<RefOf<typeof Session>> {
    const name = `session ${visitor}`;
    const session = system.whereis(Session, name);
    if (session !== undefined) return session;
    try {
      return await system.spawn(Session, [idleMs], { name });
    } catch (error) {
      // Two first requests of one visitor at a time: the other one has made it meanwhile.
      if (error instanceof NameTaken) return await find(visitor);
      throw error;
    }
  }

  async function add(visitor: string, item: string): Promise<Basket> {
    const session = await find(visitor);
    try {
      return await session.call.add(item);
    } catch (error) {
      // It ended before it got to this request, so nothing is done twice with the next one.
      if (error instanceof ActorDown && error.handled === "no") return await add(visitor, item);
      throw error;
    }
  }

  return createServer(async (request, response) => {
    const [, visitor = "", item = ""] = (request.url ?? "").split("/");
    try {
      const basket = await add(visitor, item);
      response.setHeader("content-type", "application/json").end(JSON.stringify(basket));
    } catch (error) {
      response.writeHead(503).end(error instanceof Error ? error.message : "");
    }
  });
}
