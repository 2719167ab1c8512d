/**
 * What supervisors tell of their children: an error of a child, and (at debug) each start.
 *
 *     reportChild(self, "child-terminated", { reason, child }, { restarts: 2 });
 *     reportProgress(self, child);
 *
 * Both write through `self.report`, so there may be any number of them: what is over the thread's
 * bound is counted and told (report-limit.ts). They never throw, whatever a child threw. What they
 * say of a child's arguments is their shape.
 *
 *     context             reason                     told as
 *     start-error         what `init` threw          error
 *     child-terminated    how it ended               error; for normal and shutdown: warn if the
 *                                                    child is permanent, else nothing
 *     shutdown-error      how it ended instead       error
 *     shutdown            why the supervisor ends    debug for normal and shutdown, else error
 *     intensity-reached   of the last one            error
 *
 * Follows OTP's supervisor_report and progress_report.
 */

import { summarise } from "../../runtime/errors.ts";
import { EXIT_KINDS, type ExitReason, formatExit } from "../exit.ts";
import { type LogLevel, verbosity } from "../log.ts";
import type { Report } from "../reports.ts";
import { shapeOfArguments } from "../sketch.ts";
import { stackText } from "../thrown-facts.ts";
import type { AnyRef, Self } from "../types.ts";

export type ReportContext =
  | "start-error"
  | "child-terminated"
  | "shutdown-error"
  | "shutdown"
  | "intensity-reached";

/** A child spec will do, together with the child's ref if it has one. */
export interface ReportedChild {
  /** Undefined: it has none but its ref. */
  readonly id: string | undefined;
  readonly definition: { readonly name: string };
  /** Only their shape is told. */
  readonly args?: readonly unknown[] | undefined;
  readonly ref?: AnyRef | undefined;
  readonly restart?: string | undefined;
  readonly shutdown?: number | string | undefined;
  readonly significant?: boolean | undefined;
}

/** Anything else that is told as it is: short, and able to travel. */
export type ReportFacts = { readonly [fact: string]: string | number | boolean | undefined };

export interface ChildReport {
  /** An exit reason, or what was thrown. */
  readonly reason: unknown;
  readonly child?: ReportedChild | undefined;
}

/** Who reports: `self` of a supervisor. */
export type Reporter = Pick<Self<unknown>, "ref" | "name" | "label" | "ancestors" | "report">;

const MESSAGES: { readonly [context in ReportContext]: string } = {
  "start-error": "a child did not start",
  "child-terminated": "a child ended",
  "shutdown-error": "a child did not end as it was told to",
  shutdown: "a supervisor ends",
  "intensity-reached": "a supervisor gives up: too many restarts",
};

/** Tells of a child, or of the supervisor itself; does nothing where there is nothing to tell. */
export function reportChild(
  self: Reporter,
  context: ReportContext,
  event: ChildReport,
  facts: ReportFacts = {},
): void {
  const report = childReport(self, context, event, facts);
  if (report !== undefined) self.report(report);
}

/** Somebody reads of starts. Else who reports them need not even make what would be told. */
export function tellsProgress(): boolean {
  return verbosity(process.env.SABEAM_LOG).threshold === "debug";
}

/** Tells that a child was started. */
export function reportProgress(
  self: Reporter,
  child: ReportedChild,
  facts: ReportFacts = {},
): void {
  self.report(progressReport(self, child, facts));
}

/** What `reportChild` writes; undefined if nothing. */
export function childReport(
  self: Reporter,
  context: ReportContext,
  { reason, child }: ChildReport,
  facts: ReportFacts = {},
): Report | undefined {
  const level = levelOf(context, reason, child?.restart);
  if (level === undefined) return undefined;
  const why = textOf(reason);
  const fields = (): object => ({
    context,
    ...whoIs(self),
    reason: why,
    ...(child === undefined ? {} : { child: factsOf(child) }),
    ...facts,
    stack: isExit(reason) ? undefined : stackText(reason, true),
  });
  const definition = child?.definition.name ?? String(self.ref);
  return { level, message: MESSAGES[context], definition, reason: why, fields };
}

/** What `reportProgress` writes. */
export function progressReport(
  self: Reporter,
  child: ReportedChild,
  facts: ReportFacts = {},
): Report {
  const fields = (): object => ({
    ...whoIs(self),
    child: factsOf(child),
    ...facts,
  });
  const { name: definition } = child.definition;
  return { level: "debug", message: "a child started", definition, reason: "started", fields };
}

function levelOf(
  context: ReportContext,
  reason: unknown,
  restart: string | undefined,
): LogLevel | undefined {
  const quiet = isExit(reason) && (reason.type === "normal" || reason.type === "shutdown");
  if (!quiet) return "error";
  if (context === "shutdown") return "debug";
  if (context !== "child-terminated") return "error";
  return restart === "permanent" ? "warn" : undefined;
}

function whoIs({ ref, name, label, ancestors }: Reporter): object {
  const above = ancestors.length === 0 ? {} : { ancestors };
  return { supervisor: String(ref), name, label, ...above };
}

function factsOf({ id, definition, args, ref, restart, shutdown, ...rest }: ReportedChild): object {
  return {
    id: id ?? String(ref),
    definition: definition.name,
    ...(args === undefined ? {} : { args: shapeOfArguments(args) }),
    ...(ref === undefined ? {} : { ref: String(ref) }),
    ...(restart === undefined ? {} : { restart }),
    ...(shutdown === undefined ? {} : { shutdown }),
    ...(rest.significant === true ? { significant: true } : {}),
  };
}

function isExit(reason: unknown): reason is ExitReason {
  try {
    const { type } = reason as ExitReason;
    return EXIT_KINDS.includes(type);
  } catch {
    return false;
  }
}

function textOf(reason: unknown): string {
  try {
    return isExit(reason) ? formatExit(reason) : summarise(reason);
  } catch {
    return "unknown";
  }
}
