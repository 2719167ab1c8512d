/**
 * Goal: with option `trace` the sender's context reaches the turn that a message causes, over its
 * awaits, whatever the way; and a port that does wrong loses contexts, never messages.
 */
import { describe, expect, test } from "vitest";
import { afterContext, contextBytes, readContext, writeContext } from "../../actors/context.ts";
import { Trace, type TracePort } from "../../actors/trace.ts";
import type { SystemOptions } from "../../dist/actors/index.js";
import type { Env } from "../../runtime/env.ts";
import { BadRecord } from "../../runtime/errors.ts";
import { viewOf } from "../../runtime/record.ts";
import { fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, keepingLog, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Probe, Slow, ran, storage } =
  await fixture<typeof import("./fixtures/traces.mjs")>("traces");

const module = (file: string): URL => new URL(`./fixtures/${file}`, import.meta.url);
const options: SystemOptions = { trace: module("traces.mjs") };

/** Runs in a context, and must find it unchanged after that. */
function within<Result>(context: string, run: () => Promise<Result>): Promise<Result> {
  return storage.run(context, async () => {
    const result = await run();
    expect(storage.getStore()).toBe(context);
    return result;
  });
}

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ ...options, threads });
  const born = async () => {
    const probe = await running.system.spawn(Probe);
    await probe.call.notes();
    return probe;
  };

  test("calls: sync, async, adopted, urgent; and none where there is none", async () => {
    const probe = await born();
    await within("a", async () => {
      expect(await probe.call.sync()).toBe("a");
      expect(await probe.call.sync("two", "arguments")).toBe("a");
      expect(await probe.with({ priority: true }).call.sync()).toBe("a");
      expect(await probe.call.soon()).toEqual(["a", "a"]);
      expect(await probe.call.adopted()).toEqual(["a", "a"]);
    });
    expect(await probe.call.sync()).toBe("none");
    expect(await probe.call.soon()).toEqual(["none", "none"]);
  });

  test("casts", async () => {
    const probe = await born();
    storage.run("b", () => {
      probe.cast.sync("one");
      probe.cast.sync("1", "2", "3");
      probe.with({ priority: true }).cast.sync("urgent");
      probe.cast.soon();
      probe.cast.adopted();
    });
    probe.cast.sync();
    const notes = await probe.call.notes();
    expect(notes.toSorted()).toEqual([
      "adopted b then b",
      "soon b then b",
      "sync 1 2 3 b",
      "sync none",
      "sync one b",
      "sync urgent b",
    ]);
  });

  test("two at a time do not mix", async () => {
    const [first, second] = [await born(), await born()];
    const names = ["1", "2", "3", "4"];
    const both = names.map((name) =>
      within(name, () => Promise.all([first.call.soon(), second.call.pass(first)])),
    );
    const expected = names.map((name) => [
      [name, name],
      [name, name],
    ]);
    expect(await Promise.all(both)).toEqual(expected);
  });

  // Its own thread and the other one; with `threads: 0` there is no other.
  test.each([...new Set([0, threads])])("from actor to actor, to thread %i", async (thread) => {
    const { system } = running;
    const probe = await born();
    const next = await system.spawn(Probe, [], { thread });
    expect(await within("c", () => probe.call.pass(next))).toEqual(["c", "c"]);
    expect(await next.call.notes()).toEqual(["init none", "sync told c", "sync asked c"]);
    expect(await within("d", () => probe.call.bear(thread))).toEqual(["init d"]);
  });

  test("init runs in the context of who spawns", async () => {
    const { system } = running;
    const probes = await within("e", () =>
      Promise.all([
        system.spawn(Probe),
        system.spawn(Slow),
        system.spawn(Probe, [], { name: "e" }),
      ]),
    );
    const notes = await Promise.all(probes.map((probe) => probe.call.notes()));
    expect(notes).toEqual([["init e"], ["init e then e"], ["init e"]]);
  });

  test("what a turn sets off: timer, continuation, pipe", async () => {
    const probe = await born();
    await within("f", () => probe.call.setOff());
    const notes: string[] = [];
    await until("all came", async () => notes.push(...(await probe.call.notes())) === 3);
    expect(notes.toSorted()).toEqual(["continued f", "sync pipe f", "sync tick f"]);
  });

  test("a message that was set aside, and one that nobody knows", async () => {
    const probe = await born();
    storage.run("g", () => probe.cast.stashable());
    const call = within("h", () => probe.call.stashable());
    await within("opener", () => probe.call.open());
    await call;
    expect(await probe.call.notes()).toEqual(["stashable g", "stashable h"]);
    await probe.call.close();
    expect(await within("i", () => probe.call.sync())).toBe("sync i");
  });

  test("an answer brings none back", async () => {
    const probe = await born();
    const answer = within("asks", () => probe.call.later());
    expect(await within("answers", () => probe.call.answer("value"))).toBe("answers");
    expect(await answer).toBe("value");
  });

  test("messages that wait for room keep theirs", async () => {
    const mailbox = { max: 2, policy: "back-pressure" } as const;
    const probe = await running.system.spawn(Probe, [], { mailbox });
    await probe.call.notes();
    const busy = probe.call.sleep(20);
    probe.cast.sync();
    await until("it is congested", () => !probe.cast.sync());
    const held = within("j", () => probe.call.sync("asked"));
    storage.run("k", () => probe.cast.sync("told"));
    // The last context that was asked for is another one.
    const other = await born();
    storage.run("of another", () => other.cast.sync());
    expect(await held).toBe("j");
    await busy;
    await probe.ready();
    await until("it is told", async () => (await probe.call.notes()).includes("sync told k"));
  });

  test("the port is told what runs", async () => {
    const probe = await born();
    await probe.call.ran();
    const here = await running.system.spawn(Probe, [], { thread: 0 });
    ran.length = 0;
    await within("l", () => here.call.setOff());
    storage.run("m", () => here.cast.soon());
    await until("all ran", () => ran.length === 5);
    expect(ran.toSorted()).toEqual([
      "l Probe call setOff",
      "l Probe callback continue",
      "l Probe cast sync",
      "l Probe timer sync",
      "m Probe cast soon",
    ]);
    expect(await within("n", () => probe.call.ran())).toContain("n Probe call ran");
  });

  test("the largest message there is", async () => {
    const probe = await born();
    const context = "o".repeat(64);
    const whole = new Uint8Array(16 * 2 ** 20);
    // The codec's own bytes are not counted by hand here.
    for (let less = 0; less < 64; less += 1) {
      const bytes = whole.subarray(less);
      const seen = await within(context, () => probe.call.size(bytes)).catch((error: unknown) => {
        if ((error as { code?: string }).code !== "ERR_MESSAGE_TOO_LARGE") throw error;
      });
      if (seen === undefined) continue;
      expect(seen).toBe(`${bytes.length} ${context}`);
      return;
    }
    expect.unreachable("none is small enough");
  });

  test("what is not handled is accounted for as ever", async () => {
    const { system } = running;
    const letters: unknown[] = [];
    const end = system.deadLetters(({ handler, type, reason }) =>
      letters.push([handler, type, reason]),
    );
    const dead = await born();
    dead.cast.stop();
    await ended(dead);
    storage.run("p", () => dead.cast.sync());
    await errorOf(within("p", () => dead.call.soon()));
    const mailbox = { max: 2, policy: "drop-oldest" } as const;
    const small = await system.spawn(Probe, [], { mailbox, thread: 0 });
    const before = await quiet(system);
    storage.run("q", () => {
      for (let round = 0; round < 5; round += 1) small.cast.sync(String(round));
    });
    const after = await quiet(system);
    expect(after.dropped - before.dropped).toBe(3);
    expect(await small.call.notes()).toEqual(["init none", "sync 3 q", "sync 4 q"]);
    expect(letters).toEqual([
      ["sync", "cast", "noproc"],
      ["soon", "call", "noproc"],
    ]);
    end();
  });
});

describe.each(THREADS)("a port that does wrong, threads: %i", (threads) => {
  const running = useSystem({ ...options, threads });

  /** What an actor sees of a cast, a call and an async call, all in a context. */
  async function turns(context: string): Promise<string[]> {
    const probe = await running.system.spawn(Probe);
    await probe.call.notes();
    const seen: string[] = [];
    await within(context, async () => {
      probe.cast.sync("cast");
      await probe.call.sync("call");
      await probe.call.soon();
      seen.push(...(await probe.call.notes()));
      expect(await errorOf(probe.call.failSoon())).toMatchObject({ message: "on purpose" });
    });
    const other = await running.system.spawn(Probe);
    expect(await errorOf(within(context, () => other.call.fail()))).toMatchObject({
      message: "on purpose",
    });
    return seen.map((note) => note.replace(/^\w+ /, ""));
  }

  test.each([
    ...["inject throws", "inject gives a number", "inject gives nothing"],
    ...["inject gives too much", "inject gives more than that"],
  ])("%s: messages come without a context", async (context) => {
    expect(await turns(context)).toEqual(["cast none", "call none", "none then none"]);
  });

  test.each([
    ["inject gives 64", "y".repeat(64)],
    ["inject gives Latin-1", "é ÿ"],
  ])("%s: that is fine", async (context, seen) => {
    expect(await turns(context)).toEqual([`cast ${seen}`, `call ${seen}`, `${seen} then ${seen}`]);
  });

  test.each([
    ...["run throws before", "run throws after", "run swallows", "run does not"],
    ...["run calls twice", "run is async", "run is late"],
  ])("%s: a turn runs once, and its outcome counts", async (context) => {
    const isRun = !["run throws before", "run does not", "run is late"].includes(context);
    const seen = isRun ? context : "none";
    expect(await turns(context)).toEqual([`cast ${seen}`, `call ${seen}`, `${seen} then ${seen}`]);
  });
});

describe("what the log says of the port", () => {
  const CONTEXT = "a text of 1 to 64 Latin-1 characters, or undefined";
  let now = 0;
  const env = { now: () => now } as Env;
  const port = (
    inject: unknown,
    run: unknown = (_context: unknown, turn: () => unknown) => turn(),
  ) => ({ inject: () => inject, run }) as TracePort;
  const facts = { definition: "D", handler: "h", type: "cast" } as const;

  test.each([
    [7, `it gave a value of type number, and may give ${CONTEXT}`],
    [null, `it gave a value of type object, and may give ${CONTEXT}`],
    [
      "x".repeat(65),
      `it gave 65 characters, ${JSON.stringify("x".repeat(64))}, and may give ${CONTEXT}`,
    ],
    ["€", `it gave 1 characters, "€", and may give ${CONTEXT}`],
  ])("inject gives %j", (given, what) => {
    const { log, lines } = keepingLog();
    expect(new Trace(port(given), env, log).inject()).toBe(undefined);
    expect(lines.map(({ fields }) => fields)).toEqual([{ method: "inject", what, faults: 1 }]);
  });

  test.each([
    [() => undefined, "it did not call the turn, which ran without it"],
    [
      () => {
        throw new Error("broken");
      },
      "it threw Error: broken",
    ],
  ])("run fails, %#", (run, what) => {
    const { log, lines } = keepingLog();
    expect(new Trace(port("a", run), env, log).run("a", () => 5, facts)).toBe(5);
    expect(lines[0]?.fields).toMatchObject({ method: "run", what });
  });

  test("a line in ten seconds, with the number of faults since the last", () => {
    const { log, lines } = keepingLog();
    const trace = new Trace(port(1), env, log);
    for (let round = 0; round < 5; round += 1) trace.inject();
    now += 9_999;
    trace.inject();
    now += 1;
    trace.inject();
    expect(lines.map(({ fields }) => fields.faults)).toEqual([1, 6]);
  });
});

describe("contexts in a record", () => {
  const view = viewOf(new ArrayBuffer(128));
  const write = (context: string) => writeContext(view, 3, context) - 3;

  test("take whole words, and are read as they were written", () => {
    for (let length = 1; length <= 64; length += 1) {
      const context = "é".repeat(length);
      expect(write(context) * 4).toBe(contextBytes(context));
      expect(readContext(view, 3, 3 + write(context))).toBe(context);
      expect(afterContext(3, context)).toBe(3 + write(context));
    }
    expect([contextBytes(undefined), afterContext(3, undefined)]).toEqual([0, 3]);
  });

  test.each([0, -1, 65, 2 ** 31 - 1, 9])(
    "of length %i, where there is room for 8, are refused",
    (length) => {
      view.words[3] = length;
      expect(() => readContext(view, 3, 6)).toThrow(BadRecord);
      expect(() => readContext(view, 6, 6)).toThrow(BadRecord);
    },
  );
});

test("without the option no context travels", async () => {
  const system = await sabeam.startSystem({ threads: 0, log: keepingLog().log });
  const probe = await system.spawn(Probe);
  ran.length = 0;
  expect(await within("r", () => probe.call.sync())).toBe("none");
  expect(ran).toEqual([]);
  await system.stop();
});

describe("a module that will not do", () => {
  test.each([
    ["missing.mjs", /Cannot find module/],
    ["talkers.mjs", /it exports no trace/],
    ["untraced.mjs", /its trace lacks inject or run/],
  ])("%s", async (file, problem) => {
    const error = await errorOf(sabeam.startSystem({ threads: 0, trace: module(file) }));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "trace" });
    expect(error.message).toMatch(problem);
    expect(error.message).toContain(module(file).href);
  });

  test("one that fails on threads only", async () => {
    const { log } = keepingLog();
    const error = await errorOf(
      sabeam.startSystem({ threads: 1, trace: module("half-traced.mjs"), log }),
    );
    expect(error).toMatchObject({ code: "ERR_SYSTEM_FAILED" });
    expect(String(error.cause)).toMatch(/trace must be a URL.*RangeError: not on this thread/);
  });

  test("not a URL", async () => {
    const trace = "./traces.mjs" as unknown as URL;
    const error = await errorOf(sabeam.startSystem({ threads: 0, trace }));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "trace" });
  });
});
