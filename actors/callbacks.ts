/**
 * What an actor does with its own mailbox: set a message aside and take it back, change its
 * behaviour, owe itself a turn (`continue`), and the callback for messages that it does not know.
 *
 * A message set aside counts as queued again, and its call is open under its own deadline, so
 * nothing of it is lost: what is left in the stash at the actor's end becomes dead letters.
 */

import { type CallbackName, callbackCode } from "../runtime/heartbeat.ts";
import type { Act } from "./act.ts";
import { packSender } from "./address.ts";
import { type AnyFunction, isAsync, UNKNOWN } from "./behaviour.ts";
import type { Down } from "./bonds.ts";
import { type Cell, READY } from "./cell.ts";
import { CALLBACK_TAG, Callback } from "./early.ts";
import {
  ContinuePending,
  InvalidOptions,
  NothingToStash,
  StashFull,
  UnknownHandler,
} from "./errors.ts";
import type { Host } from "./host.ts";
import { bytesOf, kindOf, REQUEST, TICK } from "./mailbox.ts";
import type { ActorRef } from "./ref.ts";
import { BEGUN, type Request, WAITING } from "./request.ts";
import type { UnknownMessage } from "./types.ts";

export class Callbacks {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** `self.stash()`. @throws NothingToStash, StashFull, InvalidOptions where mailboxes survive */
  stash(cell: Cell): void {
    const { name, survives } = cell.kind.blueprint;
    if (survives !== undefined) {
      const allowed = `used in ${name}: its mailboxes survive, and what it sets aside would not`;
      throw new InvalidOptions("stash", `not ${allowed}`, "self.stash()");
    }
    const { ambient, counts, turns } = this.#host;
    const message = ambient.messageOf(cell);
    if (message === undefined || kindOf(message.tag) === TICK) {
      throw new NothingToStash(cell.toString());
    }
    const request = kindOf(message.tag) === REQUEST ? (message.arg as Request) : undefined;
    // Its caller may have given it up meanwhile, which is no fault of the actor's: it is set aside
    // like any other, and found to be over when it comes back.
    if (request !== undefined && request.status !== BEGUN && request.gone === undefined) {
      throw new NothingToStash(cell.toString());
    }
    const early = cell.early();
    const { stashMax } = cell.kind.blueprint;
    if (early.stashed >= stashMax) throw new StashFull(cell.toString(), stashMax);
    early.setAside(message, turns.pool);
    cell.bytes += bytesOf(message.tag);
    counts.handled -= 1;
    if (request !== undefined) {
      if (request.status === BEGUN) request.status = WAITING;
      const turn = ambient.turn();
      if (turn !== undefined) turn.stashed = true;
      cell.extra?.open?.delete(request);
    }
    // Once is enough: as a tick it cannot be set aside again.
    message.tag = CALLBACK_TAG;
  }

  /** `self.unstash()`: what was set aside comes next, in the order in which it came. */
  unstash(cell: Cell): number {
    const { turns } = this.#host;
    const count = cell.extra?.early?.takeBack(turns.pool) ?? 0;
    if (count === 0) return 0;
    cell.count += count;
    cell.ahead += count;
    if (!cell.queued && cell.status === READY) turns.enqueue(cell);
    return count;
  }

  /** `self.become(name)`: another behaviour from the next message on. */
  become(cell: Cell, name: string | undefined): void {
    const { behaviours } = cell.kind.blueprint;
    const next = behaviours.find((behaviour) => behaviour.name === name);
    if (next === undefined) {
      const known = behaviours.map((behaviour) => behaviour.name ?? "(none: its handlers)");
      throw new InvalidOptions("become", `one of ${known.join(", ")}`, name);
    }
    cell.behaviour = next;
  }

  /** `self.continue(…)`: the callback runs before any message. @throws ContinuePending */
  continue(cell: Cell, args: readonly unknown[]): void {
    if (cell.kind.blueprint.continue === undefined) {
      throw new InvalidOptions("continue", "used where the definition has continue(self, …)", args);
    }
    const early = cell.early();
    if (early.continuation !== undefined) throw new ContinuePending(cell.toString());
    const { counts, trace, turns } = this.#host;
    early.continuation = new Callback("continue", args, trace?.inject());
    counts.sent += 1;
    cell.count += 1;
    cell.ahead += 1;
    cell.bytes += bytesOf(CALLBACK_TAG);
    if (!cell.queued && cell.status === READY) turns.enqueue(cell);
  }

  /** What a signal has brought: it enters in any case, behind what `from` has sent before. */
  owe(cell: Cell, callback: Callback, from: ActorRef | undefined): void {
    const { counts, intake } = this.#host;
    counts.sent += 1;
    const packed = from === undefined ? 0 : packSender(from.slot, from.incarnation);
    intake.pushAsked(cell, CALLBACK_TAG, packed, callback);
  }

  /** The turn of a callback. */
  run(cell: Cell, callback: Callback): void {
    const { name, args, context, lapsed, ends } = callback;
    if (name === "down") cell.bonds?.fired?.delete((args[0] as Down).monitor);
    if (lapsed) return;
    if (ends !== undefined) {
      cell.ending ??= ends;
      return;
    }
    const call = cell.kind.blueprint[name];
    if (call === undefined) return;
    if (name === "idle") {
      // Something has come after all.
      if (cell.count > 0) return;
      this.#host.idles.ran(cell);
    }
    this.#act(cell, actOf(name, call, args, context), undefined);
  }

  #act(cell: Cell, act: Act, request: Request | undefined): void {
    const { turns, thread } = this.#host;
    thread.heartbeat.during(cell.slot, act.code, () => turns.act(cell, act, request));
  }

  /** A message that the present behaviour has no handler for. */
  unknown(cell: Cell, handler: number, missing: Act, request: Request | undefined): void {
    const { unknown: call, names } = cell.kind.blueprint;
    const name = names[handler] ?? "?";
    if (call === undefined) return this.#unhandled(cell, handler, name, request);
    const type = request === undefined ? "cast" : "call";
    const message: UnknownMessage = { handler: name, type, args: missing.args };
    this.#act(cell, actOf("unknown", call, [message], missing.context), request);
  }

  /** A handler set its call aside and then refused it: it stays in the stash. */
  refusedStashed(cell: Cell, handler: string): void {
    const message = "refused a call that it had stashed; the call stays in the stash";
    this.#host.reports.warn(cell, message, handler, { handler });
  }

  #unhandled(cell: Cell, handler: number, name: string, request: Request | undefined): void {
    const { counts, answers } = this.#host;
    const type = request === undefined ? "cast" : "call";
    counts.handled -= 1;
    answers.letter(cell, handler, this.#host.ambient.from(cell), type, "unhandled");
    if (request !== undefined) answers.fail(request, unknownIn(cell, name));
  }
}

function actOf(
  name: CallbackName,
  call: AnyFunction,
  args: readonly unknown[],
  context: string | undefined,
): Act {
  const how = { isAsync: isAsync(call), concurrent: false, context, type: "callback" } as const;
  return { name, code: callbackCode(name), call, args, ...how };
}

function unknownIn(cell: Cell, handler: string): UnknownHandler {
  const { behaviour, kind } = cell;
  const { name, names } = kind.blueprint;
  const known = names.filter((_, index) => ((behaviour.bits[index] ?? 0) & UNKNOWN) === 0);
  const where = behaviour.name === undefined ? name : `${name} as ${behaviour.name}`;
  return new UnknownHandler(where, handler, known);
}
