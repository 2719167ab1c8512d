/** The storm demo: every number is looked up, each promise can be broken, and all are kept. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judgeStorm, type StormCourse } from "../../demo/failures/storm.judge.ts";
import {
  accountOf,
  FATES,
  type Fate,
  quantile,
  sumAccounts,
  Tally,
} from "../../demo/failures/storm.tally.ts";
import { runNode } from "../support/command.ts";

function fates(...names: readonly Fate[]): Uint8Array {
  return Uint8Array.from(names, (name) => FATES.indexOf(name));
}

describe("a tally", () => {
  test("keeps a byte for each number, and grows", () => {
    const tally = new Tally();
    expect(tally.bytes).toEqual(new Uint8Array());
    tally.count(2);
    tally.count(2);
    expect([...tally.bytes]).toEqual([0, 0, 2]);
    tally.count(5000);
    expect([tally.bytes.length, tally.bytes[2], tally.bytes[5000]]).toEqual([5001, 2, 1]);
    expect(() => tally.count(2 ** 25)).toThrow(RangeError);
  });

  test("notices what is told twice", () => {
    const tally = new Tally();
    tally.settle(0, "answered");
    tally.settle(1, "refused");
    tally.settle(1, "answered");
    expect(tally.bytes).toEqual(fates("answered", "twice"));
  });
});

describe("an account", () => {
  const none = { answered: 0, failed: 0, refused: 0, open: 0, twice: 0, denied: 0 };

  test.each<[string, Fate, number[], object]>([
    ["answered", "answered", [1, 0], { answered: 1 }],
    ["failed", "failed", [0, 1], { failed: 1 }],
    ["refused", "refused", [0, 0], { refused: 1 }],
    ["forgotten", "open", [0, 0], { open: 1 }],
    ["forgotten, but handled", "open", [1, 0], { open: 1, denied: 1 }],
    ["answered by nobody", "answered", [0, 0], { answered: 1, denied: 1 }],
    ["refused, and still handled", "refused", [1, 0], { refused: 1, denied: 1 }],
    ["handled on two threads", "answered", [1, 1], { answered: 1, twice: 1 }],
    ["handled twice on one", "answered", [2, 0], { answered: 1, twice: 1 }],
    ["told twice", "twice", [1, 0], { twice: 1, denied: 1 }],
  ])("of a question that was %s", (_name, fate, begun, expected) => {
    const ledgers = begun.map((times) => Uint8Array.of(times));
    expect(accountOf(1, fates(fate), ledgers)).toEqual({ ...none, asked: 1, ...expected });
  });

  test("adds up, and counts what nobody has written down", () => {
    const one = accountOf(2, fates("answered"), [Uint8Array.of(1)]);
    expect(one).toEqual({ ...none, asked: 2, answered: 1, open: 1 });
    expect(sumAccounts([one, one])).toEqual({ ...none, asked: 4, answered: 2, open: 2 });
  });
});

test("quantiles", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.99, 1].map((part) => quantile(values, part))).toEqual([1, 3, 5, 5]);
  expect(quantile([], 0.5)).toBeUndefined();
});

describe("promises", () => {
  const account = {
    ...{ asked: 10, answered: 7, failed: 1, refused: 2, open: 0, twice: 0, denied: 0 },
  };
  const figures = { thrown: 2, killed: 1, restarts: 3, down: 0 };
  const counters = { sent: 30, handled: 28, deadLettered: 2, dropped: 0, queued: 0 };
  const good: StormCourse = {
    ...{ account, figures, workers: 5, running: 5, restarts: 3, counters, letters: { crash: 2 } },
  };
  const broken: readonly [string, Partial<StormCourse>][] = [
    ["each crash was followed by one restart, and no other", { restarts: 4 }],
    ["all workers run again", { running: 4 }],
    [
      "each numbered question was answered, failed or refused",
      { account: { ...account, answered: 6, open: 1 } },
    ],
    ["none was handled twice", { account: { ...account, twice: 1 } }],
    [
      "those who asked and those who answered tell the same",
      { account: { ...account, denied: 1 } },
    ],
    [
      "what was refused is a dead letter, one for one",
      { account: { ...account, answered: 6, refused: 3 } },
    ],
    ["every message is accounted for", { counters: { ...counters, handled: 27 } }],
    ["every dead letter has a reason", { letters: { crash: 1 } }],
  ];

  test("are kept where all went well", () => {
    expect(judgeStorm(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judgeStorm(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each(broken)("%s, or it is seen", (promise, change) => {
    const failed = judgeStorm({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((one) => one.promise)).toEqual([promise]);
  });
});

test("the built demo keeps all its promises", async () => {
  const program = fileURLToPath(new URL("../../dist/bundle/demo/main.js", import.meta.url));
  const args = ["storm", "--seconds", "1", "--seed", "7", "--threads"];
  const [shown, facts] = await Promise.all([
    runNode([program, ...args, "1"]),
    runNode([program, ...args, "0", "--json"]),
  ]);
  expect(shown.stdout).not.toContain("✗");
  expect(shown).toMatchObject({ code: 0, signal: null, stderr: "" });
  expect(facts).toMatchObject({ code: 0, stderr: "" });
  const { demo, ok, seed, figures, account } = JSON.parse(facts.stdout);
  expect([demo, ok, seed]).toEqual(["storm", true, "7"]);
  expect(figures.restarts).toBeGreaterThan(0);
  expect(account.asked).toBeGreaterThan(0);
});
