/**
 * Goal: a signal ends a program in order, in time and with code 0, under load too; no message is
 * lost on the way; a second signal ends it at once.
 *
 * Method: fixtures/flood.mjs in a process of its own; producers number what they cast, buckets look
 * for gaps, both say how many it were when they end.
 */
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { StopReport, SystemOptions } from "../../dist/actors/index.js";
import { type Ended, runNode } from "../support/command.ts";
import { sabeam } from "./support/native.ts";
import { errorOf, type Line } from "./support/systems.ts";

const FLOOD = fileURLToPath(new URL("fixtures/flood.mjs", import.meta.url));

interface Flood extends SystemOptions {
  calm?: boolean;
  polite?: boolean;
  holds?: boolean;
  hangs?: boolean;
}

interface Facts {
  report: StopReport;
  lines: Line[];
  letters: Record<string, number>;
  /** From the end of the stop to that of the process. */
  afterMs: number;
}

/** Runs the flood; `act` is called with each of its lines. */
function flood(options: Flood, act: (line: string, child: ChildProcess) => void): Promise<Ended> {
  return runNode([FLOOD, JSON.stringify(options)], {
    env: { NODE_ENV: "production" },
    onOutput: (child) => {
      act("running", child);
      child.stdout?.on("data", (data: Buffer) => act(data.toString().trim(), child));
    },
  });
}

/** The same, ended by one signal once it is at work. */
async function ended(options: Flood, signal: NodeJS.Signals): Promise<Facts> {
  const { code, stdout, stderr } = await flood(options, (line, child) => {
    if (line === "running") child.kill(signal);
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Facts;
}

function sum(lines: readonly Line[], field: string): number {
  return lines.reduce((total, { fields }) => total + Number(fields[field] ?? 0), 0);
}

/** Every message is accounted for: what producers say they sent, and what buckets say they took. */
function expectAllAccountedFor({ report, lines }: Facts, halts: number): void {
  const { sent, handled, deadLettered, dropped, queued, actors } = report.counters;
  expect({ queued, actors, sum: handled + deadLettered + dropped }).toEqual({
    queued: 0,
    actors: 0,
    sum: sent,
  });
  const producers = lines.filter(({ fields }) => fields.producer === true);
  const buckets = lines.filter(({ fields }) => fields.bucket === true);
  expect([producers.length, buckets.length, sum(buckets, "disorder")]).toEqual([4, 3, 0]);
  const casts = sum(producers, "casts");
  const rounds = sum(producers, "rounds");
  // A producer's next round may have been sent and not begun.
  const begun = sent - casts - halts;
  expect(begun).toBeGreaterThanOrEqual(rounds);
  expect(begun).toBeLessThanOrEqual(rounds + producers.length);
  // What no bucket took, and rounds that did not begin, are the dead letters; nothing else is.
  expect(deadLettered).toBe(casts - sum(buckets, "taken") + (begun - rounds));
}

describe.skipIf(process.platform === "win32")("signals", () => {
  test("under load, hooks stop the producers: everything is handled, code 0", async () => {
    const facts = await ended({ calm: true, polite: true, holds: true }, "SIGTERM");
    expectAllAccountedFor(facts, 4);
    const { report, lines, letters, afterMs } = facts;
    expect(sum(lines, "gaps")).toBe(0);
    expect(report.cause).toBe("SIGTERM");
    expect({ letters, dead: report.counters.deadLettered }).toEqual({ letters: {}, dead: 0 });
    expect(report.phases.flatMap(({ stillRunning }) => stillRunning)).toEqual([]);
    const told = lines.map(({ message }) => message);
    expect(told).toContain("SIGTERM: the system stops");
    expect(told.at(-2)).toBe("the system has stopped");
    // A timer of the program's own holds the process: it is named, and does so for a second.
    expect(lines.at(-1)).toMatchObject({ level: "warn", fields: { signal: "SIGTERM" } });
    expect(lines.at(-1)?.message).toContain("although something holds it");
    expect(lines.at(-1)?.fields.keptBy).toContain("Timeout");
    expect(afterMs).toBeGreaterThan(900);
  });

  test("flat out to the end: what is not handled has a reason, code 0", async () => {
    const facts = await ended({ drainTimeout: 200, mailbox: { max: 30_000 } }, "SIGINT");
    const { report, letters } = facts;
    expectAllAccountedFor(facts, 0);
    expect(report.counters.deadLettered).toBeGreaterThan(0);
    const reasons = ["shutdown", "noproc", "mailbox-full", "lane-full"];
    expect(reasons).toEqual(expect.arrayContaining(Object.keys(letters)));
    const drain = report.phases.find(({ name }) => name === "drain");
    expect(drain?.stillRunning.join()).toMatch(/Bucket<.*> *: \d+ messages wait/);
    for (const { ms, deadlineMs } of report.phases) expect(ms).toBeLessThan(deadlineMs + 2000);
  });

  test("a second signal ends it at once", async () => {
    const { code, stdout } = await flood({ hangs: true, stopTimeout: 60_000 }, (line, child) => {
      if (line === "running") child.kill("SIGTERM");
      // Not so soon that it could be the first one, sent twice by a terminal and a package manager.
      if (line.startsWith("stopping")) setTimeout(() => child.kill("SIGINT"), 300);
    });
    expect(code).toBe(130);
    const { lines } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Facts;
    expect(lines.at(-1)?.message).toBe("SIGINT, the second signal: the process ends at once");
  });
});

test("a signal while the root starts ends the process, in order and with code 0", async () => {
  const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { startSystem } from ${url("../../dist/bundle/actors/index.js")};
    import { Lone } from ${url("fixtures/roots.mjs")};
    console.log("starts");
    setTimeout(() => process.kill(process.pid, "SIGTERM"), 100);
    process.on("exit", (code) => console.log("exit", code));
    await startSystem({ threads: 0, root: { definition: Lone, args: ["waits"] } });`;
  const { code, stdout, stderr } = await runNode(["--input-type=module", "--eval", program]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "starts\nexit 0\n" });
  expect(stderr).toMatch(
    /^sabeam info: SIGTERM: the system stops\nsabeam info: the system has stop/,
  );
});

describe("listeners", () => {
  const listeners = (): number[] =>
    ["SIGTERM", "SIGINT", "SIGHUP"].map((name) => process.listenerCount(name));

  test("are there from the start to the end of a system, and only if it wants them", async () => {
    const before = listeners();
    const more = (...counts: number[]): number[] => before.map((at, n) => at + (counts[n] ?? 0));
    const silent = await sabeam.startSystem({ threads: 0 });
    expect(listeners()).toEqual(before);
    const usual = await sabeam.startSystem({ threads: 0, signals: true });
    expect(listeners()).toEqual(more(1, 1, 0));
    const picky = await sabeam.startSystem({ threads: 0, signals: ["SIGHUP", "SIGHUP"] });
    expect(listeners()).toEqual(more(1, 1, 1));
    await Promise.all([silent.stop(), usual.stop(), picky.stop()]);
    expect(listeners()).toEqual(before);
  });

  test.each([["SIGTERM"], [["SIGKILL"]], [1], [{}]])("signals: %j is refused", async (signals) => {
    const error = await errorOf(sabeam.startSystem({ threads: 0, signals: signals as never }));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "signals" });
    expect(error.message).toContain("true, false or a list with SIGTERM, SIGINT, SIGHUP");
  });
});
