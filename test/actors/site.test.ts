/**
 * Goal: in development an error from another turn shows both where it was thrown and where the call
 * was made, on one thread and across threads, without a frame of the runtime's; in production it is
 * left as it is.
 */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { addSite, captureSite } from "../../actors/site.ts";
import { basic, fixture } from "./support/native.ts";
import { errorOf, THREADS, useSystem } from "./support/systems.ts";

const { Gate } = basic;
const { Thrower } = await fixture<typeof import("./fixtures/failing.mjs")>("failing");
const { callsFromHere, Relay, spawnsFromHere } =
  await fixture<typeof import("./fixtures/sites.mjs")>("sites");

/** Function or line of each frame and divider, without places. */
function outline(error: Error): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^ {4}(at|---) /.test(line));
  return lines
    .map((line) =>
      line.trim().replace(/^at (async )?(?:(\S+) \()?.*?([\w.-]+):\d+:\d+\)?$/, "$2 $3"),
    )
    .filter((line) => /\.mjs$|^---/.test(line));
}

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads, development: true });

  test.each(["sync", "asynchronous"])(
    "a %s handler's error, and where it was called",
    async (handler) => {
      const { system, lines } = running;
      const thrower = await system.spawn(Thrower);
      const error = await errorOf(callsFromHere(thrower, handler, "RangeError"));
      expect(outline(error)).toEqual([
        "Object.RangeError failing.mjs",
        `${handler} failing.mjs`,
        `--- ${handler} of ${thrower} was called from outside ---`,
        "callsFromHere sites.mjs",
      ]);
      expect(error.stack).not.toMatch(/dist\/(actors|runtime)|node:internal/);
      expect(inspect(error)).toContain("at callsFromHere (");
      const crash = lines.find(({ fields }) => fields.actor === String(thrower));
      expect(crash?.fields.stack).toMatch(/^RangeError: a range\n.*failing\.mjs/);
      expect(crash?.fields.stack).not.toMatch(/dist\/actors/);
    },
  );

  test("through another actor: a part for each call", async () => {
    const { system } = running;
    const thrower = await system.spawn(Thrower);
    const relay = await system.spawn(Relay);
    const error = await errorOf(callsFromHere(relay, "relayed", thrower, "sync", "Error"));
    expect(outline(error)).toEqual([
      "Object.Error failing.mjs",
      "sync failing.mjs",
      `--- sync of ${thrower} was called by ${relay} ---`,
      "relayed sites.mjs",
      `--- relayed of ${relay} was called from outside ---`,
      "callsFromHere sites.mjs",
    ]);
  });

  test("its causes show the user's frames only", async () => {
    const thrower = await running.system.spawn(Thrower);
    const { cause } = await errorOf(callsFromHere(thrower, "sync", "cause"));
    expect((cause as Error).stack).toMatch(/^RangeError: inner\n.*failing\.mjs/);
    expect((cause as Error).stack).not.toMatch(/dist\/actors/);
  });

  test("a time-out, and a target that is gone", async () => {
    const { system } = running;
    const [gate, relay] = [await system.spawn(Gate), await system.spawn(Relay)];
    const late = await errorOf(
      callsFromHere(relay.with({ timeout: 20 }) as never, "returned", gate, "pass"),
    );
    expect(late).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    expect(outline(late).at(-1)).toBe("callsFromHere sites.mjs");
    const thrower = await system.spawn(Thrower);
    await errorOf(callsFromHere(thrower, "sync", "Error"));
    const gone = await errorOf(callsFromHere(thrower, "alive"));
    expect(gone).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    expect(outline(gone).filter((line) => line === "callsFromHere sites.mjs")).toHaveLength(1);
  });

  test.each(["sync", "async"])("init that throws, %s, and where it was spawned", async (how) => {
    const error = await errorOf(spawnsFromHere(running.system, how, threads));
    expect(error).toBeInstanceOf(RangeError);
    expect(outline(error)).toEqual([
      "init sites.mjs",
      "--- Unborn was spawned ---",
      "spawnsFromHere sites.mjs",
    ]);
  });

  test("a stack that goes round is bounded", async () => {
    const relay = await running.system.spawn(Relay);
    const error = await errorOf(callsFromHere(relay, "round", 150));
    expect(error).toMatchObject({ message: "the end" });
    expect(error.stack?.length).toBeGreaterThan(16_384);
    expect(error.stack?.length).toBeLessThan(18_000);
  });
});

describe("production", () => {
  const running = useSystem({ threads: 0, development: false });

  test("an error is left as it was thrown", async () => {
    const thrower = await running.system.spawn(Thrower);
    const error = await errorOf(callsFromHere(thrower, "sync", "RangeError"));
    expect(outline(error).slice(0, 2)).toEqual([
      "Object.RangeError failing.mjs",
      "sync failing.mjs",
    ]);
    expect(error.stack).not.toContain("---");
    expect(error.stack).not.toContain("callsFromHere");
  });
});

describe("addSite", () => {
  const site = captureSite(captureSite);

  test("leaves alone what has no stack, or must not be changed", () => {
    const frozen = Object.freeze(new Error("frozen"));
    const before = frozen.stack;
    const bare = Object.assign(new Error("bare"), { stack: undefined });
    for (const one of ["text", 7, null, undefined, {}, bare, frozen]) addSite(one, site, "called");
    expect(frozen.stack).toBe(before);
    expect(bare.stack).toBe(undefined);
  });

  test("what cannot be looked at does not throw", () => {
    const hostile = new Error("hostile");
    const fail = (): never => {
      throw new Error("do not look");
    };
    Object.defineProperty(hostile, "stack", { get: fail });
    addSite(hostile, site, "called");
    const causing = Object.defineProperty(new Error("causing"), "cause", { get: fail });
    addSite(causing, site, "called");
    expect(causing.stack).toContain("--- called ---");
  });

  test("a site without frames adds nothing", () => {
    const error = new Error("as it was");
    const { stack } = error;
    for (const empty of [{}, { stack: [] }, { stack: "Error" }]) addSite(error, empty, "called");
    expect(error.stack?.split("\n").length).toBe(stack?.split("\n").length);
  });
});
