/**
 * Reports on the log port: what ended, in what state, and why, for people and for their tools.
 *
 *     a handler threw       lives.crash ──▶ crash ──▶ limit ──▶ log.error, on main by way of a lane
 *     self.stop(an error)   lives.end ─────────┘         └──▶ counted, and told in one line later
 *     a supervisor tells    self.report ──▶ tell ──▶ a limit of its own
 *
 * A report never throws and takes nothing with it, whatever was thrown and whatever the log does.
 * No report is made for an end with `normal` or `shutdown`, nor of what happens on the way down.
 */

import { summarise } from "../runtime/errors.ts";
import type { Cell } from "./cell.ts";
import { type Crash, crashFields, whoIs } from "./crash-report.ts";
import { type ExitReason, type ExitWish, formatExit, isOrderly } from "./exit.ts";
import type { Host } from "./host.ts";
import type { LogLevel } from "./log.ts";
import { lastOf } from "./recorded.ts";
import { type LeftOut, ReportLimit, type Topic } from "./report-limit.ts";
import { isA } from "./thenable.ts";
import { thrownFacts } from "./thrown-facts.ts";

/** What these lines say, for who looks for them. */
export const CRASHED = "actor crashed";
export const TERMINATE_FAILED = "terminate failed";
export const CRASHES_LEFT_OUT = "crash reports";

/** A line of the log that may be left out when there are too many of them. */
export interface Report extends Topic {
  readonly level: LogLevel;
  readonly message: string;
  /** Asked for only if the report is written. */
  readonly fields: () => object;
}

export class Reports {
  readonly #host: Host;
  readonly #crashes: ReportLimit;
  readonly #warnings: ReportLimit;
  readonly #deaths: ReportLimit;
  readonly #others: ReportLimit;

  constructor(host: Host) {
    this.#host = host;
    const { env } = host.thread;
    this.#crashes = new ReportLimit(env, this.#leftOut(CRASHES_LEFT_OUT));
    this.#warnings = new ReportLimit(env, this.#leftOut("warnings of actors", "warn"));
    this.#deaths = new ReportLimit(env, this.#leftOut("deaths of threads"));
    this.#others = new ReportLimit(env, this.#leftOut("reports"));
  }

  /** An actor ends because its code threw, or asked for an end like that. */
  crash(crash: Crash): void {
    this.#host.counts.crashes += 1;
    this.#crashed(crash, CRASHED);
  }

  /** Code of an actor threw while the actor ended already: it changes nothing any more. */
  late(crash: Crash): void {
    this.#crashed(crash, "code of an actor failed while the actor ended");
  }

  /** An actor asks for its own end; one that is not in order is told when it comes. */
  stopping(cell: Cell, exit: ExitReason, wish: ExitWish): void {
    if (isOrderly(exit)) return;
    const message = this.#host.ambient.messageOf(cell);
    cell.more().fault ??= {
      cell,
      exit,
      handler: "stop",
      error: isA(wish, Error) ? wish : undefined,
      reason: exit.type === "crash" ? (exit.cause ?? exit.type) : formatExit(exit),
      message: message && { ...message },
    };
  }

  #crashed(crash: Crash, message: string): void {
    const { spawner, debug } = this.#host;
    const { name: definition } = crash.cell.kind.blueprint;
    const { reason } = crash;
    const fields = (): object => crashFields(this.#host, crash);
    // On the way down actors lose whom they talk to: that is no news.
    if (!spawner.closed) {
      this.#tell({ level: "error", message, definition, reason, fields }, this.#crashes);
    } else if (debug !== undefined) {
      this.#write({ level: "debug", message, definition, reason, fields });
    }
  }

  /** Its `terminate` threw, or took too long: that is news also on the way down. */
  terminate(cell: Cell, error: unknown): void {
    const { name: definition } = cell.kind.blueprint;
    const told = summarise(error);
    const message = TERMINATE_FAILED;
    const reason = `${message}: ${told}`;
    const fields = (): object => ({
      ...whoIs(this.#host, cell),
      error: told,
      ...thrownFacts(error, this.#host.settings.development),
    });
    this.#tell({ level: "error", message, definition, reason, fields }, this.#crashes);
  }

  /** A thread has died, which main hears: what it died of, and what had reached it last. */
  threadDied(message: string, thread: number, generation: number, cause: string): void {
    const fields = (): object => {
      return { thread, generation, cause, recent: lastOf(this.#host, thread, generation) };
    };
    const topic = { definition: `thread ${thread}`, reason: cause };
    this.#tell({ level: "error", message, ...topic, fields }, this.#deaths);
  }

  /** Something of an actor's that it did not mean to happen, and that it survives. */
  warn(cell: Cell, message: string, reason: string, facts: object): void {
    const { name: definition } = cell.kind.blueprint;
    const fields = (): object => ({ ...whoIs(this.#host, cell), ...facts });
    this.#tell({ level: "warn", message, definition, reason, fields }, this.#warnings);
  }

  /** Writes a report of an actor, such as a supervisor's. At `debug`: only if that is told. */
  tell(report: Report): void {
    if (report?.level !== "debug") this.#tell(report, this.#others);
    else if (this.#host.debug !== undefined) this.#write(report);
  }

  #tell(report: Report, limit: ReportLimit): void {
    try {
      if (!limit.admits(report)) return;
    } catch (error) {
      return lament(report, error);
    }
    this.#write(report);
  }

  #write(report: Report): void {
    try {
      this.#host.log[report.level](report.fields(), report.message);
    } catch (error) {
      lament(report, error);
    }
  }

  #leftOut(
    what: string,
    level: LogLevel = "error",
  ): (count: number, topics: readonly LeftOut[]) => void {
    return (count, topics) => {
      const thread = this.#host.thread.index;
      const message = leftOutLine(count, what);
      const fields = (): object => ({ thread, count, leftOut: topics });
      const topic = { definition: "", reason: "" };
      this.#write({ level, message, ...topic, fields });
    };
  }

  /** Tells what was left out; on the way down, and when the system is to come to rest. */
  flush(): void {
    this.#crashes.flush();
    this.#warnings.flush();
    this.#deaths.flush();
    this.#others.flush();
  }
}

/** Its field `count` has the number. */
export function leftOutLine(count: number, what: string): string {
  return `${count} more ${what} were left out`;
}

/** The last resort: nothing is silent. */
function lament(report: Report | undefined, error: unknown): void {
  const message = summarise(report?.message);
  process.stderr.write(`sabeam error: ${message} (there is no report: ${summarise(error)})\n`);
}
