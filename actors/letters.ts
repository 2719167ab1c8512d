/**
 * Dead letters: every message that nobody will handle, with the reason, as a stream to listen to.
 *
 * Each is counted where it happens. The events go to main, at most LETTERS_PER_SECOND from a
 * thread; what is over that is told by `suppressed` of the next event, so a flood of them costs
 * little.
 */

import type { Env } from "../runtime/env.ts";

export type LetterReason =
  /** The target was dead already, or never existed. */
  | "noproc"
  /** The target ended while the message waited: how it ended. */
  | "normal"
  | "shutdown"
  | "killed"
  | "crash"
  | "lost"
  | "timeout"
  /** Its thread died in the middle of its turn; the mailbox around it survived. */
  | "crashed-while-handling"
  /** The same, as often as its definition allows. */
  | "poison"
  /** Its mailbox, or the way to it, was at its bound. */
  | "mailbox-full"
  | "lane-full"
  /** The actor's behaviour has no handler for it, and it has no `unknown`. */
  | "unhandled"
  /** A call that nobody waits for any more, not begun. */
  | "expired"
  | "aborted"
  /** The schema of its handler does not allow it. */
  | "invalid"
  /** It holds an instance that the target's thread cannot make (defineExtension). */
  | "undecodable";

export interface DeadLetter {
  readonly reason: LetterReason;
  readonly type: "cast" | "call";
  /** `Counter<17.1>` */
  readonly target: string;
  readonly handler: string;
  /** `outside` if no actor sent it. */
  readonly sender: string;
  /** The thread that noticed. */
  readonly thread: number;
  /** What was wrong with it, where the reason alone does not say. */
  readonly cause?: string;
  /** Milliseconds since the system started. */
  readonly at: number;
  /** Events left out since the one before, from this thread. */
  readonly suppressed: number;
}

/** Made into text only when somebody is told. */
export type LetterFacts = () => { target: string; handler: string; cause?: string };

export type LetterListener = (letter: DeadLetter) => void;

const LETTERS_PER_SECOND = 1000;
/** What a flood left out is told this long after at the latest. */
const FLUSH_MS = 1000;

export class Letters {
  readonly #env: Env;
  readonly #post: (letter: DeadLetter) => boolean;
  #second = 0;
  #posted = 0;
  #suppressed = 0;
  /** The newest event that was left out, told by `flush` if none comes after it. */
  #last: (() => Omit<DeadLetter, "at" | "suppressed">) | undefined;
  #flushing = false;

  constructor(env: Env, post: (letter: DeadLetter) => boolean) {
    this.#env = env;
    this.#post = post;
  }

  /** The facts are made only if the event is not suppressed. */
  add(facts: () => Omit<DeadLetter, "at" | "suppressed">): void {
    const at = this.#env.now();
    const second = Math.floor(at / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#posted = 0;
    }
    if (this.#posted >= LETTERS_PER_SECOND) {
      this.#leaveOut(facts, 1);
      return;
    }
    this.#posted += 1;
    this.#tell(facts);
  }

  #leaveOut(facts: () => Omit<DeadLetter, "at" | "suppressed">, count: number): void {
    this.#suppressed += count;
    this.#last = facts;
    if (this.#flushing) return;
    this.#flushing = true;
    this.#env.timer(FLUSH_MS, () => {
      this.#flushing = false;
      this.flush();
    });
  }

  #tell(facts: () => Omit<DeadLetter, "at" | "suppressed">): void {
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    this.#last = undefined;
    const told = this.#post({ ...facts(), at: this.#env.now(), suppressed });
    if (!told) this.#leaveOut(facts, suppressed + 1);
  }

  /** Tells what was left out, as one event with the facts of the newest. */
  flush(): void {
    const last = this.#last;
    if (last === undefined) return;
    this.#suppressed -= 1;
    this.#tell(last);
  }
}
