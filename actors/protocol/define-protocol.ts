/**
 * Makes a protocol something that can be started: an actor definition for its shells, and the
 * client that is handed to whoever starts or joins an instance.
 *
 *     export const Ballot = defineProtocol(import.meta.url, "Ballot", {
 *       protocol: ballot,
 *       client: (handle) => new BallotClient(handle),
 *     });
 */

import type { Cell } from "../cell.ts";
import { defineActor } from "../define.ts";
import { InvalidDefinition, JournalFull } from "../errors.ts";
import type { StoreFailure } from "../journal/session.ts";
import type { Deferred, Definition, Self } from "../types.ts";
import { Closed } from "./closed.ts";
import type { CommandAnswer } from "./commands.ts";
import type { Answer, MemberId, Protocol, ProtocolSpec, RequestId } from "./contract.ts";
import type { Handle } from "./handle.ts";
import { PROTOCOL_BYTES_MAX } from "./member-id.ts";
import type { MemberLog } from "./member-log.ts";
import { openMemberLog } from "./member-opening.ts";
import type { ShellOrder } from "./order.ts";
import { type Dropped, noneDropped, type PeerProtocol } from "./peers.ts";
import { Shell } from "./shell.ts";

/** What a shell can be asked. Clients use a handle. */
export interface ShellProtocol extends PeerProtocol {
  /**
   * @param isAway its client is on another node, so that answers may be lost
   * @param settled a command that its client will not ask for again
   */
  command(
    id: string,
    command: unknown,
    withinMs: number,
    isAway?: boolean,
    settled?: RequestId,
  ): Deferred<CommandAnswer> | CommandAnswer;
  /** Who belongs to the group now, from whoever knows. */
  view(epoch: number, members: readonly MemberId[]): void;
  status(): ShellStatus;
}

export type ShellStatus = ReturnType<Shell<ProtocolSpec>["status"]>;

export interface ProtocolParts<S extends ProtocolSpec, Client> {
  readonly protocol: Protocol<S>;
  /** What users hold. Made on whatever thread asks, any number of times. */
  readonly client: (handle: Handle<S>) => Client;
}

/** A protocol that can be started: `system.protocol(Ballot, …)`. */
export interface ProtocolDefinition<S extends ProtocolSpec, Client> {
  readonly name: string;
  readonly actor: Definition<[order: ShellOrder], ShellProtocol>;
  readonly protocol: Protocol<S>;
  readonly client: (handle: Handle<S>) => Client;
}

type Running = Self<object>;

/** What a participant has said, if its key and generation are those of a question. */
interface Answered {
  readonly key: unknown;
  readonly generation: unknown;
  readonly answer: Answer;
}

interface Beginning {
  readonly self: Running;
  readonly order: ShellOrder;
  readonly dropped: Dropped;
}

/** Undefined while it is closed: there are no timers then, and nobody is watched. */
const shellOf = (self: Running): Shell<ProtocolSpec> | undefined =>
  self.local.shell as Shell<ProtocolSpec> | undefined;
const closedOf = (self: Running): Closed => self.local.closed as Closed;

function hasLived(self: Running): boolean {
  const { host, slot } = self as unknown as Cell; // Whatever has a turn is one.
  return host.meter.restarts(slot) > 0;
}

/**
 * @param url `import.meta.url` of the module that calls this: every thread imports it
 * @throws InvalidDefinition (ERR_INVALID_DEFINITION), as defineActor does
 */
export function defineProtocol<S extends ProtocolSpec, Client>(
  url: string,
  name: string,
  { protocol, client }: ProtocolParts<S, Client>,
): ProtocolDefinition<S, Client> {
  for (const key of ["check", "init", "step"] as const) {
    if (typeof protocol?.[key] === "function") continue;
    throw new InvalidDefinition(name, `its protocol must have a function ${key}`);
  }
  if (Buffer.byteLength(name) > PROTOCOL_BYTES_MAX) {
    throw new InvalidDefinition(name, `a protocol's name has at most ${PROTOCOL_BYTES_MAX} bytes`);
  }
  const begin = (
    { self, order, dropped }: Beginning,
    log: MemberLog | undefined,
  ): Shell<S>["state"] => {
    const shell = new Shell({ self, definition: actor, protocol, order, log, dropped });
    self.local.shell = shell;
    self.continue();
    return shell.state;
  };
  const open = ({ self, order }: Beginning): Promise<MemberLog> => openMemberLog(self, name, order);
  const close = (beginning: Beginning, full: JournalFull): object => {
    const { self } = beginning;
    self.local.closed = new Closed({
      ...beginning,
      ...{ protocol: name, full, open: () => open(beginning) },
      begin: (log) => {
        self.state = begin(beginning, log);
      },
    });
    return {};
  };
  const opened = async (beginning: Beginning): Promise<object> => {
    try {
      return begin(beginning, await open(beginning));
    } catch (error) {
      // Whoever starts it is told; one that has lived before is asked for what it keeps.
      if (!(error instanceof JournalFull) || !hasLived(beginning.self)) throw error;
      return close(beginning, error);
    }
  };
  // Not async where nothing is kept: promises of a thread cost more once it has run such a one.
  const init = (unborn: Self<undefined>, order: ShellOrder): object | Promise<object> => {
    const self = unborn as unknown as Running;
    const beginning = { self, order, dropped: noneDropped() };
    if (order.store === undefined) return begin(beginning, undefined);
    return inItsName(self, () => opened(beginning));
  };
  // What tells two versions of it apart is the core.
  Object.defineProperty(init, "toString", { value: () => `${protocol.init} ${protocol.step}` });
  const actor = defineActor(url, name, { init, handlers, ...callbacks });
  return {
    name,
    actor: actor as unknown as ProtocolDefinition<S, Client>["actor"],
    protocol,
    client,
  };
}

/** What is asked for is asked in its name, however late. */
function inItsName<Result>(self: Running, call: () => Result): Result {
  // What an actor is given as `self` is its cell.
  const cell = self as unknown as Cell;
  return cell.host.ambient.asyncCallback(cell, "init", call) as Result;
}

const callbacks = {
  continue: (self: Running): void => shellOf(self)?.start(),
  down(self: Running, down: Parameters<Shell<ProtocolSpec>["down"]>[0]): void {
    shellOf(self)?.down(down);
  },
};

const handlers = {
  command: (
    self: Running,
    id: unknown,
    command: unknown,
    withinMs: unknown,
    isAway: unknown,
    settled: unknown,
  ) => (shellOf(self) ?? closedOf(self)).command(id, command, withinMs, isAway, settled),

  message(
    self: Running,
    from: unknown,
    incarnation: unknown,
    number: unknown,
    version: unknown,
    message: unknown,
  ): void {
    const shell = shellOf(self);
    if (shell === undefined) closedOf(self).missed();
    else shell.message(from, incarnation, number, version, message);
  },

  view(self: Running, epoch: number, members: readonly MemberId[]): void {
    const shell = shellOf(self);
    if (shell === undefined) closedOf(self).missed();
    else shell.view(epoch, members);
  },

  status: (self: Running): ShellStatus => (shellOf(self) ?? closedOf(self)).status(),

  /** Of one that is closed; it needs the journal's answer in its own name. */
  async reopen(self: Running): Promise<void> {
    if (shellOf(self) === undefined) await closedOf(self).reopen();
  },

  timer(self: Running, key: unknown, generation: unknown): void {
    shellOf(self)?.timer(key, generation);
  },

  beat(self: Running, due: number, generation: unknown): void {
    shellOf(self)?.beat(due, generation);
  },

  answered(self: Running, told: Partial<Answered> | null | undefined): void {
    shellOf(self)?.answered(told?.key, told?.generation, told?.answer as Answer);
  },

  durable(self: Running, upTo: number, life?: number): void {
    shellOf(self)?.durable(upTo, life);
  },

  storeFailed(self: Running, failure: StoreFailure): void {
    shellOf(self)?.storeFailed(failure);
  },

  over(self: Running, generation: unknown): void {
    shellOf(self)?.over(generation);
  },
};
