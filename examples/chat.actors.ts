/** A chat: a room tells its members, and each member is an open response of the server. */

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { defineActor, type Ref } from "../actors/index.ts";

export interface RoomProtocol {
  enter(member: Ref<MemberProtocol>): void;
  leave(member: Ref<MemberProtocol>): void;
  say(line: string): number;
}

export interface MemberProtocol {
  tell(line: string): Promise<void>;
  close(): void;
}

/** Lives on any thread, and waits for nobody: a cast is sent, and that is all. */
export const Room = defineActor(import.meta.url, "Room", {
  init: () => ({ members: [] as Ref<MemberProtocol>[] }),
  handlers: {
    enter: (self, member: Ref<MemberProtocol>) => void self.state.members.push(member),
    leave(self, member: Ref<MemberProtocol>): void {
      self.state.members = self.state.members.filter((one) => one !== member);
    },
    say(self, line: string): number {
      for (const member of self.state.members) member.cast.tell(line);
      return self.state.members.length;
    },
  },
});

/** Open responses by number. A socket cannot travel, so a member lives on main, where it is. */
export const responses: Map<number, ServerResponse> = new Map();

export const Member = defineActor(import.meta.url, "Member", {
  init(self, id: number, room: Ref<RoomProtocol>) {
    const [response, gone] = [responses.get(id), new AbortController()];
    response?.once("close", () => gone.abort((self.ref as Ref<MemberProtocol>).cast.close()));
    Object.assign(self.local, { response, gone: gone.signal });
    return { id, room };
  },
  handlers: {
    // A reader who is slow holds this turn and no other one, and loses the oldest lines.
    async tell(self, line: string): Promise<void> {
      const { response, gone } = self.local as { response: ServerResponse; gone: AbortSignal };
      if (gone.aborted || response.write(`data: ${JSON.stringify(line)}\n\n`)) return;
      await once(response, "drain", { signal: gone }).catch(() => self.stop());
    },
    close: (self) => self.stop(),
  },
  terminate(self) {
    responses.delete(self.state.id);
    self.state.room.cast.leave(self.ref as Ref<MemberProtocol>);
  },
  mailbox: { max: 16, policy: "drop-oldest" },
});
