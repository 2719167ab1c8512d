/** What one member has done, in numbers. */

/** Names of measurements that one member may use. */
const NAMES_MAX = 64;

export interface Measured {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

export class Tally {
  readonly kind: string;
  readonly #since: number;
  readonly #measured: Map<string, Measured> = new Map();
  events = 0;
  sent = 0;
  replies = 0;
  /** Replies to nobody: who asked has given up, or never has. */
  lateReplies = 0;
  durationMs: number | undefined;
  participants: number | undefined;

  constructor(kind: string, since: number) {
    this.kind = kind;
    this.#since = since;
  }

  replied(isAwaited: boolean): void {
    if (isAwaited) this.replies += 1;
    else this.lateReplies += 1;
  }

  measure(name: string, value: number): void {
    const { count, sum, max } = this.#measured.get(name) ?? { count: 0, sum: 0, max: value };
    if (count === 0 && this.#measured.size >= NAMES_MAX) return;
    const next = { count: count + 1, sum: sum + value, max: Math.max(max, value) };
    this.#measured.set(name, next);
  }

  /** Returns what it took, in milliseconds of this life. */
  finish(now: number, participants: number): number {
    this.durationMs = now - this.#since;
    this.participants = participants;
    return this.durationMs;
  }

  counts() {
    const { events, sent, replies, lateReplies, durationMs, participants } = this;
    const measured = Object.fromEntries(this.#measured);
    return { events, sent, replies, lateReplies, durationMs, participants, measured };
  }
}
