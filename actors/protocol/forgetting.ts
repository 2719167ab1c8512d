/**
 * Takes what a member has kept out of its journal, once nobody needs it: ids are used once, and
 * logs stay until somebody says that they may go.
 */

import { defineActor } from "../define.ts";
import { InvalidOptions } from "../errors.ts";
import { type OpenLog, openLog } from "../journal/log-client.ts";
import { builtIn, homeOf } from "../supervision/built-in.ts";
import type { AnyRef, Deferred, Definition, Ref, Self } from "../types.ts";
import type { MemberId, ProtocolSpec } from "./contract.ts";
import type { ProtocolDefinition } from "./define-protocol.ts";
import { checkIds, HOME, shellName } from "./order.ts";
import type { Starter } from "./start-protocol.ts";

export interface ForgetOptions {
  /** Of the instance. */
  readonly id: string;
  readonly journal: AnyRef;
  /** Default: home. */
  readonly members?: readonly MemberId[];
}

type Forgetting = Self<{ done: Deferred<void> | undefined; isGone: boolean }>;

const Forgetter: Definition<[store: AnyRef, log: string], { gone(): Deferred<void> }> = builtIn(
  defineActor(homeOf(import.meta.url), "Forgetter", {
    async init(self, store: AnyRef, log: string): Promise<Forgetting["state"]> {
      const opened = await openLog(self, store as Ref<never>, log);
      opened.remove(1);
      self.local.log = opened;
      return { done: undefined, isGone: false };
    },
    handlers: {
      gone(self: Forgetting): Deferred<void> {
        const done = self.defer<void>();
        if (self.state.isGone) done.resolve();
        else self.state.done = done;
        return done;
      },
      durable(self: Forgetting, upTo: number, life?: number): void {
        if (!(self.local.log as OpenLog).durable(upTo, life)) return;
        self.state.isGone = true;
        self.state.done?.resolve();
      },
      storeFailed(_self: Forgetting, { message }: { message: string }): void {
        throw new Error(message);
      },
    },
    down: (self: Forgetting, down) => {
      if ((self.local.log as OpenLog).isStore(down)) throw new Error("the store has died");
    },
  }),
);

/**
 * Removes what members of an instance that is over have kept. After it, an instance of this id
 * would begin anew: what was decided is forgotten.
 *
 * @throws (rejects with) InvalidOptions (ERR_INVALID_OPTIONS) for a member that runs, and what
 *   `openStore`'s journal says; some may be gone then
 */
export async function forgetInstance<S extends ProtocolSpec, Client>(
  starter: Starter,
  definition: ProtocolDefinition<S, Client>,
  { id, journal, members = [HOME] }: ForgetOptions,
): Promise<void> {
  for (const member of members) {
    checkIds(id, member);
    const name = shellName(definition.name, id, member);
    if (starter.whereis(definition.actor, name) !== undefined) {
      throw new InvalidOptions("members", "members that do not run any more", name);
    }
    const forgetter = await starter.spawn(Forgetter, [journal, name]);
    await forgetter.call.gone();
    starter.exit(forgetter, "shutdown");
  }
}
