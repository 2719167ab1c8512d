/**
 * Goal: what is wrong with a real program is what one reads first, while it is wrong. Method: one
 * program in trouble (fixtures/busy.mjs) in a process of its own, looked at from here.
 *
 * Needs dist/ (npm run build).
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TopView, TreeView } from "../../../runtime/index.ts";
import { root } from "../../support/tree.ts";
import { typed } from "../typed.ts";

const SOON = "--interval 0.1";
/** How long a turn runs is known from one look to the next: this is enough to call it a trouble. */
const LATER = "--interval 0.4";
/** A second look that would not come within the time of a test: one sees the end instead. */
const NEVER = "--interval 60";

let child: ChildProcess;
let doomed: ChildProcess;

async function start(...args: string[]): Promise<ChildProcess> {
  const program = join(root, "test/cli/fixtures/busy.mjs");
  const started = spawn(process.execPath, [program, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (started.stdout === null) throw new Error("there is no stdout");
  await once(started.stdout, "data");
  return started;
}

beforeAll(async () => {
  [child, doomed] = await Promise.all([start(), start("calm")]);
});
afterAll(() => {
  child.kill("SIGKILL");
  doomed.kill("SIGKILL");
});

const rowOf = (out: string, actor: string): string =>
  out.split("\n").find((line) => line.startsWith(actor)) ?? "";

test("top --once names who loops and who has a long queue, in this order", async () => {
  const { code, out, err } = await typed(`top ${child.pid} --once ${LATER}`);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^sabeam 0\.1\.0 · \d+ busy\.mjs · node /);
  expect(out).toMatch(/\nthread 2 +(busy|STALLED) .* Evil<\d+\.1>\.match /);
  const first = out.split("\n").findIndex((line) => line.startsWith("ACTOR")) + 1;
  const rows = out.split("\n").slice(first);
  expect(rows[0]).toMatch(/^Evil<\d+\.1> +2 .* (runs|STALLED) .* match$/);
  expect(rows[1]).toMatch(/^Slow<\d+\.1> slow\ufffd\[2J 取引 +1 +5000 /);
  expect(rowOf(out, "Flaky")).toMatch(/^Flaky<\d+\.\d+> .* 1 +\d+ /);
});

test("tree shows who spawned whom, top --json the same as data", async () => {
  const { out } = await typed(`tree ${child.pid}`);
  expect(out).toMatch(/\nShop<\d+\.1> .*\n├─ Slow<.*\n└─ Flaky<.*\n/);
  const tree = JSON.parse((await typed(`tree ${child.pid} --json`)).out) as TreeView;
  expect(tree.actors.find(({ definition }) => definition === "Flaky")).toMatchObject({
    ...{ depth: 1, restarts: 1, thread: 1 },
  });
  const top = JSON.parse(
    (await typed(`top ${child.pid} --json --filter slow ${SOON}`)).out,
  ) as TopView;
  expect(top.actors).toMatchObject([{ definition: "Slow", queued: 5000 }]);
  expect(top.threads.map(({ name }) => name)).toEqual(["main", "thread 1", "thread 2"]);
});

test("an end in order is no failure, a death is one", async () => {
  const both = Promise.all([child, doomed].map(({ pid }) => typed(`top ${pid} --once ${NEVER}`)));
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.stdin?.write("stop\n");
  doomed.kill("SIGKILL");
  expect(await both).toEqual([
    { code: 0, out: `process ${child.pid} has stopped its system\n`, err: "" },
    { code: 2, out: "", err: `process ${doomed.pid} has died: its system was not stopped\n` },
  ]);
});
