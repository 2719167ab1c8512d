import { EventEmitter } from "node:events";
import promises from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { hrtimeMs } from "../../runtime/env.ts";
import { type CallSite, foldersOf, framesOf, isOwn } from "../../runtime/sim/uses.ts";
import { virtually } from "../support/manual-clock.ts";

/** The line of this file that calls it. */
function lineHere(): number {
  const [, , frame] = (new Error().stack ?? "").split("\n");
  return Number(/:(\d+):\d+\)?$/.exec(frame ?? "")?.[1]);
}

const calls: [what: string, call: () => unknown][] = [
  ["Date", () => new Date()],
  ["Date", () => Date()],
  ["Date.now", () => Date.now()],
  ["Math.random", () => Math.random()],
  ["performance.now", () => performance.now()],
  ["performance.timeOrigin", () => performance.timeOrigin],
  ["process.hrtime", () => process.hrtime()],
  ["process.hrtime.bigint", () => process.hrtime.bigint()],
  ["crypto.randomUUID", () => crypto.randomUUID()],
  ["crypto.getRandomValues", () => crypto.getRandomValues(new Uint8Array(1))],
  ["setTimeout", () => clearTimeout(setTimeout(() => {}, 1))],
  ["setInterval", () => clearInterval(setInterval(() => {}, 1))],
  ["setImmediate", () => clearImmediate(setImmediate(() => {}))],
  ["timers/promises.setTimeout", () => void promises.setTimeout(1)],
  ["timers/promises.scheduler.wait", () => void promises.scheduler.wait(1)],
  ["AbortSignal.timeout", () => AbortSignal.timeout(1)],
];

describe("a report of the first use", () => {
  for (const [what, call] of calls) {
    test(`${what} in ${call}`, () =>
      virtually((clock) => {
        call();
        expect(clock.uses.map((use) => use.what)).toEqual([what]);
        call();
        clock.current = "somebody else";
        call();
        expect(clock.uses.map((use) => use.what)).toEqual([what, what]);
      }));
  }

  const quiet: [what: string, call: () => unknown][] = [
    ["dates that are given", () => [new Date(5), Date.parse("2020"), Date.UTC(1970)]],
    ["clearing", () => [clearTimeout(5), clearImmediate(undefined)]],
    ["ticks and microtasks", () => [process.nextTick(() => {}), queueMicrotask(() => {})]],
    ["sabeam's own calls", () => hrtimeMs()],
  ];
  for (const [what, call] of quiet) {
    test(`none for ${what}`, () =>
      virtually((clock) => {
        call();
        expect(clock.uses).toEqual([]);
      }));
  }

  test("none while nobody's code runs", () =>
    virtually((clock) => {
      clock.current = undefined;
      for (const [, call] of calls) call();
      expect(clock.uses).toEqual([]);
    }));

  test("it names the place", () =>
    virtually(async (clock) => {
      const here = lineHere();
      function named(): number {
        return Date.now();
      }
      named();
      await null;
      Math.random();
      class Order {
        readonly at = performance.now();
      }
      new Order();
      const places = clock.uses.map(({ where }) => [where.line - here, where.function]);
      expect(places.slice(0, 2)).toEqual([
        [2, "named"],
        [6, undefined],
      ]);
      expect(places[2]).toEqual([8, expect.stringContaining("Order")]);
      for (const { where } of clock.uses) {
        expect(where.file).toMatch(/test\/runtime\/uses\.test\.ts$/);
        expect(where.column).toBeGreaterThan(0);
      }
    }));

  test("Node between the user and the global is passed over", () =>
    virtually((clock) => {
      const emitter = new EventEmitter().on("now", Date.now);
      const here = lineHere();
      emitter.emit("now");
      expect(clock.uses).toMatchObject([{ what: "Date.now", where: { line: here + 1 } }]);
      clock.current = "another";
      [1].map(Math.random);
      expect(clock.uses).toMatchObject([{}, { what: "Math.random", where: { line: here + 4 } }]);
    }));

  test("sabeam's own call does not hide the user's next one", () =>
    virtually((clock) => {
      hrtimeMs();
      process.hrtime();
      expect(clock.uses.map(({ what }) => what)).toEqual(["process.hrtime"]);
    }));

  test("a stack is looked at no more than once, or a few times for sabeam's own calls", () =>
    virtually((clock) => {
      const { captureStackTrace } = Error;
      let captured = 0;
      Error.captureStackTrace = (target, below) => {
        captured += 1;
        captureStackTrace(target, below);
      };
      try {
        for (let round = 0; round < 100; round += 1) Date.now();
        expect(captured).toBe(1);
        for (let round = 0; round < 100; round += 1) hrtimeMs();
        expect(captured).toBe(1 + 8);
        for (const owner of ["a", "b", "a", "b"]) {
          clock.current = owner;
          Date.now();
        }
        expect(captured).toBe(1 + 8 + 2);
      } finally {
        Error.captureStackTrace = captureStackTrace;
      }
    }));

  test("the limit of stacks is put back, and a short one does not matter", () =>
    virtually((clock) => {
      const before = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
      try {
        Date.now();
        expect(Error.stackTraceLimit).toBe(0);
      } finally {
        Error.stackTraceLimit = before;
      }
      expect(clock.uses).toHaveLength(1);
    }));
});

describe("frames", () => {
  const at = (file: string, name?: string): CallSite => ({
    file,
    line: 12,
    column: 3,
    function: name,
  });
  const rows: [line: string, site: CallSite | undefined][] = [
    ["    at add (file:///app/counter.js:12:3)", at("file:///app/counter.js", "add")],
    ["    at Object.add [as sum] (/app/c.js:12:3)", at("/app/c.js", "Object.add [as sum]")],
    ["    at new Order (/app/c.js:12:3)", at("/app/c.js", "new Order")],
    ["    at async add (/app/c.js:12:3)", at("/app/c.js", "add")],
    ["    at async file:///app/c.js:12:3", at("file:///app/c.js")],
    ["    at /app/c.js:12:3", at("/app/c.js")],
    ["    at add (/app (copy)/c.js:12:3)", at("/app (copy)/c.js", "add")],
    ["    at /app (copy)/c.js:12:3", at("/app (copy)/c.js")],
    ["    at add (C:\\app\\c.js:12:3)", at("C:\\app\\c.js", "add")],
    ["    at node:events:12:3", at("node:events")],
    ["    at Array.map (<anonymous>)", undefined],
    ["    at async Promise.all (index 0)", undefined],
    ["Error: at add (/app/c.js:12:3)", undefined],
  ];
  for (const [line, site] of rows) {
    test(line.trim(), () => {
      expect(framesOf(`Error\n${line}`)).toEqual(site === undefined ? [] : [site]);
    });
  }

  const files: [file: string, own: boolean][] = [
    [new URL("../../runtime/env.ts", import.meta.url).href, true],
    [new URL("../../actors/cell.ts", import.meta.url).pathname, true],
    [new URL("../../test/runtime/uses.test.ts", import.meta.url).href, false],
    ["file:///app/node_modules/comlink/dist/esm/comlink.mjs", true],
    ["/app/node_modules/.pnpm/msgpackr@2.1.3/node_modules/msgpackr/unpack.js", true],
    ["/app/node_modules/ulid/index.js", false],
    ["/app/runtime/sim/globals.ts", false],
  ];
  for (const [file, own] of files) {
    test(`${own ? "own" : "not own"}: ${file.replace(/^.*\/(?=\w+\/\w+\.)/, "…/")}`, () => {
      expect(isOwn(file)).toBe(own);
    });
  }

  const folders: [url: string, root: string | undefined][] = [
    ["file:///app/node_modules/sabeam/dist/bundle/actors/sim/index.js", "dist/bundle/"],
    ["file:///app/node_modules/sabeam/dist/bundle/runtime/thread.js", "dist/bundle/"],
    ["file:///app/node_modules/sabeam/dist/runtime/sim/uses.js", "dist/"],
    ["file:///app/node_modules/sabeam/runtime/sim/uses.ts", ""],
    ["file:///app/dist/server.js", undefined],
    ["file:///app/runtime/server.js", undefined],
  ];
  for (const [url, root] of folders) {
    test(`folders of ${url}`, () => {
      const base = `/app/node_modules/sabeam/${root}`;
      const names = ["runtime/", "actors/", "protocols/"].map((name) => `${base}${name}`);
      expect(foldersOf(url)).toEqual(root === undefined ? [] : names);
    });
  }
});
