/** What one member has done, in numbers. What its core measures is in `system.metrics`. */

export class Tally {
  readonly kind: string;
  readonly #since: number;
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

  /** Returns what it took, in milliseconds of this life. */
  finish(now: number, participants: number): number {
    this.durationMs = now - this.#since;
    this.participants = participants;
    return this.durationMs;
  }

  counts() {
    const { events, sent, replies, lateReplies, durationMs, participants } = this;
    return { events, sent, replies, lateReplies, durationMs, participants };
  }
}
