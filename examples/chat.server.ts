/** The chat's server: a page, a stream of events for each reader, and a way to say something. */

import { createServer, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { NameTaken, type RefOf, type System } from "../actors/index.ts";
import { Member, Room, responses } from "./chat.actors.ts";
import { PAGE } from "./chat.page.ts";

/** `GET /`: the page. `GET /ROOM`: its events. `POST /ROOM`: a line; answers how many hear it. */
export function serveChat(system: System): Server {
  let readers = 0;

  async function find(name: string): Promise<RefOf<typeof Room>> {
    const room = system.whereis(Room, name);
    if (room !== undefined) return room;
    try {
      return await system.spawn(Room, [], { name });
    } catch (error) {
      // Somebody else came in at the same time and was first.
      if (error instanceof NameTaken) return await find(name);
      throw error;
    }
  }

  async function read(room: RefOf<typeof Room>, response: ServerResponse): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const id = (readers += 1);
    responses.set(id, response);
    const member = await system.spawn(Member, [id, room], { thread: 0 });
    await room.call.enter(member);
    response.write(": you are in\n\n");
  }

  return createServer(async (request, response) => {
    try {
      const name = new URL(request.url ?? "/", "http://localhost").pathname;
      if (name === "/") response.setHeader("content-type", "text/html").end(PAGE);
      else if (request.method === "GET") await read(await find(name), response);
      else response.end(String(await (await find(name)).call.say(await text(request))));
    } catch (error) {
      if (response.headersSent) response.destroy();
      else response.writeHead(503).end(String(error));
    }
  });
}
