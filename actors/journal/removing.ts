/** Takes logs out of a journal that nobody needs any more. */

import { InvalidOptions } from "../errors.ts";
import type { Journal } from "./journal.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** Of one commit. */
const LOGS_MAX = 1000;

/** Which logs: all whose names begin so, or of these the named ones. */
export interface Chosen {
  readonly prefix: string;
  readonly names: readonly string[] | undefined;
}

/** What is wrong with a choice that came from anybody; undefined: nothing. */
export function wrongChoice({ prefix, names }: Chosen): InvalidOptions | undefined {
  if (typeof prefix !== "string") return new InvalidOptions("prefix", "a text", prefix);
  if (names === undefined || Array.isArray(names)) return undefined;
  return new InvalidOptions("names", "a list of logs", names);
}

/**
 * @param lives whether the owner of an opening does; that it has ended may not have come here yet
 * @returns how many there were
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for one that somebody has open; none is gone then
 */
export async function removeLogs(
  journal: Journal,
  sessions: Sessions,
  { prefix, names }: Chosen,
  lives: (session: Session) => boolean,
): Promise<number> {
  const kept = journal.logsOf(prefix);
  const named = names && new Set(names);
  const logs = named === undefined ? kept : kept.filter((log) => named.has(log));
  const opened = logs.map((log) => sessions.ofLog(log)).filter((one) => one !== undefined);
  const taken = opened.find((session) => !session.isLeft && lives(session));
  if (taken !== undefined) throw new InvalidOptions("remove", "told of logs not in use", taken.log);
  for (const session of opened) {
    // What has come of it since goes with its log.
    session.isOver = true;
    sessions.forget(session);
  }
  for (let at = 0; at < logs.length; at += LOGS_MAX) {
    const some = logs.slice(at, at + LOGS_MAX);
    await journal.commit(some.map((log) => ({ type: "remove", log })));
  }
  return logs.length;
}
