/**
 * How a client asks a member: each command is applied at most once, however often it is sent.
 *
 *     ask ──▶ command under its request id ──▶ reply
 *              │ cut short: its member died, or gave no answer in time
 *              └──▶ sent again, under the same id, until the deadline ──▶ OutcomeUnknown
 *
 * A waiting command takes the time that it is given, not the 5 s of a call. Over a network that
 * loses messages it is sent again every ATTEMPT_MS; the member knows it by its id.
 */

import { summarise } from "../../runtime/errors.ts";
import { isWhole } from "../../runtime/wrong.ts";
import {
  ActorDown,
  CallTimeout,
  InstanceBroken,
  InstanceOver,
  InvalidOptions,
  JournalFull,
  MailboxFull,
  MessageTooLarge,
  NoSuchActor,
  NoSuchInstance,
  NotSendable,
  OutcomeUnknown,
  Overloaded,
  SystemFailed,
  SystemStopped,
} from "../errors.ts";
import type { Call, Ref } from "../types.ts";
import { type CommandAnswer, isRequestId, REQUEST_ID_RULE } from "./commands.ts";
import type { MemberId, ProtocolSpec, RequestId, Tagged } from "./contract.ts";
import type { ShellProtocol, ShellStatus } from "./define-protocol.ts";
import type { Presence } from "./members.ts";

export interface AskOptions {
  /** Milliseconds until the outcome is given up, default 35 000. */
  readonly deadlineMs?: number;
  /**
   * To go on with a command whose outcome was unknown. Default: a new one. With one that is given,
   * whatever says that nothing has happened is the `cause` of OutcomeUnknown: an earlier try may
   * have been applied.
   */
  readonly requestId?: RequestId;
}

/** Instances may take 30 s by default, and their members a little longer to say so. */
export const DEADLINE_MS_DEFAULT = 35_000;
/** Over a network: how long a command may be lost before it is sent again. */
const ATTEMPT_MS = 500;
const WAIT_MS_MIN = 5;
const WAIT_MS_MAX = 500;
/** Who is not there after some tries may be so for good. */
const ABSENT_MS = 40;
const DEADLINE = isWhole(1, 2 ** 31 - 1);

export interface HandleParts {
  readonly protocol: string;
  readonly instance: string;
  readonly member: MemberId;
  readonly ref: Ref<ShellProtocol>;
  /** It keeps what it knows, so it comes back. */
  readonly isDurable: boolean;
  /** Whoever holds this has started it. */
  readonly isStarted: boolean;
  /** On another node: what is sent may be lost. */
  readonly isAway: boolean;
  /** Whether it will come back, of one on this node. */
  readonly presence?: (() => Promise<Presence>) | undefined;
}

/** A command, and what it has met so far. */
interface Attempts {
  readonly id: RequestId;
  /** Nobody else has been told of the id. */
  readonly isOwn: boolean;
  /** It was never asked under before. */
  readonly isNew: boolean;
  readonly command: Tagged;
  until: number;
  withinMs: number;
  /** Milliseconds that the last attempt was given. */
  timeout: number;
  /** It has left, and nobody knows whether it has come. */
  isUnknown: boolean;
  /** The last found nobody. */
  isAbsent: boolean;
  waitMs: number;
}

/** With these the command has not left, and will not. */
const NOT_SENT = [NotSendable, MessageTooLarge, InvalidOptions, SystemStopped, SystemFailed];

export class Handle<S extends ProtocolSpec> {
  readonly instance: string;
  readonly member: MemberId;
  /** The member's shell, by its name. */
  readonly ref: Ref<ShellProtocol>;
  readonly #parts: HandleParts;
  readonly #origin: string;
  #asked = 0;
  /** It has been seen: if it keeps nothing, and is gone, nobody comes after it. */
  #wasThere: boolean;
  /** What is sent with is kept, since most attempts are given the same time. */
  #call: Call<ShellProtocol> | undefined;
  #timeout = 0;
  /** The last command that nobody will ask for again: the next one tells. */
  #settled: RequestId | undefined;
  #asking: Promise<Presence> | undefined;

  constructor(parts: HandleParts) {
    this.#parts = parts;
    this.instance = parts.instance;
    this.member = parts.member;
    this.ref = parts.ref;
    this.#wasThere = parts.isStarted;
    // Of one length, so that a simulation is the same each time.
    const chance = Math.floor(Math.random() * 2 ** 52);
    this.#origin = chance.toString(16).padStart(13, "0");
  }

  /** A new request id, for who wants to know it before the first try. */
  requestId(): RequestId {
    this.#asked += 1;
    return `${this.#origin}.${this.#asked}`;
  }

  /**
   * The member's reply.
   *
   * @param read what is made of it, and of the request id that it was asked under; it may throw
   * @param isNew the request id that is given was never asked under before
   * @throws OutcomeUnknown (ERR_OUTCOME_UNKNOWN), InstanceBroken (ERR_INSTANCE_BROKEN),
   *   InstanceOver (ERR_INSTANCE_OVER), NoSuchInstance (ERR_NO_SUCH_INSTANCE), Overloaded
   *   (ERR_OVERLOADED), NotSendable; JournalFull (ERR_JOURNAL_FULL) at once: nothing was applied
   */
  ask<Result = S["reply"]>(
    command: S["command"],
    options: AskOptions = {},
    read: (reply: S["reply"], id: RequestId) => Result = asItIs,
    isNew: boolean = options.requestId === undefined,
  ): Promise<Result> {
    const { deadlineMs = DEADLINE_MS_DEFAULT, requestId } = options;
    if (!DEADLINE.holds(deadlineMs)) {
      return Promise.reject(new InvalidOptions("deadlineMs", DEADLINE.allowed, deadlineMs));
    }
    if (requestId !== undefined && !isRequestId(requestId)) {
      return Promise.reject(new InvalidOptions("requestId", REQUEST_ID_RULE, requestId));
    }
    const attempts: Attempts = {
      id: requestId ?? this.requestId(),
      isOwn: requestId === undefined,
      isNew,
      command,
      until: performance.now() + deadlineMs,
      withinMs: deadlineMs,
      timeout: 0,
      isUnknown: false,
      isAbsent: false,
      waitMs: WAIT_MS_MIN,
    };
    // Mostly the first is answered. An async function would have three times as many promises.
    return this.#send(attempts, deadlineMs).then(
      (answer) =>
        answer.type === "reply"
          ? this.#heard(attempts, answer.reply, read)
          : this.#goOn(attempts, answer, read),
      (error: unknown) => this.#goOn(attempts, this.#cut(error, attempts), read),
    );
  }

  #heard<Result>(
    { id, isOwn }: Attempts,
    reply: S["reply"],
    read: (reply: S["reply"], id: RequestId) => Result,
  ): Result {
    this.#wasThere = true;
    const result = read(reply, id);
    // Over a network an earlier try may still be on its way.
    if (isOwn && !this.#parts.isAway) this.#settled = id;
    return result;
  }

  /** @param met what the first attempt has come to; undefined: it was cut short */
  async #goOn<Result>(
    attempts: Attempts,
    met: CommandAnswer | undefined,
    read: (reply: S["reply"], id: RequestId) => Result,
  ): Promise<Result> {
    for (let answer = met; ; ) {
      this.#wasThere ||= answer !== undefined;
      if (answer?.type === "reply") return this.#heard(attempts, answer.reply, read);
      if (answer?.type === "invalid") {
        throw new InvalidOptions("command", answer.problem, attempts.command);
      }
      if (answer?.type === "full") {
        throw this.#ended(attempts, new JournalFull(answer.journal, answer.why));
      }
      await this.#pause(attempts, answer?.retryAfterMs ?? 0);
      const leftMs = Math.max(1, Math.ceil(attempts.until - performance.now()));
      const again = this.#send(attempts, leftMs);
      answer = await again.catch((error: unknown) => this.#cut(error, attempts));
    }
  }

  /** What its shell says of itself. Rejects as a call does. */
  status(): Promise<ShellStatus> {
    return this.ref.call.status();
  }

  #send(attempts: Attempts, leftMs: number): Promise<CommandAnswer> {
    const { isAway } = this.#parts;
    const timeout = isAway ? Math.min(leftMs, ATTEMPT_MS) : leftMs;
    attempts.timeout = timeout;
    if (this.#call === undefined || timeout !== this.#timeout) {
      this.#call = this.ref.with({ timeout }).call;
      this.#timeout = timeout;
    }
    const settled = this.#settled;
    this.#settled = undefined;
    return this.#call.command(attempts.id, attempts.command, leftMs, isAway, settled);
  }

  /** It was cut short, and may be tried again; else throws. */
  #cut(error: unknown, attempts: Attempts): undefined {
    if (error instanceof CallTimeout && error.timeoutMs < Math.floor(attempts.timeout)) {
      // The turn that asks is over before that: whatever is sent from it would be, too.
      attempts.until = 0;
      attempts.withinMs = Math.round(error.timeoutMs);
    }
    if (NOT_SENT.some((kind) => error instanceof kind)) {
      const { id, command, withinMs, isUnknown } = attempts;
      // This one has not left, but one before it has.
      if (!isUnknown) throw error;
      throw new OutcomeUnknown(this.#text, command.type, id, withinMs, { cause: error });
    }
    if (error instanceof MailboxFull) return;
    if (error instanceof CallTimeout) {
      attempts.isUnknown = true;
      return;
    }
    const isDown = error instanceof ActorDown && error.handled === "no";
    attempts.isAbsent = error instanceof NoSuchActor || (isDown && error.reason.type === "noproc");
    // What is no error of ours is what the member has crashed with.
    if (!attempts.isAbsent && !isDown) {
      attempts.isUnknown = true;
    }
    const { isDurable, isAway } = this.#parts;
    const comesBack = isDurable || isAway || (!this.#wasThere && !attempts.isUnknown);
    if (!comesBack) throw new InstanceBroken(this.#text, summarise(error));
  }

  /** @throws what has become of it, if the time is over */
  async #pause(attempts: Attempts, atLeastMs: number): Promise<void> {
    const leftMs = attempts.until - performance.now();
    const waitMs = Math.max(atLeastMs, attempts.waitMs);
    if (leftMs <= waitMs) throw this.#givenUp(attempts, atLeastMs);
    const pause = new Promise<void>((resolve) => void setTimeout(resolve, waitMs));
    // One that is started again is mostly there before that.
    const isLong = attempts.isAbsent && atLeastMs === 0 && waitMs >= ABSENT_MS;
    // Its supervisor may be busy for longer than there is time.
    const presence = isLong ? await Promise.race([this.#presence(), pause]) : undefined;
    if (presence === "ended") throw this.#ended(attempts, this.#over);
    attempts.waitMs = Math.min(2 * attempts.waitMs, WAIT_MS_MAX);
    await pause;
  }

  /** What its supervisor says, which is asked once for all commands that wait. */
  #presence(): Promise<Presence> {
    this.#asking ??= Promise.resolve(this.#parts.presence?.()).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  get #over(): Error {
    if (this.#parts.isDurable) return new InstanceOver(this.#text);
    return new InstanceBroken(this.#text, "nobody is there any more");
  }

  /** The last try has come to nothing. What has become of an earlier one is not known by that. */
  #ended({ id, isNew, command, isUnknown, until, withinMs }: Attempts, cause: Error): Error {
    if (isNew && !isUnknown) return cause;
    const tookMs = Math.round(withinMs - (until - performance.now()));
    return new OutcomeUnknown(this.#text, command.type, id, tookMs, { cause });
  }

  #givenUp(attempts: Attempts, retryAfterMs: number): Error {
    const { id, command, withinMs, isUnknown } = attempts;
    if (isUnknown) return new OutcomeUnknown(this.#text, command.type, id, withinMs);
    if (retryAfterMs > 0) return this.#ended(attempts, new Overloaded(this.#text, retryAfterMs));
    return this.#ended(attempts, new NoSuchInstance(this.#text, withinMs));
  }

  get #text(): string {
    return `${this.#parts.protocol}/${this.instance}/${this.member}`;
  }
}

/** What is read from a reply where nothing else is said. */
export const asItIs = (reply: unknown): never => reply as never;
