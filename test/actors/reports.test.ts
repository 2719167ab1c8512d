/**
 * Goal: whoever reads the report of a crash knows what happened, in which state, because of which
 * message and from whom; and no report tells what it must not, hurts anybody, or has no end.
 */
import { describe, expect, test } from "vitest";
import type { AnyRef, Log } from "../../dist/actors/index.js";
import { fixture, sabeam } from "./support/native.ts";
import {
  ended,
  errorOf,
  failure,
  keepingLog,
  type Line,
  quiet,
  type Running,
  THREADS,
  until,
  useSystem,
} from "./support/systems.ts";

const actors = await fixture<typeof import("./fixtures/crashers.mjs")>("crashers");
const { Crasher, Crowd, Sender, Trapped, UGLY } = actors;

const { Peer } = await fixture<typeof import("./fixtures/bonded.mjs")>("bonded");

const reportsOf = (lines: readonly Line[], ref: AnyRef): Line[] =>
  lines.filter(({ fields }) => fields.actor === String(ref));

/** The one report of an actor. */
async function reportOf({ lines }: Running, ref: AnyRef): Promise<Line> {
  await until(`${ref} is reported`, () => reportsOf(lines, ref).length > 0);
  await ended(ref);
  const [report, ...others] = reportsOf(lines, ref) as [Line, ...Line[]];
  expect(others).toEqual([]);
  return report;
}

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("a crash: who, where, why, what it handled, for whom, in which state", async () => {
    const { system } = running;
    const sender = await system.spawn(Sender);
    const options = { name: `crasher ${threads}`, label: "for people" };
    const crasher = await system.spawn(Crasher, [{ by: "someone" }], options);
    await system.suspend(crasher);
    const call = sender.call.call(crasher, "sync", { by: 5, token: "secret" }, ["secret"]);
    await until("it waits", async () => (await system.statistics(crasher)).queued === 1);
    for (let left = 0; left < 3; left += 1) crasher.cast.unknown();
    await until("all wait", async () => (await system.statistics(crasher)).queued === 4);
    await system.resume(crasher);
    await call;
    const { level, message, fields } = await reportOf(running, crasher);
    expect({ level, message }).toEqual({ level: "error", message: "actor crashed" });
    expect(fields).toMatchObject({
      ...options,
      actor: String(crasher),
      thread: threads,
      handler: "sync",
      reason: "RangeError: sync",
      causes: ["TypeError: the root"],
      sender: String(sender),
      lastMessage: "call sync({ by: number, token: string(6) }, [string(6)])",
      state: '{ count: 16, by: "someone" }',
      waiting: 3,
      stack: expect.stringMatching(/^RangeError: sync\n.*crashers\.mjs/s),
    });
    expect(JSON.stringify(fields)).not.toContain("secret");
    structuredClone(fields);
    await quiet(system);
  });

  const spawnCrasher = () => running.system.spawn(Crasher);
  type Ref = Awaited<ReturnType<typeof spawnCrasher>>;
  const turns: [send: (ref: Ref) => unknown, expected: object][] = [
    [({ cast }) => cast.sync(), { handler: "sync", lastMessage: "cast sync()" }],
    [({ cast }) => cast.later(1), { handler: "later", lastMessage: "cast later(number)" }],
    [({ call }) => failure(call.later()), { lastMessage: "call later()" }],
    [({ cast }) => cast.promised("a", 1), { lastMessage: "cast promised(string(1), number)" }],
    [({ cast }) => cast.piped(), { handler: "pipe to sync", reason: "Error: piped" }],
    [({ cast }) => cast.timed(), { lastMessage: "cast sync(string(1), { b: number })" }],
    [({ cast }) => cast.next(), { handler: "continue", lastMessage: "continue(string(1))" }],
    [
      ({ cast }) => {
        cast.become();
        cast.sync([]);
      },
      { handler: "unknown", lastMessage: "cast sync([])" },
    ],
  ];
  test.each(turns)("the message, in every kind of turn: %#", async (send, expected) => {
    const crasher = await spawnCrasher();
    void send(crasher);
    const { fields } = await reportOf(running, crasher);
    expect(fields).toMatchObject(expected);
    expect(fields.state).toBe("{ count: 16 }");
  });

  // On main the process decides what becomes of an error that nobody caught.
  test.skipIf(threads === 0)("code that a turn has left behind", async () => {
    const crasher = await spawnCrasher();
    crasher.cast.left("a");
    const { fields } = await reportOf(running, crasher);
    expect(fields).toMatchObject({ handler: "uncaught", lastMessage: "cast left(string(1))" });
  });

  test("ancestors, links, who watches it and how many it watches", async () => {
    const { system } = running;
    const top = await system.spawn(Peer, [{}], { name: `top ${threads}` });
    const parent = await top.call.spawn({});
    const child = await parent.call.spawn({}, { link: true });
    const watcher = await system.spawn(Peer);
    await watcher.call.watch(child);
    await child.call.watch(top);
    const down = system.whenDown(child);
    child.cast.crash("x");
    const { fields } = await reportOf(running, child);
    expect(await down).toEqual({ type: "crash", cause: "Error: x" });
    expect(fields).toMatchObject({
      ancestors: [String(parent), `top ${threads}`],
      links: [String(parent)],
      watchers: [String(watcher), "outside"],
      monitors: 1,
    });
    const alone = await system.spawn(Peer);
    alone.cast.crash("x");
    const { ancestors, links, watchers, monitors } = (await reportOf(running, alone)).fields;
    expect([ancestors, links, watchers, monitors]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("what `redact` says is not told", async () => {
    const rows = [
      [actors.Open, '{ user: "ann", password: "secret" }'],
      [actors.Closed, "(redacted)"],
      [actors.Redacted, '{ user: "ann" }'],
      [actors.Clumsy, "(redacted: redact threw)"],
      [actors.Async, "(redacted: redact returned a promise, and must return what may be shown)"],
    ] as const;
    for (const [definition, state] of rows) {
      const ref = await running.system.spawn(definition);
      ref.cast.crash("secret");
      const { fields } = await reportOf(running, ref);
      expect(fields.state).toBe(state);
      const whole = JSON.stringify(fields);
      if (definition !== actors.Open) expect(whole).not.toContain("secret");
    }
  });
});

// No more than 20 crashes in one system: of others that come at once only the number is told.
describe.each(THREADS)("whatever is thrown, threads: %i", (threads) => {
  const running = useSystem({ threads });

  test.each(Object.keys(UGLY))("%s", async (kind) => {
    const { system } = running;
    const crasher = await system.spawn(Crasher);
    await failure(crasher.call.ugly(kind));
    const { fields } = await reportOf(running, crasher);
    expect(fields).toMatchObject({ handler: "ugly", reason: expect.any(String) });
    expect(JSON.stringify(fields).length).toBeLessThan(30_000);
    structuredClone(fields);
    expect(system.threads.map(({ generation }) => generation)).toEqual(Array(threads + 1).fill(1));
  });
});

describe.each(THREADS)("without end, and without need, threads: %i", (threads) => {
  const running = useSystem({ threads });
  const spawnCrasher = () => running.system.spawn(Crasher);

  test("causes: circles end, long chains are cut", async () => {
    const causes = async (kind: string): Promise<unknown> => {
      const crasher = await running.system.spawn(Crasher);
      crasher.cast.ugly(kind);
      return (await reportOf(running, crasher)).fields.causes;
    };
    expect(await causes("circle")).toEqual(["TypeError: two", "(circular)"]);
    const chain = (await causes("chain")) as string[];
    expect(chain.length).toBe(9);
    expect(chain.at(-1)).toBe("(and more)");
  });

  test("a state that must not be looked at", async () => {
    const trapped = await running.system.spawn(Trapped);
    trapped.cast.crash();
    const { state } = (await reportOf(running, trapped)).fields;
    expect(state).toMatch(/^\{ secret: getter, traps: Proxy, gone: Proxy, call: function, /);
    expect(state).toContain("… 9984 more");
    expect(String(state).length).toBeLessThan(2010);
  });

  test("no report for an end that is in order", async () => {
    const { system, lines } = running;
    const [stopped, refuser] = [await spawnCrasher(), await spawnCrasher()];
    await errorOf(refuser.call.refuse());
    await stopped.call.stop();
    await ended(stopped);
    const doomed = await spawnCrasher();
    doomed.cast.sync();
    await reportOf(running, doomed);
    for (const ref of [stopped, refuser]) expect(reportsOf(lines, ref)).toEqual([]);
    await quiet(system);
  });

  test("no report for an actor that a signal has ended", async () => {
    const { system, lines } = running;
    const [first, second] = [await system.spawn(Peer), await system.spawn(Peer)];
    await first.call.link(second);
    first.cast.crash("of its own");
    await ended(second);
    await reportOf(running, first);
    expect(reportsOf(lines, second)).toEqual([]);
  });

  test("an actor that asks for its end with an error is reported as such", async () => {
    const { system, lines } = running;
    const rows = [
      [new TypeError("enough"), "TypeError: enough"],
      [{ type: "timeout", cause: "too late" }, "timeout (too late)"],
      ["kill", "killed"],
    ] as const;
    for (const [wish, reason] of rows) {
      const peer = await system.spawn(Peer);
      peer.cast.stop(wish);
      const { fields } = await reportOf(running, peer);
      expect(fields).toMatchObject({ handler: "stop", reason });
      expect(fields.lastMessage).toMatch(/^cast stop\(/);
    }
    for (const wish of ["normal", "shutdown", { type: "shutdown", cause: "done" }] as const) {
      const peer = await system.spawn(Peer);
      await peer.call.stop(wish);
      await ended(peer);
      expect(reportsOf(lines, peer)).toEqual([]);
    }
  });

  test("many turns of one actor fail: it crashes once, the others are told as such", async () => {
    const { log, lines } = keepingLog();
    const system = await sabeam.startSystem({ threads, log });
    const crowd = await system.spawn(Crowd);
    for (let index = 0; index < 5; index += 1) crowd.cast.wait();
    await crowd.call.open();
    await ended(crowd);
    await until("all are told", () => reportsOf(lines, crowd).length === 5);
    const [first, ...others] = reportsOf(lines, crowd).map(({ message }) => message);
    expect(first).toBe("actor crashed");
    expect(others).toEqual(Array(4).fill("code of an actor failed while the actor ended"));
    await system.stop();
    expect(system.counters().crashes).toBe(1);
  });
});

describe.each(THREADS)("the log port fails, threads: %i", (threads) => {
  const failing: [how: string, line: () => never | Promise<never>][] = [
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ];
  test.each(failing)("%s", async (_how, line) => {
    const log = { debug: line, info: line, warn: line, error: line } as Log;
    const system = await sabeam.startSystem({ threads, log });
    const [crasher, other] = [await system.spawn(Crasher), await system.spawn(Crasher)];
    crasher.cast.sync();
    await ended(crasher);
    expect(await failure(other.call.ugly("number"))).toBe(-0);
    await system.stop();
  });
});

test("a log that ends the actor that it is told of: it ends once", async () => {
  const ends: (() => void)[] = [];
  const error = (): void => void ends.pop()?.();
  const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error };
  const system = await sabeam.startSystem({ threads: 0, log });
  for (const handler of ["stopLater", "later", "sync"] as const) {
    const crasher = await system.spawn(Crasher);
    ends.push(() => system.exit(crasher, "kill"));
    crasher.cast[handler]();
    await ended(crasher);
    expect(ends).toEqual([]);
  }
  expect(await quiet(system)).toMatchObject({ actors: 0, crashes: 3 });
  await system.stop();
});
