/**
 * Errors of the bottom floor that a correct program must expect. Each has a `code` that never
 * changes, the facts as fields, and a message that says what happened, with which values, and what
 * to do.
 *
 * Left out: errors about actors (`actors/errors.ts`), and broken invariants (`assert.ts`).
 */

/** What all errors of sabeam extend. Tell them apart by `code`. */
export class SabeamError extends Error {
  override readonly name: string = "SabeamError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A value was to be sent that cannot travel to another thread. Nothing was sent. */
export class NotSendable extends SabeamError {
  override readonly name = "NotSendable";
  /** Where in what was sent, as one would write it: `args[0].user.save`. */
  readonly path: string;
  /** What stands there, like "a function". */
  readonly reason: string;

  constructor(path: string, reason: string, advice: string, options?: ErrorOptions) {
    super("ERR_NOT_SENDABLE", `${path} cannot be sent: it is ${reason}; ${advice}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** A value was to be sent that needs more bytes than one message may have. Nothing was sent. */
export class MessageTooLarge extends SabeamError {
  override readonly name = "MessageTooLarge";
  /** What it needs at least; counting stops soon after the bound. */
  readonly bytes: number;
  readonly maxBytes: number;

  constructor(path: string, bytes: number, maxBytes: number) {
    super(
      "ERR_MESSAGE_TOO_LARGE",
      `${path} needs ${bytes} bytes or more, and a message may have ${maxBytes}; send it in ` +
        "parts, or " +
        "raise maxMessageBytes",
    );
    this.bytes = bytes;
    this.maxBytes = maxBytes;
  }
}

/** A message came that holds an instance of a class which this thread does not know. */
export class ExtensionMissing extends SabeamError {
  override readonly name = "ExtensionMissing";
  readonly extension: string;
  /** Where it could not be read. */
  readonly thread: number;

  constructor(extension: string, thread: number) {
    super(
      "ERR_EXTENSION_MISSING",
      `thread ${thread} cannot read a message: it has no extension ${JSON.stringify(extension)}; ` +
        "import the module that calls defineExtension in the modules of the actors there, or " +
        "name it in startSystem({ preload: [url] })",
    );
    this.extension = extension;
    this.thread = thread;
  }
}

/** A message came whose extension could not make the instance again: `cause` says why. */
export class ExtensionFailed extends SabeamError {
  override readonly name = "ExtensionFailed";
  readonly extension: string;
  readonly thread: number;

  constructor(extension: string, thread: number, cause: unknown) {
    super(
      "ERR_EXTENSION_FAILED",
      `thread ${thread} cannot read a message: decode of the extension ` +
        `${JSON.stringify(extension)} failed (${summarise(cause)}); it must take whatever its ` +
        "encode gives, and return an instance of its class",
      { cause },
    );
    this.extension = extension;
    this.thread = thread;
  }
}

/** True for what a sound message is refused with where it arrives. */
export function isUnreadable(error: unknown): error is ExtensionMissing | ExtensionFailed {
  return error instanceof ExtensionMissing || error instanceof ExtensionFailed;
}

/** `defineExtension` was called twice for one name or one class. */
export class DuplicateExtension extends SabeamError {
  override readonly name = "DuplicateExtension";
  readonly extension: string;

  constructor(extension: string, problem: string) {
    super(
      "ERR_DUPLICATE_EXTENSION",
      `the extension ${JSON.stringify(extension)} cannot be defined: ${problem}; define it once, ` +
        "in the module of its class, and give extensions of a package its name in front",
    );
    this.extension = extension;
  }
}

/** Bytes came that no codec of this system wrote. `cause` is what the decoder stumbled over. */
export class BadRecord extends SabeamError {
  override readonly name = "BadRecord";
  /** Length of what could not be decoded, in bytes. */
  readonly bytes: number;

  constructor(bytes: number, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(
      "ERR_BAD_RECORD",
      `${bytes} bytes are no message (${what}); memory that threads share was overwritten, or ` +
        "they " +
        "run different versions of sabeam: restart the system, and report it if it happens again",
      { cause },
    );
    this.bytes = bytes;
  }
}

/** Longest line that `summarise` makes: what is thrown may hold megabytes. */
const SUMMARY_MAX = 1000;

/** One line about anything that was thrown. Never throws, whatever it is that it looks at. */
export function summarise(error: unknown): string {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return text.length > SUMMARY_MAX ? `${text.slice(0, SUMMARY_MAX)}…` : text;
  } catch {
    return "a value without a text";
  }
}

/** What was thrown, as an Error: itself, or one that says what it was. Never throws. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(summarise(thrown));
}

/** The stack of what was thrown, if it has one. Never throws. */
export function stackOf(error: unknown): string | undefined {
  try {
    const { stack } = error as Error;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
}
