/** Who asks a member for something: the next command when the last one has been answered. */

import type { MemberId, ProtocolSpec, RequestId } from "../../protocol/contract.ts";
import { InvalidScenario } from "./errors.ts";
import { DEADLINE_MS, type ProtocolScenario } from "./scenario.ts";

export interface Client<S extends ProtocolSpec> {
  readonly at: MemberId;
  readonly commands: readonly S["command"][];
  readonly deadlineMs: number;
  readonly replies: readonly S["reply"][];
  /** The life of the member that it waits for; 0: it waits for none. */
  readonly asked: number;
  /** When it gives up the command that waits, on the group's clock. */
  readonly deadline: number;
}

export function clientsOf<S extends ProtocolSpec>({
  clients = [],
}: ProtocolScenario<S>): Client<S>[] {
  return clients.map(({ at, commands, deadlineMs = DEADLINE_MS }) => {
    return { at, commands, deadlineMs, replies: [], asked: 0, deadline: 0 };
  });
}

/** Of the command that is asked for now: client 2 asks with 2.0, 2.1 and so on. */
export function requestOf<S extends ProtocolSpec>(
  clients: readonly Client<S>[],
  at: number,
): RequestId {
  return `${at}.${clients[at]?.replies.length ?? 0}`;
}

/** Has it been answered whatever it asks for? */
export function isServed<S extends ProtocolSpec>({ commands, replies }: Client<S>): boolean {
  return replies.length === commands.length;
}

/** The clients after this reply. */
export function replied<S extends ProtocolSpec>(
  clients: readonly Client<S>[],
  id: RequestId,
  reply: S["reply"],
): Client<S>[] {
  return clients.map((client, at) => {
    if (client.asked === 0 || requestOf(clients, at) !== id) return client;
    return { ...client, replies: [...client.replies, reply], asked: 0 };
  });
}

export function clientAt<S extends ProtocolSpec>(
  clients: readonly Client<S>[],
  at: number,
): Client<S> {
  const client = clients[at];
  if (client !== undefined) return client;
  throw new InvalidScenario(`there is no client ${at}`, `they are 0 to ${clients.length - 1}`);
}
