/**
 * The openings of a store's logs, by what they are asked for: number, log, owner, monitor.
 *
 *     opened ──▶ open ──owner ends──▶ left ──LEFT_MAX others, or opened again──▶ forgotten
 *                  └─────over: its owner is told why───────────────────────────────▲
 */

import type { JournalFull } from "../errors.ts";
import type { AnyRef, Self } from "../types.ts";
import type { Coded } from "./failures.ts";
import type { Session } from "./session.ts";

/** Openings that are kept beyond the ends of their owners, for what is on its way from them. */
const LEFT_MAX = 1024;

export class Sessions {
  readonly #self: Pick<Self<unknown>, "monitor" | "demonitor">;
  readonly #byNumber: Map<number, Session> = new Map();
  readonly #byLog: Map<string, Session> = new Map();
  readonly #byOwner: Map<AnyRef, Session> = new Map();
  readonly #monitors: Map<number, Session> = new Map();
  /** Those whose owner has ended, oldest first. */
  readonly #left: Set<Session> = new Set();

  constructor(self: Pick<Self<unknown>, "monitor" | "demonitor">) {
    this.#self = self;
  }

  /** Those whose owners live. */
  get open(): number {
    return this.#byNumber.size - this.#left.size;
  }

  get(number: number): Session | undefined {
    return this.#byNumber.get(number);
  }

  ofLog(log: string): Session | undefined {
    return this.#byLog.get(log);
  }

  ofOwner(owner: AnyRef): Session | undefined {
    return this.#byOwner.get(owner);
  }

  all(): Session[] {
    return [...this.#byNumber.values()];
  }

  add(session: Session): void {
    this.#byNumber.set(session.number, session);
    this.#byLog.set(session.log, session);
    this.#byOwner.set(session.owner, session);
    session.monitor = this.#self.monitor(session.owner);
    this.#monitors.set(session.monitor, session);
  }

  /** An owner has ended. What it has written is written all the same, also what comes only now. */
  down(monitor: number): void {
    const session = this.#monitors.get(monitor);
    if (session === undefined) return;
    session.isLeft = true;
    this.#monitors.delete(monitor);
    this.#byOwner.delete(session.owner);
    this.#left.add(session);
    const [oldest] = this.#left;
    if (this.#left.size > LEFT_MAX && oldest !== undefined) this.forget(oldest);
  }

  /** Nothing more of it is written, and its owner is told why. */
  end(session: Session, error: Coded): void {
    session.isOver = true;
    this.forget(session);
    if (session.isLeft) return;
    const { code, message } = error;
    const failure = { code, message };
    if (code !== "ERR_JOURNAL_FULL") return void session.owner.cast.storeFailed(failure);
    const { journal, why } = error as unknown as JournalFull;
    session.owner.cast.storeFailed({ ...failure, full: { journal, why } });
  }

  /** What comes of it is refused from now on. */
  forget(session: Session): void {
    this.#left.delete(session);
    this.#byNumber.delete(session.number);
    if (this.#byLog.get(session.log) === session) this.#byLog.delete(session.log);
    if (this.#byOwner.get(session.owner) === session) this.#byOwner.delete(session.owner);
    this.#self.demonitor(session.monitor);
    this.#monitors.delete(session.monitor);
  }
}
