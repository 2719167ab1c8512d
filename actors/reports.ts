/**
 * Reports on the log port: what ended, in what state, and why, for people and for their tools.
 *
 * A report never throws and takes nothing with it, whatever was thrown and whatever the log does.
 * Each thread writes a limited number (report-limit.ts); what is over it is counted and told.
 */

import { summarise } from "../runtime/errors.ts";
import type { Host } from "./host.ts";
import type { LogLevel } from "./log.ts";
import { type LeftOut, ReportLimit, type Topic } from "./report-limit.ts";

/** A line of the log that may be left out when there are too many of them. */
export interface Report extends Topic {
  readonly level: LogLevel;
  readonly message: string;
  /** Asked for only if the report is written. */
  readonly fields: () => object;
}

export class Reports {
  readonly #host: Host;
  readonly #limit: ReportLimit;

  constructor(host: Host) {
    this.#host = host;
    this.#limit = new ReportLimit(host.thread.env, this.#leftOut("reports"));
  }

  /** Writes a report of an actor, such as a supervisor's. At `debug`: only if that is told. */
  tell(report: Report): void {
    try {
      if (report.level === "debug") {
        if (this.#host.debug === undefined) return;
      } else if (!this.#limit.admits(report)) return;
      this.#host.log[report.level](report.fields(), report.message);
    } catch (error) {
      lament(report?.message, error);
    }
  }

  #leftOut(what: string): (count: number, topics: readonly LeftOut[]) => void {
    return (count, topics) => {
      const message = `${count} more ${what} were left out`;
      try {
        const thread = this.#host.thread.index;
        this.#host.log.error({ thread, count, leftOut: topics }, message);
      } catch (error) {
        lament(message, error);
      }
    };
  }

  /** Tells what was left out; on the way down, and when the system is to come to rest. */
  flush(): void {
    this.#limit.flush();
  }
}

/** The last resort: nothing is silent. */
function lament(message: unknown, error: unknown): void {
  process.stderr.write(`sabeam error: no report ${summarise(message)}: ${summarise(error)}\n`);
}
