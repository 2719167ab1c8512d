/**
 * `self.pipe`: the result of a promise enters the actor by its mailbox, like any other message.
 *
 * So state is touched in turns only, and the turn that began the work need not wait for it. The
 * result is handed over as it is, since it was the actor itself that asked for it.
 */

import { type Cell, DEAD } from "./cell.ts";
import { InvalidOptions, UnknownHandler } from "./errors.ts";
import type { Host } from "./host.ts";
import { CAST, REFERENCE_BYTES, TRACED, tagOf } from "./mailbox.ts";
import { Traced } from "./trace.ts";

/** Results that one actor may wait for at a time. */
const PIPES_MAX = 1024;

export class Pipes {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  add(cell: Cell, promise: PromiseLike<unknown>, done: string, failed: string | undefined): void {
    const ok = handlerIn(cell, done);
    const bad = failed === undefined ? -1 : handlerIn(cell, failed);
    const extra = cell.more();
    if (extra.pipes >= PIPES_MAX) {
      throw new InvalidOptions("pipe", `at most ${PIPES_MAX} promises at a time per actor`, done);
    }
    extra.pipes += 1;
    this.#host.ambient.waitsNot(cell);
    const context = this.#host.trace?.inject();
    Promise.resolve(promise).then(
      (value) => this.#came(cell, ok, value, context),
      (error: unknown) => {
        if (bad >= 0) return this.#came(cell, bad, error, context);
        extra.pipes -= 1;
        // Nobody wants to know: as in a turn, an error that is not caught ends the actor.
        if (cell.status !== DEAD) this.#host.lives.crash(cell, `pipe to ${done}`, error);
      },
    );
  }

  #came(cell: Cell, handler: number, value: unknown, context: string | undefined): void {
    const host = this.#host;
    cell.more().pipes -= 1;
    if (cell.kind.survives && cell.status !== DEAD)
      return this.#survives(cell, handler, value, context);
    host.counts.sent += 1;
    if (cell.status === DEAD) {
      host.letter("noproc", "cast", cell.packed, () => ({
        target: cell.toString(),
        handler: cell.kind.blueprint.names[handler] ?? "?",
      }));
      return;
    }
    const traced = host.trace !== undefined;
    const tag = tagOf(handler, 1, traced ? TRACED : CAST, REFERENCE_BYTES);
    host.intake.pushAsked(cell, tag, cell.packed, traced ? new Traced(context, value) : value);
  }

  /** Into a mailbox that survives it goes like a cast, so it must be able to travel. */
  #survives(cell: Cell, handler: number, value: unknown, context: string | undefined): void {
    const { lives, survival, trace } = this.#host;
    if (trace !== undefined) trace.sent = context;
    try {
      survival.cast(cell, handler, 1, value, cell.packed, false);
    } catch (error) {
      lives.crash(cell, `pipe to ${cell.kind.blueprint.names[handler] ?? "?"}`, error);
    }
  }
}

function handlerIn({ kind: { blueprint } }: Cell, name: string): number {
  const handler = blueprint.names.indexOf(name);
  if (handler < 0) throw new UnknownHandler(blueprint.name, name, blueprint.names);
  return handler;
}
