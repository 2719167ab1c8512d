/** Thread after thread dies, and the keeper itself: the system goes on, or says that it cannot. */

import { afterEach, expect, test } from "vitest";
import { type Build, type Patch, patchedBuild, runFixture } from "../support/children.ts";
import { expectGoesOn } from "../support/main-blocked.ts";

const builds: Build[] = [];

function built(patches: readonly Patch[]): Build {
  const build = patchedBuild(patches);
  builds.push(build);
  return build;
}

afterEach(() => {
  for (const build of builds.splice(0)) build.remove();
});

/** @param code how the process ends: a system that failed says so to the shell, too. */
const scenario = async <Facts>(name: string, code: number, build?: Build): Promise<Facts> => {
  const options = build === undefined ? {} : { build };
  const outcome = await runFixture<Facts>("keeper-ends.mjs", { args: [name], ...options });
  expect([outcome.code, outcome.stderr]).toEqual([code, ""]);
  return outcome.facts;
};

interface End {
  code: string;
  message: string;
}

interface Fall {
  pending: End;
  spawn: End;
  call: End;
  lines: { level: string; cause: string }[];
}

function expectFall({ pending, spawn, call, lines }: Fall, cause: RegExp): void {
  expect([pending.code, spawn.code]).toEqual(["ERR_SYSTEM_FAILED", "ERR_SYSTEM_FAILED"]);
  expect(pending.message).toMatch(cause);
  expect(call.code).toMatch(/^ERR_(ACTOR_DOWN|SYSTEM_FAILED)$/);
  expect(lines.map(({ level }) => level)).toEqual(["error"]);
  expect(lines[0]?.cause).toMatch(cause);
}

test("15 deaths in a row while others talk: all calls end, no address is used twice", async () => {
  const facts = await scenario<{
    ends: Record<string, number>;
    answered: number;
    wrong: number;
    addresses: number;
    generation: number;
    levels: number;
  }>("storm", 0);
  expect(facts.wrong).toBe(0);
  expect(facts.answered).toBeGreaterThan(100);
  expect(Object.keys(facts.ends)).toEqual(["ERR_ACTOR_DOWN"]);
  expect([facts.addresses, facts.generation, facts.levels]).toEqual([15, 16, 15]);
});

test.each(["tooMany", "tooManyOwn"])(
  "threads that keep dying end the system, loudly: %s",
  async (name) => {
    const report = /more than 5 died within 10000 ms .* exit code 1, by Floor<\d+\.\d+>/;
    expectFall(await scenario<Fall>(name, 1), report);
  },
);

test("the keeper's death ends the system, loudly", async () => {
  const open = {
    file: "actors/keeper-thread.js",
    find: "this.worker = machine.thread(",
    put: "this.worker = globalThis.sabeamKeeper = machine.thread(",
  };
  expectFall(
    await scenario<Fall>("keeperDies", 1, built([open])),
    /the keeper ended with exit code 1/,
  );
});

test("a wake-up that gets lost is made up for", async () => {
  const forgetful = {
    file: "runtime/signals.js",
    find: "        Atomics.or(this.words, word, bit);\n",
    put:
      "        globalThis.sabeamCalls = (globalThis.sabeamCalls ?? 0) + 1;\n" +
      "        if (globalThis.sabeamCalls % 3 === 0) {\n" +
      "            globalThis.sabeamLost = (globalThis.sabeamLost ?? 0) + 1;\n" +
      "            return;\n" +
      "        }\n" +
      "        Atomics.or(this.words, word, bit);\n",
  };
  const { lost } = await scenario<{ lost: number }>("lostWakeUps", 0, built([forgetful]));
  expect(lost).toBeGreaterThan(0);
});

test("while main is blocked the others go on, and deaths there are handled", () =>
  expectGoesOn(1500));
