/**
 * How the body of a simulation asks a member: as a client that no crash of a node ends.
 *
 *     ask ──▶ handle in the node's present life ──▶ reply
 *              │ the node crashes
 *              └──▶ when it runs again, under the same request id
 */

import { InstanceBroken, NoSuchInstance, OutcomeUnknown } from "../../errors.ts";
import type { MemberId, ProtocolSpec, RequestId } from "../../protocol/contract.ts";
import type {
  ProtocolDefinition,
  ShellProtocol,
  ShellStatus,
} from "../../protocol/define-protocol.ts";
import { type AskOptions, asItIs, DEADLINE_MS_DEFAULT, Handle } from "../../protocol/handle.ts";
import { presenceOf } from "../../protocol/members.ts";
import { shellName } from "../../protocol/order.ts";
import type { Ref } from "../../types.ts";
import type { SimNode } from "../node.ts";

/** What it needs of a simulation. */
export interface Clock {
  readonly nowMs: number;
  sleep(ms: number): Promise<void>;
}

export interface OutsideParts<S extends ProtocolSpec, Client> {
  readonly clock: Clock;
  readonly node: SimNode;
  readonly definition: ProtocolDefinition<S, Client>;
  readonly instance: string;
  readonly member: MemberId;
  /** Its member comes back after a crash. */
  readonly isDurable: boolean;
  /** Tells it from other clients of the instance. */
  readonly number: number;
}

/** Milliseconds between two looks whether a node runs again. */
const LOOK_MS = 20;

/** Has the methods of a `Handle`. */
export class OutsideHandle<S extends ProtocolSpec, Client> {
  readonly instance: string;
  readonly member: MemberId;
  readonly #parts: OutsideParts<S, Client>;
  #asked = 0;

  constructor(parts: OutsideParts<S, Client>) {
    this.#parts = parts;
    this.instance = parts.instance;
    this.member = parts.member;
  }

  /** In the present life of its node. @throws NodeDown */
  get ref(): Ref<ShellProtocol> {
    const { definition, node } = this.#parts;
    const name = shellName(definition.name, this.instance, this.member);
    return node.system.named(definition.actor, name);
  }

  requestId(): RequestId {
    this.#asked += 1;
    return `outside.${this.#parts.number}.${this.#asked}`;
  }

  /** @throws (rejects with) what `Handle.ask` does */
  async ask<Result = S["reply"]>(
    command: S["command"],
    options: AskOptions = {},
    read: (reply: S["reply"], id: RequestId) => Result = asItIs,
  ): Promise<Result> {
    const { deadlineMs = DEADLINE_MS_DEFAULT, requestId = this.requestId() } = options;
    const { clock, definition, isDurable, node } = this.#parts;
    const until = clock.nowMs + deadlineMs;
    let hasAsked = false;
    for (;;) {
      const leftMs = Math.ceil(until - clock.nowMs);
      const text = `${definition.name}/${this.instance}/${this.member}`;
      if (leftMs <= 0) {
        if (!hasAsked) throw new NoSuchInstance(text, deadlineMs);
        throw new OutcomeUnknown(text, command.type, requestId, deadlineMs);
      }
      if (node.down || !node.runs) {
        await clock.sleep(Math.min(LOOK_MS, leftMs));
        continue;
      }
      const isNew = !hasAsked && options.requestId === undefined;
      const ask = { deadlineMs: leftMs, requestId };
      const reply = this.#handle().ask(command, ask, asItIs, isNew);
      // If its node crashes, nobody waits for it any more.
      reply.catch(() => {});
      hasAsked = true;
      const answered = await Promise.race([reply.then((value) => ({ value })), node.ended]);
      if (answered !== undefined) return read(answered.value, requestId);
      if (!isDurable) throw new InstanceBroken(text, "its node has crashed");
    }
  }

  status(): Promise<ShellStatus> {
    return this.ref.call.status();
  }

  #handle(): Handle<S> {
    const { definition, instance, isDurable, member, node } = this.#parts;
    const { system } = node;
    const name = shellName(definition.name, instance, member);
    return new Handle<S>({
      ...{ protocol: definition.name, instance, member, ref: this.ref },
      ...{ isDurable, isStarted: false, isAway: false },
      presence: () => presenceOf(system, name),
    });
  }
}
