/** Goal: what a supervisor tells is right for the context, and holds no value of an argument. */
import { describe, expect, test } from "vitest";
import { crashed, NORMAL, SHUTDOWN } from "../../actors/exit.ts";
import {
  childReport,
  progressReport,
  type ReportContext,
  type Reporter,
  reportChild,
} from "../../actors/supervision/report.ts";
import type { AnyRef } from "../../actors/types.ts";

const told: unknown[] = [];
const self: Reporter = {
  ref: "App<1.1>" as unknown as AnyRef,
  name: "app",
  label: "all of it",
  ancestors: ["main"],
  report: (report) => void told.push(report),
};
const child = {
  id: "worker",
  definition: { name: "Worker" },
  args: ["secret", { token: "secret" }],
  restart: "transient",
  shutdown: 5000,
} as const;

const levels: [context: ReportContext, reason: unknown, restart: string, level: unknown][] = [
  ["child-terminated", crashed(new Error("x")), "temporary", "error"],
  ["child-terminated", { type: "killed" }, "temporary", "error"],
  ["child-terminated", NORMAL, "permanent", "warn"],
  ["child-terminated", NORMAL, "transient", undefined],
  ["child-terminated", SHUTDOWN, "temporary", undefined],
  ["child-terminated", { type: "shutdown", cause: "told so" }, "transient", undefined],
  ["start-error", new Error("x"), "permanent", "error"],
  ["shutdown-error", NORMAL, "permanent", "error"],
  ["shutdown", SHUTDOWN, "permanent", "debug"],
  ["shutdown", crashed(new Error("x")), "permanent", "error"],
  ["intensity-reached", crashed(new Error("x")), "permanent", "error"],
];
test.each(levels)("%s, %o, %s: %s", (context, reason, restart, level) => {
  expect(childReport(self, context, { reason, child: { ...child, restart } })?.level).toBe(level);
});

describe("fields", () => {
  test("who, which child, why; shapes of arguments only", () => {
    const event = { reason: crashed(new TypeError("bad")), child };
    const report = childReport(self, "child-terminated", event, { restarts: 2 });
    expect(report).toMatchObject({ definition: "Worker", reason: "crash (TypeError: bad)" });
    const fields = report?.fields();
    expect(fields).toEqual({
      context: "child-terminated",
      supervisor: "App<1.1>",
      name: "app",
      label: "all of it",
      ancestors: ["main"],
      reason: "crash (TypeError: bad)",
      child: {
        id: "worker",
        definition: "Worker",
        args: "(string(6), { token: string(6) })",
        restart: "transient",
        shutdown: 5000,
      },
      restarts: 2,
    });
    expect(JSON.stringify(fields)).not.toContain("secret");
  });

  test("a start that failed has the stack of what was thrown", () => {
    const report = childReport(self, "start-error", { reason: new Error("no disk"), child });
    expect(report?.reason).toBe("Error: no disk");
    expect(report?.fields()).toMatchObject({ stack: expect.stringContaining("Error: no disk\n") });
  });

  test("progress is for those who ask for it", () => {
    const report = progressReport(self, { ...child, ref: "Worker<2.1>" as unknown as AnyRef });
    expect(report).toMatchObject({ level: "debug", message: "a child started" });
    expect(report.fields()).toMatchObject({ child: { id: "worker", ref: "Worker<2.1>" } });
  });

  test("whatever was thrown", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const getter = {
      get type() {
        throw new Error("no");
      },
    };
    for (const reason of [undefined, null, Symbol("s"), () => {}, proxy, getter, 7]) {
      const report = childReport(self, "start-error", { reason, child });
      expect(report?.fields()).toMatchObject({ reason: expect.any(String), stack: undefined });
    }
  });

  test("nothing to tell: nothing is told", () => {
    reportChild(self, "child-terminated", { reason: NORMAL, child });
    expect(told).toEqual([]);
    reportChild(self, "intensity-reached", { reason: crashed(new Error("x")), child });
    expect(told).toMatchObject([{ message: "a supervisor gives up: too many restarts" }]);
  });
});
