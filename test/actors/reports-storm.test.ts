/**
 * Goal: of any number of crashes each is one decision and counted; few lines are written, which
 * tell of all of them; and the rest of the system hears nothing of it.
 */
import { describe, expect, test } from "vitest";
import { basic, fixture, sabeam } from "./support/native.ts";
import { keepingLog, type Line, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Crasher, Phoenix, Reporter, UGLY } =
  await fixture<typeof import("./fixtures/crashers.mjs")>("crashers");
const { Notepad } = basic;

const CRASHES = 10_000;
/** As report-limit.ts says. */
const [BURST, PER_SECOND, TOPICS] = [20, 10, 17];
/** Those that cost more than a report does. */
const SLOW = ["chain", "hugeMessage", "hugeStack", "hugeFields"];

interface Told {
  readonly written: number;
  readonly leftOut: number;
  /** Lines that tell of what was left out. */
  readonly summaries: Line[];
}

function told(lines: readonly Line[], message: string, what: string): Told {
  const summaries = lines.filter((line) => line.message.endsWith(` more ${what} were left out`));
  return {
    written: lines.filter((line) => line.message === message).length,
    leftOut: summaries.reduce((sum, { fields }) => sum + Number(fields.count), 0),
    summaries,
  };
}

const partsOf = ({ fields }: Line): { count: number }[] => fields.leftOut as { count: number }[];

describe.each(THREADS)("threads: %i", (threads) => {
  // Without the places of calls, which cost more than crashes do.
  const running = useSystem({ threads, development: false });

  test("ten thousand crashes of an actor that is started again each time", async () => {
    const { system, lines } = running;
    const start = performance.now();
    const phoenix = await system.spawn(Phoenix);
    const notepad = await system.spawn(Notepad, [], { thread: 0 });
    const kinds = Object.keys(UGLY).filter((kind) => !SLOW.includes(kind));
    let storms = true;
    const storm = phoenix.call.storm(CRASHES, kinds).finally(() => {
      storms = false;
    });
    // Main goes on all the while, its timers and its actors.
    let alive = 0;
    while (storms) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await notepad.call.echo(alive)).toBe(alive);
      alive += 1;
    }
    expect(await storm).toBe(CRASHES);
    expect(alive).toBeGreaterThan(0);
    // The answer may have come before the count.
    await until("all are counted", () => system.counters().crashes >= CRASHES);
    expect(await quiet(system)).toMatchObject({ crashes: CRASHES, deadLettered: 0, actors: 2 });

    const count = (): Told => told(lines, "actor crashed", "crash reports");
    await until("all are told", () => count().written + count().leftOut === CRASHES);
    const seconds = (performance.now() - start) / 1000;
    const { written, summaries } = count();
    expect(written).toBeLessThanOrEqual(BURST + Math.ceil(seconds * PER_SECOND));
    expect(summaries.length).toBeLessThanOrEqual(1 + Math.ceil(seconds));
    for (const line of summaries) {
      expect(line).toMatchObject({ level: "error", fields: { thread: threads } });
      expect(partsOf(line).length).toBeLessThanOrEqual(TOPICS);
      expect(partsOf(line).reduce((sum, part) => sum + part.count, 0)).toBe(line.fields.count);
    }
    expect(system.threads.map(({ generation }) => generation)).toEqual(Array(threads + 1).fill(1));
  });

  test("refused casts, and reports of actors, are counted apart by their topics", async () => {
    const { system, lines } = running;
    const crasher = await system.spawn(Crasher);
    for (let index = 0; index < 1000; index += 1) crasher.cast.refuse();
    const reporter = await system.spawn(Reporter);
    await reporter.call.many(1020, "warn");
    const count = (): Told => told(lines, "reported", "reports");
    await until("all are told", () => count().written + count().leftOut === 1020);
    const refused = (): Told => told(lines, "refused a cast", "warnings of actors");
    await until("so are these", () => refused().written + refused().leftOut === 1000);
    expect(refused().leftOut).toBeGreaterThan(0);
    expect(count().summaries.flatMap(partsOf)).toContainEqual(
      expect.objectContaining({ definition: "Child", reason: "odd" }),
    );
    await reporter.call.many(1000, "debug");
    expect(await reporter.call.wrong()).toBe("alive");
    await quiet(system);
    expect(count().written + count().leftOut).toBe(1020);
  });
});

test("what a storm leaves out just before the stop is told all the same", async () => {
  for (const threads of THREADS) {
    const { log, lines } = keepingLog();
    const system = await sabeam.startSystem({ threads, log });
    const phoenix = await system.spawn(Phoenix);
    await phoenix.call.storm(500, ["number"]);
    await system.stop();
    const { written, leftOut } = told(lines, "actor crashed", "crash reports");
    expect(written + leftOut).toBe(500);
    expect(leftOut).toBeGreaterThan(0);
  }
});
