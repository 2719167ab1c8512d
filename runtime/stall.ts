/** A thread that does not come to the end of a turn: what is told of it, and in which words. */

export interface Stall {
  readonly thread: number;
  /** Whose turn it is in, for people; undefined: nobody's that is known. */
  readonly who: string | undefined;
  readonly ms: number;
  /** Its `stallAfter`; Infinity: none. */
  readonly limitMs: number;
}

/**
 * `slow`: it takes long. `warned`: half of its time is over. `killed`: all of it. `spared`: all of
 * it, but an inspector is attached. Of main, which nobody can end: `blocked`, then `returned`.
 */
export type StallStage = "slow" | "warned" | "killed" | "spared" | "blocked" | "returned";

export interface StallNews extends Stall {
  readonly type: StallStage;
}

export interface StallLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: { readonly turn: string; readonly thread: number };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `Counter<1.1> in add on thread 1 for 5.0 s, does not return` */
export function describeStall({ who, thread, ms }: Stall): string {
  const what = who === undefined ? `thread ${thread}` : `${who} on thread ${thread}`;
  return `${what} for ${seconds(ms)}, does not return`;
}

/** As it stands in the log. */
export function stallLine(news: StallNews): StallLine {
  const fields = { turn: describeStall(news), thread: news.thread };
  const stalled = "a turn has not returned; nothing else runs on its thread";
  switch (news.type) {
    case "slow":
      return { level: "warn", message: stalled, fields };
    case "warned":
      return {
        level: "warn",
        message: `${stalled}, which is ended after ${seconds(news.limitMs)}`,
        fields,
      };
    case "killed":
      return { level: "error", message: `${stalled}, which is ended now`, fields };
    case "spared":
      return { level: "warn", message: `${stalled}, and is not ended: it is inspected`, fields };
    case "blocked":
      return { level: "warn", message: "main is blocked; its actors and timers wait", fields };
    case "returned":
      return {
        level: "warn",
        message: "main was blocked; its actors and timers waited",
        fields: { ...fields, turn: `main for ${seconds(news.ms)}` },
      };
  }
}

/** Of a thread that is ended for it. */
export function stallCause({ ms }: Stall): string {
  return `stalled for ${seconds(ms)}`;
}
