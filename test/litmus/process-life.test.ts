/** A system and its process: cost at rest, what keeps it alive, what is left. Needs dist/. */

import { expect, test } from "vitest";
import { patchedBuild, runFixture } from "../support/children.ts";

interface Use {
  rss: number;
  /** On the heap and in array buffers, after a collection. */
  held: number;
  fds: number;
  tasks: number;
}

interface End {
  stuck: boolean;
}

const MB = 2 ** 20;

test("at rest no thread has a timer that goes off, and hardly any time is used", async () => {
  const build = patchedBuild([
    {
      file: "runtime/env.js",
      find: "timer(ms, step) {",
      put:
        "timer(ms, plain) {\n" +
        "const step = () => {\n" +
        "    globalThis.sabeamFired = (globalThis.sabeamFired ?? 0) + 1;\n" +
        "    plain();\n};",
    },
  ]);
  try {
    const { facts } = await runFixture<{ cpuMs: number; fired: number[] }>("process-life.mjs", {
      args: ["idle"],
      build,
    });
    process.stdout.write(`2 s at rest take ${facts.cpuMs.toFixed(1)} ms of CPU\n`);
    expect(facts.fired).toEqual([0, 0, 0]);
    expect(facts.cpuMs).toBeLessThan(400);
  } finally {
    build.remove();
  }
});

test.each([0, 2])("a process with a system of %i threads ends when it should", async (threads) => {
  const run = async (scenario: string): Promise<boolean> =>
    (await runFixture<End>("process-life.mjs", { args: [scenario, threads] })).facts.stuck;
  const [kept, unref, stopped] = await Promise.all(["keeps", "unref", "stops"].map(run));
  expect({ kept, unref, stopped }).toEqual({ kept: true, unref: false, stopped: false });
});

test("starts and stops leave neither memory nor files nor threads behind", {
  timeout: 120_000,
}, async () => {
  const { facts } = await runFixture<Record<"local" | "threads", { before: Use; after: Use }>>(
    "process-life.mjs",
    { args: ["starts"], nodeArgs: ["--expose-gc"], timeoutMs: 110_000 },
  );
  for (const { before, after } of [facts.local, facts.threads]) {
    // What leaks once per start leaks at least twenty times; on a busy machine the kernel is late
    // with giving back what the last ones had, and with memory that threads shared.
    expect(after.fds - before.fds).toBeLessThan(20);
    expect(after.tasks - before.tasks).toBeLessThan(20);
    expect(after.held - before.held).toBeLessThan(4 * MB);
    expect(after.rss - before.rss).toBeLessThan(600 * MB);
  }
});
