/**
 * What goes on in a kit's system besides what the test asks for: its log, dead letters, crashes.
 * Failures tell of it, and the end of a test looks for what nobody expected.
 */

import type { DeadLetter } from "../letters.ts";
import { TERMINATE_FAILED } from "../reports.ts";
import type { System } from "../system.ts";
import { Crashes, crashText } from "./crashes.ts";
import { list } from "./failure.ts";
import type { Inbox } from "./inbox.ts";
import { KeepingLog, type KeptLine } from "./keeping-log.ts";
import type { KitSettings } from "./kit-options.ts";
import type { Clock } from "./waits.ts";

/** Dead letters that are kept: the newest. */
export const LETTERS_MAX = 1000;
/** Of each kind of event, how many a failure shows. */
const SHOWN_MAX = 3;
/** How long what the counters know may be on its way to the log, which tells it in a second. */
const REPORTS_MS = 1500;

export class Witness {
  crashes: Crashes = new Crashes();
  readonly #settings: KitSettings;
  readonly #kept: KeepingLog;
  #letters: DeadLetter[] = [];
  /** Letters of this test. */
  #lettersCount = 0;
  /** Crashes of the tests before. */
  #crashesBefore = 0;

  constructor(settings: KitSettings) {
    this.#settings = settings;
    this.#kept = new KeepingLog(settings.system.log, (line) => this.crashes.look(line));
  }

  get log(): KeepingLog["log"] {
    return this.#kept.log;
  }

  get lines(): readonly KeptLine[] {
    return this.#kept.lines;
  }

  get letters(): readonly DeadLetter[] {
    return [...this.#letters];
  }

  letter(letter: DeadLetter): void {
    this.#lettersCount += 1 + letter.suppressed;
    this.#letters.push(letter);
    if (this.#letters.length > LETTERS_MAX) this.#letters.shift();
  }

  /** What went on, in words, the newest of each kind; of these probes, what nobody asked for. */
  elsewhere(inboxes: readonly Inbox[]): string[] {
    const crashes = this.crashes.unexpected.slice(-SHOWN_MAX).map(crashText);
    const letters = this.#letters.slice(-SHOWN_MAX).map(letterText);
    const warnings = this.lines.filter(({ level }) => level === "warn").slice(-SHOWN_MAX);
    const unasked = inboxes.flatMap(({ name, waiting }) =>
      list(`probe ${JSON.stringify(name)} has`, waiting),
    );
    return [...unasked, ...crashes, ...letters, ...warnings.map(lineText)];
  }

  /** At the end of a test: what is wrong, in words. Begins anew for the next one. */
  async problems(system: System, clock: Clock): Promise<string[]> {
    const { allowCrashes, allowDeadLetters } = this.#settings;
    const counted = (): number => system.counters().crashes - this.#crashesBefore;
    const until = clock.now() + REPORTS_MS;
    while (!allowCrashes && this.crashes.told < counted() && clock.now() < until) {
      await clock.within(this.crashes.more(), until - clock.now());
    }
    const crashes = allowCrashes ? [] : this.crashes.problems(counted());
    const letters = allowDeadLetters ? [] : this.#letterProblems();
    const failures = this.lines.filter(({ message }) => message === TERMINATE_FAILED).map(lineText);
    this.#crashesBefore += counted();
    this.crashes = new Crashes();
    this.#letters = [];
    this.#lettersCount = 0;
    this.#kept.clear();
    return [...crashes, ...failures, ...letters];
  }

  #letterProblems(): string[] {
    if (this.#lettersCount === 0) return [];
    const shown = this.#letters.slice(0, SHOWN_MAX).map(letterText);
    const more = this.#lettersCount - shown.length;
    return more > 0 ? [...shown, `${more} more dead letters`] : shown;
  }
}

function letterText({ reason, type, target, handler, sender, cause }: DeadLetter): string {
  const why = cause === undefined ? "" : `: ${cause}`;
  return `a dead letter (${reason}), ${type} ${handler} to ${target} from ${sender}${why}`;
}

function lineText({ level, message, fields: { actor, error, reason } }: KeptLine): string {
  const who = actor === undefined ? "" : ` of ${actor}`;
  const what = reason ?? error;
  return `log ${level}${who}: ${message}${what === undefined ? "" : `: ${what}`}`;
}
