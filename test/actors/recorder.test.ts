/**
 * Goal: whoever reads the report of a crash, or of a thread's death, sees what led to it: who sent
 * what to whom; and never what was in it.
 */
import { expect, test } from "vitest";
import { consoleLog } from "../../actors/log.ts";
import { fixture, sabeam } from "./support/native.ts";
import { ended, failure, keepingLog, type Line, until, useSystem } from "./support/systems.ts";

const { Source, Target } = await fixture<typeof import("./fixtures/recorded.mjs")>("recorded");

const running = useSystem({ threads: 2 });
const SECRET = "0123456789-do-not-tell";

/** A target on one thread and a source on the other. */
async function pair() {
  const { system } = running;
  const target = await system.spawn(Target, [], { thread: 1 });
  const source = await system.spawn(Source, [target], { thread: 2 });
  return { system, target, source };
}

/** As lines of the console. */
function told(fields: object): string {
  let text = "";
  const log = consoleLog("info", (line) => {
    text += line;
  });
  log.error(fields, "told");
  return text;
}

test("a crash: the messages before it, with sender, handler, shape and size", async () => {
  const { target, source } = await pair();
  const payloads: unknown[][] = [[SECRET], [7], [true], [], [{ SECRET }], [1, SECRET], [target]];
  for (const args of payloads) await source.call.cast("note", ...args);
  await source.call.cast("note", SECRET.repeat(5000));
  const crash = source.call.cast("fail");
  await ended(target);
  await crash;
  const line = (): object | undefined =>
    running.lines.find(({ fields }) => fields.actor === String(target))?.fields;
  await until("it is told", () => line() !== undefined);
  const { recent } = line() as { recent: string[] };
  const from = `from ${source}`;
  const cast = (what: string, bytes: number): string =>
    `cast ${target}.note(${what}) ${from}, ${bytes} bytes`;
  const events = recent.map((text) => text.replace(/^ *-?\d+ ms {2}/, ""));
  const shapes = events.map((text) => /\.note\((.*)\)/.exec(text)?.[1]);
  expect(events[0]).toBe(`${target} was spawned from outside`);
  expect(shapes.slice(1, 9)).toEqual([
    "string",
    "number",
    "boolean",
    "",
    "packed",
    "several",
    "ref",
    "packed",
  ]);
  expect(events[2]).toBe(cast("number", 24));
  expect(events[8]).toMatch(/, 110\d\d\d bytes$/);
  expect(events.at(-1)).toBe(`cast ${target}.fail() ${from}, 24 bytes`);
  expect(events).toHaveLength(10);
  expect(told(line() as object)).not.toContain("do-not-tell");
  expect(told(line() as object)).toContain(
    `\n    recent:\n      ${recent[0]}\n      ${recent[1]}\n`,
  );
});

test("a thread's death in a handler: what had reached it last, and no payload", async () => {
  const { system, target, source } = await pair();
  await source.call.cast("note", { SECRET });
  const { generation } = system.threads[1] ?? { generation: 0 };
  await source.call.cast("die", SECRET);
  const death = () =>
    running.lines.find(({ message, fields }) => message.includes("died") && fields.thread === 1);
  await until("it is told", () => death() !== undefined);
  const { fields } = death() as Line;
  expect(fields).toMatchObject({ thread: 1, generation });
  const recent = fields.recent as string[];
  expect(recent.at(-2)).toMatch(
    new RegExp(`^ *-?\\d+ ms  cast Target<.*>\\.note\\(packed\\) from ${source}, \\d+ bytes$`),
  );
  expect(recent.at(-1)).toMatch(
    new RegExp(`^ *-?\\d+ ms  cast ${target}\\.die\\(string\\) from ${source}, 48 bytes$`),
  );
  expect(recent.length).toBeLessThanOrEqual(32);
  expect(told(fields)).not.toContain("do-not-tell");
  expect(JSON.stringify(running.lines)).not.toContain("do-not-tell");
  // The replacement has a ring of its own.
  const next = () => system.threads[1];
  await until(
    "it is replaced",
    () => next()?.running === true && next()?.generation !== generation,
  );
  const last = system.recorded(1, generation).at(-1);
  expect(last).toMatchObject({ type: "cast", what: "die", shape: "string", bytes: 48 });
  expect(JSON.stringify(system.recorded(1, generation))).not.toContain("do-not-tell");
});

test("messages within a thread are sampled: one in a millisecond at most", async () => {
  const { system } = running;
  const target = await system.spawn(Target, [], { thread: 2 });
  const source = await system.spawn(Source, [target], { thread: 2 });
  const before = system.recorded(2).length;
  await source.call.flood(20_000);
  const casts = system
    .recorded(2)
    .filter((one) => one.type === "cast" && one.sender === String(source));
  expect(new Set(casts.map(({ at }) => at)).size).toBe(casts.length);
  for (const cast of casts) {
    expect(cast).toMatchObject({ target: String(target), what: "note", bytes: 0 });
  }
  expect(before).toBeGreaterThan(0);
});

test("births, crashes, ends and signals are all there, whatever else goes on", async () => {
  const { system } = running;
  const target = await system.spawn(Target, [], { thread: 2 });
  const source = await system.spawn(Source, [target], { thread: 2 });
  const refs = await source.call.spawn(12);
  const [crashing, stopping, exiting] = [refs.slice(0, 4), refs.slice(4, 8), refs.slice(8)];
  await source.call.flood(300);
  for (const ref of crashing) ref.cast.fail();
  for (const ref of stopping) ref.cast.end();
  for (const ref of exiting) await source.call.exit(ref);
  await Promise.all(refs.map((ref) => system.whenDown(ref)));
  const events = system.recorded(2);
  const of = (type: string, what: string): string[] =>
    events.filter((one) => one.type === type && one.what === what).map(({ target }) => `${target}`);
  const names = (some: readonly object[]): string[] => some.map(String);
  expect(of("born", "").slice(-12)).toEqual(names(refs));
  expect(of("crashed", "fail")).toEqual(names(crashing));
  expect(of("ended", "crash")).toEqual(names(crashing));
  expect(of("ended", "normal")).toEqual(names(stopping));
  expect(of("signal", "exit (shutdown)")).toEqual(names(exiting));
  expect(of("ended", "shutdown")).toEqual(names(exiting));
});

test("what is no thread of the system is refused", async () => {
  const { system } = running;
  for (const thread of [-1, 0.5, 64, Number.NaN, "1" as never]) {
    expect(await failure(Promise.resolve().then(() => system.recorded(thread)))).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
  }
  expect(system.recorded(1, 1000)).toEqual([]);
});

test("with threads: 0 main has a recorder, too", async () => {
  const { log } = keepingLog();
  const system = await sabeam.startSystem({ threads: 0, ownThreads: 0, log });
  const target = await system.spawn(Target);
  expect(system.recorded(0)).toMatchObject([{ type: "born", target: String(target) }]);
  await system.stop();
});
