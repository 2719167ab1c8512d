/**
 * What a thread tells of its own accord: dead letters, lines of the log, measurements. On main they
 * go to the user, elsewhere to main.
 */

import type { Host } from "./host.ts";
import type { DeadLetter } from "./letters.ts";
import type { Log } from "./log.ts";
import type { Batch } from "./measures.ts";
import { LETTER, LOG } from "./wire.ts";

export interface Notes {
  /** False if it found no way: the event is told later as suppressed. */
  letter(letter: DeadLetter): boolean;
  log(level: keyof Log, fields: object, message: string): void;
  /** False if it found no way. @throws MessageTooLarge */
  measured(batch: Batch): boolean;
}

export function notesToMain(host: Host): Notes {
  return {
    letter: (letter) => host.outgoing.note(LETTER, letter),
    measured: (batch) => host.outgoing.measured(batch),
    log: (level, fields, message) => {
      if (host.outgoing.note(LOG, { level, fields, message })) return;
      process.stderr.write(`sabeam ${level}: ${message} (thread ${host.thread.index})\n`);
    },
  };
}

/**
 * Mailboxes lie in their thread's own memory: of what waited in those of a dead one only the number
 * is known.
 */
export function tellLost({ notes, thread: { env } }: Host, thread: number, waited: number): void {
  if (waited === 0) return;
  const target = `thread ${thread}`;
  const facts = { reason: "lost", type: "cast", target, handler: "?", sender: "?" } as const;
  notes.letter({ ...facts, thread, at: env.now(), suppressed: waited - 1 });
}
