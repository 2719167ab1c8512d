/**
 * Probes: actors of the test. Whatever is sent to one is kept, in order, and the test asks for it.
 *
 *     actor under test ──probe.ref.cast.put("a", 1)──▶ inbox ──▶ await probe.expect("put", "a", 1)
 *
 * Each wait is bounded (`within`, 3000 ms unless told otherwise, times the kit's `timeFactor`).
 * What fails says what was expected, what came, how long was waited, and what else went on.
 *
 * Follows Akka's TestProbe and ExUnit's assert_receive: `expect` is for the very next message,
 * `fish` passes over what the test does not care for.
 */

import { InvalidOptions } from "../errors.ts";
import { type ExitKind, type ExitReason, formatExit } from "../exit.ts";
import { known } from "../options.ts";
import type { AnyRef, Ref } from "../types.ts";
import { type Failure, failed } from "./failure.ts";
import type { Inbox } from "./inbox.ts";
import { difference, type Expected } from "./match.ts";
import {
  type AnswerOfHandler,
  type ArgsOfHandler,
  type HandlerOf,
  type Message,
  type Received,
  type ReceivedBy,
  textOf,
} from "./received.ts";
import { EXPECT_MS, NOTHING_MS, type Waits } from "./waits.ts";

/** What a probe needs of its kit. */
export interface ProbeHome {
  readonly waits: Waits;
  /** Settles with how an actor ended. */
  whenDown(ref: AnyRef): Promise<ExitReason>;
  /** What went on besides, in words: for failures. */
  elsewhere(inbox: Inbox): readonly string[];
}

export interface WithinOptions {
  /** Milliseconds, 0 to 2^31 - 1, times the kit's `timeFactor`; default 3000. */
  within?: number;
}

/** A reason for an end: its kind, a reason as a whole, or a predicate. */
export type ExpectedExit = ExitKind | ExitReason | ((reason: ExitReason) => boolean);

/** How calls of one handler are answered: with a value, or with what a function gives or throws. */
export type Answering<P, Name extends keyof P> =
  | AnswerOfHandler<P, Name>
  | ((
      ...args: ArgsOfHandler<P, Name>
    ) => AnswerOfHandler<P, Name> | Promise<AnswerOfHandler<P, Name>>);

export class Probe<P> {
  /** To be handed to the actors under test. */
  readonly ref: Ref<P>;
  readonly #inbox: Inbox;
  readonly #home: ProbeHome;
  readonly #within: number | undefined;

  constructor(ref: Ref<P>, inbox: Inbox, home: ProbeHome, within?: number) {
    this.ref = ref;
    this.#inbox = inbox;
    this.#home = home;
    this.#within = within;
  }

  /** For people: failures name it. */
  get name(): string {
    return this.#inbox.name;
  }

  /** All messages so far, those that were expected already included. A copy. */
  get received(): readonly Received<P>[] {
    // Whatever else is sent to it, senders know its handlers by P.
    const messages: readonly unknown[] = [...this.#inbox.messages];
    return messages as readonly Received<P>[];
  }

  /** Exit signals that came: a probe traps them. A copy. */
  get exits(): readonly { from: AnyRef | undefined; reason: ExitReason }[] {
    return [...this.#inbox.exits];
  }

  /** The same probe with another time for its waits; may be kept. @throws InvalidOptions */
  with(options: WithinOptions): Probe<P> {
    known("with", options, ["within"]);
    const { within } = options;
    this.#home.waits.ms("within", within, EXPECT_MS);
    return new Probe(this.ref, this.#inbox, this.#home, within);
  }

  /**
   * Waits for the next message, which must be this one, and settles with it. Each argument is a
   * value (deep equality), or a predicate; no arguments at all: any.
   *
   * @throws (rejects with) ExpectationFailed (ERR_EXPECTATION_FAILED), ProbeFull (ERR_PROBE_FULL)
   */
  expect<Name extends HandlerOf<P>>(
    handler: Name,
    ...args: [] | Expecting<ArgsOfHandler<P, Name>>
  ): Promise<ReceivedBy<P, Name>>;
  /** The same for a message for which `match` returns true. */
  expect(match: (message: Received<P>) => boolean): Promise<Received<P>>;
  async expect(what: unknown, ...args: unknown[]): Promise<unknown> {
    const wanted = wantedOf(what, args);
    const { text: expected } = wanted;
    const began = this.#home.waits.clock.now();
    const got = await this.#next(began, this.#ms(undefined));
    if (got === undefined) throw this.#failed(began, { expected });
    const wrong = wanted.difference(got);
    if (wrong === undefined) return got;
    throw this.#failed(began, { expected, got, why: wrong });
  }

  /**
   * Passes over messages until one comes for which `match` returns true, or of this handler, and
   * settles with that one.
   *
   * @throws (rejects with) ExpectationFailed, ProbeFull
   */
  fish<Name extends HandlerOf<P>>(
    handler: Name,
    options?: WithinOptions,
  ): Promise<ReceivedBy<P, Name>>;
  fish(match: (message: Received<P>) => boolean, options?: WithinOptions): Promise<Received<P>>;
  async fish(what: unknown, options: WithinOptions = {}): Promise<unknown> {
    known("fish", options, ["within"]);
    const wanted = wantedOf(what, []);
    const began = this.#home.waits.clock.now();
    const ms = this.#ms(options.within);
    let passed = 0;
    for (;;) {
      const got = await this.#next(began, ms);
      if (got === undefined) break;
      if (wanted.difference(got) === undefined) return got;
      passed += 1;
    }
    const why = `${passed} other messages were passed over`;
    throw this.#failed(began, { expected: wanted.text, why });
  }

  /**
   * Waits so many milliseconds (100 unless told otherwise), in which no message may come.
   *
   * @throws (rejects with) ExpectationFailed, ProbeFull
   */
  async expectNothing(ms?: number): Promise<void> {
    const { waits } = this.#home;
    const began = waits.clock.now();
    const got = await this.#next(began, waits.ms("ms", ms, NOTHING_MS));
    if (got !== undefined) throw this.#failed(began, { expected: "nothing", got });
  }

  /**
   * Waits for the end of an actor, which it monitors, and settles with the reason. For one that is
   * dead when this is called that is `noproc`, unless the kit has started it or `kit.watch` was
   * told of it in time.
   *
   * @throws (rejects with) ExpectationFailed
   */
  async expectDown(
    ref: AnyRef,
    reason?: ExpectedExit,
    options: WithinOptions = {},
  ): Promise<ExitReason> {
    known("expectDown", options, ["within"]);
    const { waits } = this.#home;
    const began = waits.clock.now();
    const expected = `the end of ${ref}${reason === undefined ? "" : ` (${textOfExit(reason)})`}`;
    const down = this.#home.whenDown(ref);
    if (!(await waits.clock.within(down, this.#ms(options.within)))) {
      throw this.#failed(began, { expected, why: `${ref} lives` });
    }
    const got = await down;
    if (fits(reason, got)) return got;
    throw this.#failed(began, { expected, got: `the end with ${formatExit(got)}` });
  }

  /**
   * From now on, answers the calls of a handler: with this value, or with what the function gives
   * for their arguments. What it throws fails the call. Without this a call stays open until the
   * test answers it (`message.answer`), or its time is over.
   */
  answer<Name extends HandlerOf<P>>(handler: Name, answer: Answering<P, Name>): void {
    const script = typeof answer === "function" ? (answer as () => unknown) : () => answer;
    this.#inbox.script(handler, script);
  }

  #ms(within: number | undefined): number {
    return this.#home.waits.ms("within", within ?? this.#within, EXPECT_MS);
  }

  /** The next message, or undefined when the time is over. */
  async #next(began: number, ms: number): Promise<Message | undefined> {
    const { clock } = this.#home.waits;
    for (;;) {
      const message = this.#inbox.tryNext();
      if (message !== undefined) return message;
      const left = began + ms - clock.now();
      if (left <= 0 || !(await clock.within(this.#inbox.more(), left))) {
        return this.#inbox.tryNext();
      }
    }
  }

  #failed(began: number, facts: Pick<Failure, "expected" | "got" | "why">): Error {
    const waitedMs = this.#home.waits.clock.now() - began;
    const elsewhere = this.#home.elsewhere(this.#inbox);
    return failed({ ...facts, inbox: this.#inbox, waitedMs, elsewhere });
  }
}

/** Arguments as a test expects them. */
export type Expecting<Args extends readonly unknown[]> = {
  [Index in keyof Args]: Expected<Args[Index]>;
};

interface Wanted {
  readonly text: string;
  /** Undefined: it is this one; a text about what is wrong, maybe empty. */
  difference(message: Message): string | undefined;
}

function wantedOf(what: unknown, args: readonly unknown[]): Wanted {
  if (typeof what === "function") {
    return {
      text: "a message that the predicate wants",
      difference: (message) => (what(message) === true ? undefined : ""),
    };
  }
  if (typeof what !== "string") {
    throw new InvalidOptions("expect", "given a handler's name or a predicate", what);
  }
  return {
    text: args.length === 0 ? `${what}(…)` : textOf(what, args),
    difference: (message) => {
      if (message.handler !== what) return "";
      return args.length === 0 ? undefined : difference(args, message.args, "args");
    },
  };
}

function fits(expected: ExpectedExit | undefined, got: ExitReason): boolean {
  if (expected === undefined) return true;
  if (typeof expected === "function") return expected(got) === true;
  if (typeof expected === "string") return got.type === expected;
  return difference(expected, got, "reason") === undefined;
}

function textOfExit(expected: ExpectedExit): string {
  if (typeof expected === "function") return "as the predicate wants it";
  return typeof expected === "string" ? expected : formatExit(expected);
}
