/**
 * Goal: SABEAM_LOG decides what is told. At `debug` the life of threads and actors can be followed;
 * at any other level nothing of that is made.
 */
import { afterEach, describe, expect, test } from "vitest";
import { consoleLog, LOG_LEVELS, type LogThreshold, verbosity } from "../../actors/log.ts";
import { basic, sabeam } from "./support/native.ts";
import { ended, errorOf, keepingLog, THREADS } from "./support/systems.ts";

const { Notepad } = basic;

describe("SABEAM_LOG", () => {
  const rows: [text: string | undefined, threshold: LogThreshold][] = [
    [undefined, "info"],
    ["", "info"],
    ["silent", "silent"],
    ["error", "error"],
    ["warn", "warn"],
    ["info", "info"],
    ["debug", "debug"],
    ["DEBUG", "debug"],
  ];
  test.each(rows)("%s: %s", (text, threshold) => {
    expect(verbosity(text)).toEqual({ threshold, problem: undefined });
  });

  test.each(["verbose", "0", " debug", "constructor"])("%s: info, and a complaint", (text) => {
    const problem =
      `SABEAM_LOG is ${JSON.stringify(text)}, and may be silent, error, warn, info, debug; ` +
      "info is used";
    expect(verbosity(text)).toEqual({ threshold: "info", problem });
  });

  test.each([
    ["debug", 4],
    ["info", 3],
    ["warn", 2],
    ["error", 1],
    ["silent", 0],
  ] as const)("at %s the default log writes %i of four levels", (threshold, count) => {
    const lines: string[] = [];
    const log = consoleLog(threshold, (line) => lines.push(line));
    for (const level of LOG_LEVELS) log[level]({ a: 1, none: undefined }, "said");
    const last = LOG_LEVELS.slice(LOG_LEVELS.length - count);
    expect(lines).toEqual(last.map((level) => `sabeam ${level}: said a=1\n`));
  });
});

test("a report is for people: who and why in its line, the rest below", () => {
  const written: string[] = [];
  const log = consoleLog("info", (text) => written.push(text));
  const report = {
    ...{ actor: "Till<1.1>", name: undefined, handler: "pay", reason: "Error: no PIN" },
    ...{ causes: ["Error: one", "Error: two"], lastMessage: "call pay(number)" },
    ...{ state: "{ cash: 480 }", waiting: 0 },
    stack: "Error: no PIN\n    at pay (till.js:1:1)",
  };
  log.error(report, "actor crashed");
  log.info({ state: "open", leftOut: [{ count: 2 }] }, "said");
  expect(written.join("")).toBe(`\
sabeam error: actor crashed actor=Till<1.1> handler=pay reason="Error: no PIN" waiting=0
    at pay (till.js:1:1)
    causes: Error: one, Error: two
    lastMessage: call pay(number)
    state: { cash: 480 }
sabeam info: said state=open leftOut=[ { count: 2 } ]
`);
});

describe.each(THREADS)("threads: %i", (threads) => {
  const { SABEAM_LOG: before } = process.env;
  afterEach(() => {
    if (before === undefined) delete process.env.SABEAM_LOG;
    else process.env.SABEAM_LOG = before;
  });

  /** Starts a system, lets an actor live and die in two ways, and stops. */
  async function lives(level: string): Promise<{ level: string; text: string }[]> {
    process.env.SABEAM_LOG = level;
    const { log, lines } = keepingLog();
    const system = await sabeam.startSystem({ threads, log });
    const first = await system.spawn(Notepad, [], { name: "the first", label: "for people" });
    await first.call.stop();
    await ended(first);
    const second = await system.spawn(Notepad);
    await errorOf(second.call.crash("on purpose"));
    await ended(second);
    await system.spawn(Notepad);
    await system.stop();
    const text = (fields: object, message: string): string =>
      [message, ...Object.values(fields)].join(" ");
    return lines.map(({ level, fields, message }) => ({ level, text: text(fields, message) }));
  }

  test("debug: threads, definitions, births and deaths, with reasons and in order", async () => {
    const lines = (await lives("debug")).filter(({ level }) => level === "debug");
    const told = lines.map(({ text }) => text);
    const at = (text: string | RegExp): number =>
      told.findIndex((line) => line.match(text) !== null);
    const order = [
      at(`a thread begins ${threads} 1`),
      at(`an actor is born Notepad<.*> the first for people ${threads}`),
      at(`an actor has ended Notepad<.*> the first for people ${threads} normal`),
      at(`an actor has ended Notepad<.*>   ${threads} crash \\(Error: on purpose\\)`),
      at(`a thread ends its actors ${threads} 1`),
      at(`an actor has ended Notepad<.*>   ${threads} shutdown`),
      at(`a thread has ended its actors ${threads} 0`),
    ];
    expect({ order, told }).toEqual({ order: order.toSorted((a, b) => a - b), told });
    expect(order).not.toContain(-1);
    // Of main, and so in no order with what another thread tells.
    expect(at(/^a definition is published Notepad \d+ file:.*basic\.mjs/)).not.toBe(-1);
    expect(told.at(-1)).toMatch(/^the system has stopped stop\(\) \d+ /);
    expect(told.filter((line) => line.startsWith("an actor is born")).length).toBe(3);
    // Main has the module; a worker thread imports it for the first spawn.
    const loads = told.filter((line) => /^a module is loaded file:.*basic\.mjs 1$/.test(line));
    expect(loads.length).toBe(threads);
  });

  test("info: none of it", async () => {
    const lines = await lives("info");
    expect(lines.map(({ level }) => level)).toEqual(["error"]);
  });

  test("a level that is not known is told in one line", async () => {
    const lines = await lives("loud");
    expect(lines.map(({ level }) => level)).toEqual(["warn", "error"]);
    expect(lines[0]?.text).toContain('SABEAM_LOG is "loud", and may be silent, error');
  });
});
