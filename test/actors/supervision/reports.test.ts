/**
 * Goal: from the log alone one can tell what a supervisor did about its children, and why; what a
 * child was given to start with is not told.
 */
import { afterEach, describe, expect, test } from "vitest";
import { supervised, useFamily } from "../support/families.ts";
import { sabeam } from "../support/native.ts";
import { ended, errorOf, keepingLog, type Line, THREADS, until } from "../support/systems.ts";

const of = (lines: readonly Line[], context: string): Line[] =>
  lines.filter(({ fields }) => fields.context === context);

describe.each(THREADS)("threads: %i", (threads) => {
  const family = useFamily({ threads });
  const told = (context: string): Line[] => of(family.lines, context);

  test("a child that crashes: its own report, then its supervisor's", async () => {
    const app = await family.start({ children: family.children("a", "b") });
    const before = await family.info(app, "b");
    (await sabeam.childRef(app, family.Child, "b")).cast.crash();
    await family.until(app, "b", 1);
    await until("it is told", () => told("child-terminated").length === 1);
    const crashed = family.lines.findIndex(({ message }) => message === "actor crashed");
    expect(family.lines[crashed]?.fields).toMatchObject({
      actor: String(before?.ref),
      ancestors: [String(app)],
      links: [String(app)],
      lastMessage: "cast crash()",
    });
    const [line] = told("child-terminated") as [Line];
    expect(line).toMatchObject({
      level: "error",
      message: "a child ended",
      fields: {
        supervisor: String(app),
        reason: "crash (RangeError: b crashes)",
        child: { id: "b", definition: "Child", args: "(ref, string(1))", ref: String(before?.ref) },
      },
    });
    expect(family.lines.indexOf(line)).toBeGreaterThan(crashed);
    await family.stop(app);
  });

  test("ends in order are no news, unless the child was to live for ever", async () => {
    const count = told("child-terminated").length;
    const restarts = ["temporary", "transient", "permanent"] as const;
    const children = restarts.map((restart) => family.child(restart, { restart }));
    const app = await family.start({ children });
    for (const id of restarts) {
      const child = await sabeam.childRef(app, family.Child, id);
      child.cast.end("normal");
    }
    await family.until(app, "permanent", 1);
    await until("it is told", () => told("child-terminated").length > count);
    const lines = told("child-terminated").slice(count);
    expect(lines.map(({ level, fields }) => [level, fields.reason])).toEqual([["warn", "normal"]]);
    await family.stop(app);
    expect(told("child-terminated").length).toBe(count + 1);
    expect(told("shutdown-error")).toEqual([]);
  });

  test("too many restarts, and a restart that fails", async () => {
    const app = await family.start({
      intensity: 2,
      period: 60_000,
      children: family.children("c"),
    });
    family.plan("c", "fail", "fail", "fail");
    (await sabeam.childRef(app, family.Child, "c")).cast.crash();
    await ended(app);
    await until("it is told", () => told("intensity-reached").length === 1);
    expect(told("intensity-reached")[0]).toMatchObject({
      level: "error",
      fields: { supervisor: String(app), child: { id: "c" } },
    });
    const failed = told("start-error").filter(({ fields }) => fields.supervisor === String(app));
    expect(failed.length).toBe(2);
    expect(failed[0]?.fields).toMatchObject({
      reason: "TypeError: no luck with c",
      stack: expect.stringContaining("supervised.mjs"),
    });
    // It gives up in order: what it could not do is told, and that is no crash of its own.
    const own = family.lines.filter(({ fields }) => fields.actor === String(app));
    expect(own).toEqual([]);
  });

  test("a first start that fails", async () => {
    const count = told("start-error").length;
    family.plan("d", "fail");
    await errorOf(family.start({ children: family.children("d") }));
    await until("it is told", () => told("start-error").length > count);
    expect(told("start-error").at(-1)?.fields).toMatchObject({ child: { id: "d" } });
  });
});

describe("SABEAM_LOG=debug", () => {
  const { SABEAM_LOG: before } = process.env;
  afterEach(() => {
    if (before === undefined) delete process.env.SABEAM_LOG;
    else process.env.SABEAM_LOG = before;
  });

  test.each(["debug", "info"])("progress is told for those who ask: %s", async (level) => {
    process.env.SABEAM_LOG = level;
    const { log, lines } = keepingLog();
    const system = await sabeam.startSystem({ threads: 1, log });
    const control = await system.spawn(supervised.Control);
    const app = await system.spawn(supervised.Branch, [control, "x", "y"]);
    await system.stop();
    const progress = lines.filter(({ message }) => message === "a child started");
    const told = ["x", "y"].map((id) => ({
      level: "debug",
      fields: { supervisor: String(app), child: { id, definition: "Child" } },
    }));
    expect(progress).toMatchObject(level === "debug" ? told : []);
  });
});
