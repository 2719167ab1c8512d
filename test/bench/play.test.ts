/**
 * What makes a run fail: contenders that disagree, that lose work, that die; and which processes
 * they live in. Plays small benchmarks of its own, by the harness that was built.
 */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Setting } from "../../bench/harness.ts";
import { type Bench, type Entry, ours, peer } from "../../bench/plan.ts";
import { root } from "../support/tree.ts";

type Harness = typeof import("../../bench/harness.ts");
type Pools = typeof import("../../bench/pool.ts");

const built = <Module>(name: string): Promise<Module> =>
  import(pathToFileURL(join(root, "dist/bench", `${name}.js`)).href) as Promise<Module>;

let { play, ContenderFailed } = {} as Harness;
let { Pool } = {} as Pools;
beforeAll(async () => {
  ({ play, ContenderFailed } = await built<Harness>("harness"));
  ({ Pool } = await built<Pools>("pool"));
});

let pool: InstanceType<Pools["Pool"]>;
afterEach(() => pool.close());

function setting(reuse: boolean): Setting {
  pool = new Pool(reuse);
  const missing = new Set<string>();
  return { size: "small", rounds: 2, erlang: undefined, canPin: false, missing, pool };
}

function two(...contenders: Entry[]): Bench {
  return {
    ...{ group: "main", threads: 1, rounds: 1, warmups: 0, contenders },
    rows: [{ key: "rate", name: "a row", unit: "round trips/s", note: "" }],
    checksum: () => undefined,
  };
}

const ping = (count: number) => ours("pingpong local", count, count);

describe("checksums", () => {
  test("contenders that agree give figures, and what they agreed on", async () => {
    const bench = two(ping(10), { ...ping(10), name: "other" });
    const [result] = await play(bench, setting(false));

    expect(result).toMatchObject({ count: 10, checksum: 10, group: "main" });
    expect([...(result?.figures.keys() ?? [])]).toEqual(["sabeam", "other"]);
    expect(result?.figures.get("other")?.rounds).toBe(2);
  });

  test("contenders that disagree fail the run", async () => {
    const bench = two(ping(10), { ...ping(11), name: "other" });

    await expect(play(bench, setting(false))).rejects.toMatchObject({
      contender: "other",
      message: expect.stringMatching(/^other in "a row" answered checksum 11 instead of 10: /),
    });
  });

  test("what the plan expects counts more than what all of them answer", async () => {
    const bench = { ...two(ping(10)), checksum: () => 12 };

    await expect(play(bench, setting(false))).rejects.toThrow("checksum 10 instead of 12");
  });
});

test("a contender that cannot set up fails the run by its name; the others are ended", async () => {
  const bench = two(ping(10), peer("other", "post-message nothing", 1, 1));
  const failure = await play(bench, setting(true)).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ContenderFailed);
  expect(failure).toMatchObject({
    contender: "other",
    message: expect.stringContaining("peers/post-message exports no nothing"),
  });
});

test("a contender of another checkout is played by that checkout's build", async () => {
  const elsewhere = join(root, "no-such-checkout");
  const bench = two(ping(10), { ...ping(10), name: "then", tree: elsewhere });

  await expect(play(bench, setting(false))).rejects.toMatchObject({
    contender: "then",
    message: expect.stringContaining(join(elsewhere, "dist", "bench", "host.js")),
  });
});

describe("processes", () => {
  const launch = { command: process.execPath, args: ["-e", "0"], contender: "", alone: false };

  test("small sizes get one that is free, if it was started in the same way", async () => {
    const shared = setting(true).pool;
    const bench = two(ping(10));
    await play(bench, { ...setting(true), pool: shared });
    pool = shared;

    const node = shared.take({ ...launch, args: ["--version"] });
    expect(node.serves(launch)).toBe(false);
    expect(node.serves({ ...launch, args: ["--version"] })).toBe(true);
    expect(node.serves({ ...launch, args: ["--version"], alone: true })).toBe(false);
    await node.close();
  });

  test("one that ended while nobody used it is an error of who asks next, at once", async () => {
    const subject = setting(false).pool.take(launch);
    await subject.close();

    await expect(subject.setUp("somebody", launch)).rejects.toThrow(/^somebody has ended with 0/);
  });
});
