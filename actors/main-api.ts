/** What main serves to the keeper: what it is told of threads, and what becomes of that. */

import { stallLine } from "../runtime/stall.ts";
import type { Host } from "./host.ts";
import { isInspected } from "./inspector.ts";
import type { MainApi } from "./keeper-thread.ts";
import type { WriteLog } from "./log.ts";
import { tellLost } from "./notes.ts";

export interface MainParts {
  readonly host: Host;
  /** Of the workers, by index; kept up to date here. */
  readonly names: string[];
  readonly write: WriteLog;
  readonly isStopping: () => boolean;
  /** The system cannot go on. */
  readonly fail: (cause: string) => void;
}

export function mainApi({ host, names, write, isStopping, fail }: MainParts): MainApi {
  const { threads } = host.settings;
  return {
    acceptLane: (lane) => host.thread.acceptLane(lane),
    laneLeft: (lane) => host.thread.takeLeft(lane),
    laneRefused: (by) => host.laneClosed(by),
    threadDied: (index, generation, cause, waited = 0, culprit) => {
      const text =
        index > threads
          ? "an own thread died; nothing replaces it"
          : "a thread died; it is replaced";
      // On the way down the keeper ends those that do not hear of it: the report names them.
      if (isStopping()) host.debug?.({ thread: index, generation, cause }, "a thread died");
      else host.reports.threadDied(text, index, generation, cause);
      host.threadDied(index, generation, cause, culprit);
      tellLost(host, index, waited);
    },
    ownThreadEnded: (index, generation) => {
      host.threadDied(index, generation, undefined);
      host.debug?.({ thread: index, generation }, "an own thread has ended");
    },
    threadReplaced: (index, generation, name) => {
      names[index] = name;
      write("info", { thread: index, generation, name }, "the thread is replaced");
      host.away.replaced(index);
    },
    stalled: (news) => {
      // The death of the thread is told by itself.
      const { level, message, fields } = stallLine(news);
      host.thread.signals.inspected = isInspected();
      if (news.type !== "killed") write(level, fields, message);
      return true;
    },
    rehearse: async () => {},
    noted: (fields, message) => host.debug?.(fields, message),
    failed: fail,
  };
}
