/**
 * Errors that the runtime handed to an actor's code, so that one which nobody catches can still be
 * laid at that actor's door: a synchronous turn leaves no async context behind.
 *
 * Noted only when a call fails; forgotten with the error.
 */

import { senderIncarnation, senderSlot } from "./address.ts";
import { type Cell, DEAD } from "./cell.ts";
import type { Host } from "./host.ts";
import { nameOf, type Request } from "./request.ts";
import type { Site } from "./site.ts";

/** A call or spawn that failed with the error. */
export interface FailedCall {
  /** `add of Counter<1.1>`, `spawn of Counter` */
  readonly call: string;
  /** Packed; 0 is outside. */
  readonly from: number;
  readonly site: Site | undefined;
}

export class Failures {
  readonly #host: Host;
  readonly #calls: WeakMap<object, FailedCall> = new WeakMap();
  /** What was thrown at code that went on after its actor's end. */
  readonly #ended: WeakMap<object, Cell> = new WeakMap();

  constructor(host: Host) {
    this.#host = host;
  }

  call(error: unknown, request: Request): void {
    const { from, site, target } = request;
    if (target !== undefined)
      this.note(error, { call: `${nameOf(request)} of ${target}`, from, site });
  }

  note(error: unknown, failed: FailedCall): void {
    if (typeof error === "object" && error !== null) this.#calls.set(error, failed);
  }

  ended(error: object, cell: Cell): void {
    this.#ended.set(error, cell);
  }

  callOf(error: unknown): FailedCall | undefined {
    return typeof error === "object" && error !== null ? this.#calls.get(error) : undefined;
  }

  /** The actor whose code did not catch it; it may be dead. Undefined if that is not known. */
  culprit(error: unknown): Cell | "dead" | undefined {
    if (typeof error !== "object" || error === null) return undefined;
    const ended = this.#ended.get(error);
    if (ended !== undefined) return ended;
    const from = this.#calls.get(error)?.from ?? 0;
    if (from === 0) return undefined;
    const { cells, thread } = this.#host;
    const cell = cells.get(senderSlot(from));
    const incarnation = senderIncarnation(from, thread.directory.incarnation(senderSlot(from)));
    if (cell === undefined || cell.status === DEAD || cell.incarnation !== incarnation)
      return "dead";
    return cell;
  }
}
