/**
 * Goal: a step runs the real definition as a system would, and says what it did as data. Method:
 * an actor that does all that actors can; at the end, random messages to it in steps and in a
 * system, whose answers, errors, states and messages to others must be the same.
 */

import { describe, expect, test } from "vitest";
import type { CallEffect, SpawnEffect } from "../../../dist/actors/testkit/index.js";
import { fixture, sabeam, testkit } from "../support/native.ts";
import { errorOf } from "../support/systems.ts";

const { Bank, Teller, Slow } = await fixture<typeof import("../fixtures/tellers.mjs")>("tellers");
const { stepper, stub, formatEffect, testKit } = testkit;

type Step = ReturnType<typeof begin>["step"];

function begin(options = {}) {
  const bank = stub(Bank, "bank");
  const step = stepper(Teller, [bank], options);
  step.effects();
  return { bank, step };
}

/** What a step did since the last look, a line each. */
const did = (step: { effects(): unknown[] }): string[] =>
  (step.effects() as Parameters<typeof formatEffect>[0][]).map(formatEffect);

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  throw new Error("it did not throw");
};

const seen = (step: Step): string[] => (step.state as { seen: string[] }).seen;

describe("a message", () => {
  test("is answered at once, or its handler's throw comes", () => {
    const { step } = begin();
    expect([step.call.deposit(5), step.call.deposit(2), step.cast.deposit(3)]).toEqual([
      5,
      7,
      undefined,
    ]);
    expect(step.state).toMatchObject({ balance: 10 });
    expect(codeOf(() => step.call.deposit(-1))).toBe("ERR_REFUSED");
    expect(step.cast.deposit(-2)).toBe(undefined);
    expect(did(step)).toEqual(["refused deposit: Refusal: no debts"]);
    expect(() => step.call.deposit(Number.NaN)).toThrow(RangeError);
    expect(step.ended).toEqual({ type: "crash", cause: "RangeError: no amount" });
    expect(did(step)).toEqual([
      'cast Bank<bank>.report("ends: crash")',
      "end: crash (RangeError: no amount)",
    ]);
    expect(codeOf(() => step.call.balance())).toBe("ERR_CANNOT_STEP");
  });

  test("a cast that crashes the actor throws, too", () => {
    const { step } = begin();
    expect(() => step.cast.deposit(Number.NaN)).toThrow(RangeError);
    expect(step.ended?.type).toBe("crash");
  });

  test("must pass its schema", () => {
    const { step } = begin();
    expect(step.call.round(3)).toBe(3);
    expect(codeOf(() => step.call.round(3.5))).toBe("ERR_INVALID_MESSAGE");
    step.cast.round(3.5);
    expect(step.effects()).toEqual([
      { type: "dead-letter", reason: "invalid", handler: "round", args: [3.5] },
    ]);
    expect(step.ended).toBe(undefined);
  });

  test("and its answer are copies, frozen where they were sent, and must be able to travel", () => {
    const { step } = begin();
    const answer = step.call.copy();
    expect(answer).toEqual([]);
    expect(answer).not.toBe(seen(step));
    expect(() => step.call.workFailed(new Error("x"))).toThrow(/read only|not extensible/);
    const other = begin().step;
    expect(codeOf(() => other.call.settle(() => {}))).toBe("ERR_NOT_SENDABLE");
    expect(codeOf(() => other.call.sendFunction())).toBe("ERR_NOT_SENDABLE");
    expect(other.ended?.type).toBe("crash");
    expect(begin().step.call.shared()).toEqual({ a: 1 });
  });

  test("has a sender", () => {
    const { step, bank } = begin();
    expect(step.call.caller()).toBe(undefined);
    expect(step.from(bank).call.caller()).toBe(bank);
  });
});

describe("calls of the actor", () => {
  test("wait until the test answers them; meanwhile nothing else is run", async () => {
    const { step, bank } = begin();
    step.call.deposit(50);
    const transfer = step.call.transfer(20);
    const [call] = step.effects();
    expect(call).toEqual({ type: "call", id: 1, to: bank, handler: "take", args: [20] });
    expect(step.calls).toEqual([call]);
    expect(codeOf(() => step.call.balance())).toBe("ERR_CANNOT_STEP");
    step.answer(call as CallEffect, true);
    expect(await transfer).toBe(30);
    const refused = step.call.transfer(200);
    step.answer("take", false);
    expect((await errorOf(refused)).code).toBe("ERR_REFUSED");
    const failed = errorOf(step.call.transfer(1));
    step.fail("take", new sabeam.CallTimeout("Bank", "take", 5000));
    expect((await failed).code).toBe("ERR_CALL_TIMEOUT");
    expect(step.ended?.type).toBe("crash");
    expect(codeOf(() => step.answer("take", true))).toBe("ERR_CANNOT_STEP");
  });

  test("concurrent handlers do not wait for each other", async () => {
    const { step } = begin();
    const answers = [step.call.ask(1), step.call.ask(2)];
    const [one, two] = step.calls;
    step.answer(two as CallEffect, false);
    step.answer(one as CallEffect, true);
    expect(await Promise.all(answers)).toEqual([true, false]);
  });

  test("an actor that ends meanwhile answers nothing", async () => {
    const { step } = begin();
    const late = errorOf(step.call.failLate());
    step.exit(undefined, "shutdown");
    expect(await late).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "maybe" });
    expect(step.ended).toEqual({ type: "shutdown" });
    expect(step.calls).toEqual([]);
  });

  test("what a turn does after the actor's end is discarded", async () => {
    const { step } = begin();
    const late = errorOf(step.call.dawdle());
    step.exit(undefined, "kill");
    expect(await late).toMatchObject({ code: "ERR_ACTOR_DOWN", reason: { type: "killed" } });
    await new Promise(setImmediate);
    expect(did(step)).toEqual(["end: killed", "log info: cancelled: true"]);
  });

  test("whoever has called may give up", async () => {
    const { step } = begin();
    const late = errorOf(step.call.dawdle());
    step.cancel();
    expect((await late).message).toBe("too late");
    expect(step.ended?.type).toBe("crash");
  });

  test("a late throw crashes it", async () => {
    const { step } = begin();
    const late = errorOf(step.call.failLate());
    step.answer("take", true);
    expect((await late).message).toBe("late");
    expect(step.ended?.cause).toBe("TypeError: late");
  });
});

describe("answers that come later", () => {
  test("by self.defer()", async () => {
    const { step } = begin();
    const [one, two] = [step.call.later(), step.call.later()];
    expect([one.open, one.outcome]).toEqual([true, { type: "open" }]);
    expect(codeOf(() => one.value)).toBe("ERR_CANNOT_STEP");
    expect(step.call.settle("tea")).toEqual([true, true]);
    expect([one.value, await two.promise]).toEqual(["tea", "tea"]);
    expect(did(step)).toEqual(['answer later: "tea"', 'answer later: "tea"']);
    const three = step.call.later();
    step.cast.breakOff("over");
    expect(three.outcome).toMatchObject({ type: "failed", error: { code: "ERR_REFUSED" } });
    expect(did(step)).toEqual(["fail later: Refusal: over"]);
    step.cast.later();
    expect(step.call.settle(1)).toEqual([false]);
  });

  test("by the stash, under another behaviour", () => {
    const { step } = begin();
    step.cast.lock();
    expect(step.call.balance()).toBe("locked");
    const open = step.open.deposit(5);
    expect(codeOf(() => step.call.deposit(6))).toBe("ERR_CANNOT_STEP");
    expect(codeOf(() => step.call.deposit(7))).toBe("ERR_STASH_FULL");
    expect(step.ended?.type).toBe("crash");
    expect(open.outcome).toMatchObject({ type: "failed", error: { code: "ERR_ACTOR_DOWN" } });

    const other = begin().step;
    other.cast.lock();
    const [one, two] = [other.open.deposit(1), other.open.deposit(2)];
    expect(other.call.unlock()).toBe(2);
    expect([other.waiting, one.open]).toEqual([["deposit(1)", "deposit(2)"], true]);
    expect(codeOf(() => other.cast.audit())).toBe("ERR_CANNOT_STEP");
    other.next();
    other.next();
    expect([one.value, two.value, other.waiting]).toEqual([1, 3, []]);
    expect(codeOf(() => other.next())).toBe("ERR_CANNOT_STEP");
    expect(did(other)).toEqual([
      "become locked",
      "stash deposit",
      "stash deposit",
      "become (its handlers)",
      "unstash 2",
    ]);
    expect(codeOf(() => other.call.stashTwice())).toBe("ERR_ACTOR_DOWN");
    expect(other.ended?.cause).toContain("NothingToStash");
  });
});

describe("what the actor owes itself", () => {
  test("messages to itself, a continuation, results of promises", async () => {
    const { step } = begin();
    step.cast.twice(4);
    expect(did(step)).toEqual([
      "cast Teller<self>.deposit(4)",
      "cast Teller<self>.deposit(4) with priority",
    ]);
    await step.rest();
    expect(step.call.balance()).toBe(8);
    step.cast.then2("soon");
    expect(step.waiting).toEqual(['continue("soon")']);
    expect(codeOf(() => step.cast.audit())).toBe("ERR_CANNOT_STEP");
    step.next();
    expect(seen(step)).toEqual(["continued soon"]);
    step.cast.work(2);
    step.cast.workInVain(true);
    await new Promise(setImmediate);
    expect(step.waiting).toHaveLength(2);
    await step.rest();
    expect([step.call.balance(), seen(step)[1]]).toEqual([10, "in vain"]);
    step.cast.workInVain();
    await new Promise(setImmediate);
    expect(step.ended?.cause).toBe("Error: in vain");
  });

  test("timers fire when the test says so, and move the clock", () => {
    const { step } = begin({ now: 1000 });
    expect(step.timers).toMatchObject([{ key: "audit", due: 601_000, every: true }]);
    step.cast.remind(50);
    step.fire("remind");
    expect([step.now, seen(step)]).toEqual([1050, ["reminded"]]);
    expect(codeOf(() => step.fire("remind"))).toBe("ERR_CANNOT_STEP");
    step.fire("audit");
    step.fire("audit");
    expect([step.now, step.timers[0]?.due]).toEqual([1_201_000, 1_801_000]);
    step.cast.remind(7);
    expect([step.call.forget(), step.call.forget()]).toEqual([7, undefined]);
    expect(codeOf(() => step.call.remind(-1))).toBe("ERR_INVALID_OPTIONS");
    expect(did(step).slice(0, 3)).toEqual([
      'timer remind after 50 ms: news("reminded")',
      'cast Bank<bank>.news("reminded")',
      "cast Bank<bank>.report(0)",
    ]);
  });
});

describe("others", () => {
  test("spawns give stubs, or fail as the test says", async () => {
    const { step } = begin();
    expect(await step.call.hire("sub")).toBe("true");
    expect(step.call.find("sub")).toBe(step.call.find("sub"));
    expect(step.call.find("other")).toBe(undefined);
    const [spawn, cast] = step.effects();
    expect(spawn).toMatchObject({
      type: "spawn",
      definition: Bank,
      args: [],
      options: { name: "sub" },
    });
    expect(cast).toMatchObject({ to: (spawn as SpawnEffect).ref, handler: "report" });
    const strange = begin({ names: { sub: stub(Teller) }, spawn: () => {} }).step;
    expect(codeOf(() => strange.call.find("sub"))).toBe("ERR_NO_SUCH_ACTOR");
    const taken = begin({
      spawn: () => {
        throw new sabeam.NameTaken("sub", "Bank<1.1>");
      },
    }).step;
    expect((await errorOf(taken.call.hire("sub"))).code).toBe("ERR_NAME_TAKEN");
  });

  test("their ends: monitors, and exit signals trapped or not", () => {
    const { step, bank } = begin();
    expect([step.call.watch(bank, "a"), step.call.watch(bank, "b")]).toEqual([1, 2]);
    expect([step.call.watch("name"), step.call.ignore(2), step.call.ignore(2)]).toEqual([
      3,
      true,
      false,
    ]);
    step.down(bank, new Error("x"));
    step.down("name", "shutdown");
    expect(seen(step)).toEqual(["down ref crash a", "down name shutdown undefined"]);
    expect(codeOf(() => step.down(bank))).toBe("ERR_CANNOT_STEP");
    step.cast.link(bank);
    step.exit(bank, "normal");
    step.cast.trap(true);
    step.exit(bank, "shutdown");
    expect([seen(step)[2], step.ended]).toEqual(["exit shutdown", undefined]);
    step.exit(bank, "kill");
    expect(step.ended).toEqual({ type: "killed" });
    expect(did(step).slice(-3)).toEqual(["demonitor 2", "link Bank<bank>", "end: killed"]);
  });

  test("a parent's signal ends it also if it traps", () => {
    const parent = stub<object>([], "parent");
    const { step, bank } = begin({ parent });
    step.cast.trap(true);
    step.exit(bank, "shutdown");
    step.exit(parent, "shutdown");
    expect(step.ended).toEqual({ type: "shutdown" });
  });

  test("an end that it asks for comes after its turn, and terminate runs", () => {
    const { step } = begin();
    step.cast.leave(new Error("enough"));
    expect(did(step)).toEqual([
      "stop: crash (Error: enough)",
      'cast Bank<bank>.report("bye")',
      'cast Bank<bank>.report("ends: crash")',
      "end: crash (Error: enough)",
    ]);
  });
});

test("init and terminate that take their time", async () => {
  const step = stepper(Slow);
  expect(codeOf(() => step.call.get())).toBe("ERR_CANNOT_STEP");
  await step.ready();
  expect(step.call.get()).toEqual({ begun: true });
  await step.exit(undefined, "shutdown");
  expect(did(step)).toEqual(["log info: begins", "log info: ends", "end: shutdown"]);
  expect((await errorOf(stepper(Slow, [true]).ready())).message).toBe("no start");
});

test("idle, log, cancel, names", () => {
  const bank = stub(Bank, "other");
  const { step } = begin({ name: "me", names: { other: bank } });
  step.idle();
  step.cast.say("hello");
  expect(step.effects()).toEqual([
    { type: "log", level: "info", message: "said", fields: { text: "hello" } },
  ]);
  expect([seen(step), String(step.ref)]).toEqual([["idle"], "Teller<me>"]);
});

test("refuses what it cannot model", async () => {
  await using kit = testKit();
  const real = (await kit.probe(Bank)).ref;
  expect(codeOf(() => stepper(Teller, [real]))).toBe("ERR_CANNOT_STEP");
  const { step, bank } = begin();
  expect(codeOf(() => step.call.watch(real))).toBe("ERR_CANNOT_STEP");
  expect(codeOf(() => bank.cast.report(1))).toBe("ERR_CANNOT_STEP");
  expect(codeOf(() => stepper({ name: "Teller" } as never))).toBe("ERR_INVALID_OPTIONS");
  expect(codeOf(() => begin({ clock: 1 }))).toBe("ERR_INVALID_OPTIONS");
  expect((await errorOf(kit.system.stopActor(bank))).code).toBe("ERR_INVALID_OPTIONS");
  expect(codeOf(() => real.cast.report(bank))).toBe("ERR_NOT_SENDABLE");
});
