/** Goal: a command has one reply, whoever asks for it and how often; and bounds hold. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANSWERED_KEPT, ANSWERED_MS, UNHEARD_MS } from "../../../actors/protocol/applied.ts";
import {
  AWAY_KEPT_MAX,
  COMMANDS_MAX,
  type CommandAnswer,
  Commands,
  LATE_KEPT_MS,
  REPLIES_KEPT,
  REPLY_KEPT_MS,
  wrongCommand,
} from "../../../actors/protocol/commands.ts";

function caller() {
  const answers: unknown[] = [];
  const resolve = (answer: CommandAnswer): void => void answers.push(answer);
  return { answers, deferred: { resolve, reject: () => {} } as never };
}

test("all who wait get the one reply, and who asks again gets it, too", () => {
  const commands = new Commands();
  const [first, second] = [caller(), caller()];
  commands.enter("x", first.deferred, 100);
  commands.join("x", second.deferred);
  expect(commands.reply("x", 7, 50)).toBe(true);
  expect(commands.reply("x", 8, 50)).toBe(false);
  expect([first.answers, second.answers]).toEqual([
    [{ type: "reply", reply: 7 }],
    [{ type: "reply", reply: 7 }],
  ]);
  expect(commands.repeat("x")).toEqual({ type: "reply", reply: 7 });
  expect(commands.repeat("y")).toBeUndefined();
});

test("a reply that its client has is not kept", () => {
  const commands = new Commands();
  for (const id of ["x", "y", "z"]) commands.enter(id, caller().deferred, 100);
  commands.reply("x", 7, 50);
  commands.reply("y", 8, 50);
  for (const id of ["x", "z", "?"]) commands.settled(id);
  expect(["x", "y", "z", "?"].map((id) => commands.repeat(id))).toEqual([
    undefined,
    { type: "reply", reply: 8 },
    "waits",
    undefined,
  ]);
});

test("replies are kept by their age, whichever of them are not asked for any more", () => {
  const act = fc.record({ waits: fc.nat({ max: 2000 }), settled: fc.nat({ max: 30 }) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const commands = new Commands();
      const model = new Map<string, number>();
      let now = 0;
      for (const [at, { waits, settled }] of acts.entries()) {
        now += waits;
        commands.enter(`${at}`, caller().deferred, now);
        commands.reply(`${at}`, at, now);
        model.set(`${at}`, now + REPLY_KEPT_MS);
        for (const [id, until] of model) if (until <= now) model.delete(id);
        commands.settled(`${settled}`);
        model.delete(`${settled}`);
        const kept = acts.map((_, id) => `${id}`).filter((id) => commands.repeat(id) !== undefined);
        expect(new Set(kept)).toEqual(new Set(model.keys()));
        expect(commands.size).toBe(0);
      }
    }),
    { numRuns: 200 },
  );
});

test("of callers that have been given up the oldest goes first", () => {
  const commands = new Commands();
  const callers = Array.from({ length: 6 }, caller);
  callers.forEach(({ deferred }, at) => {
    if (at === 0) commands.enter("x", deferred, 100);
    else commands.join("x", deferred);
  });
  commands.reply("x", 1, 50);
  expect(callers.map(({ answers }) => answers.length)).toEqual([0, 0, 1, 1, 1, 1]);
});

test("replies are kept for so many later ones", () => {
  const commands = new Commands();
  for (let at = 0; at <= REPLIES_KEPT; at += 1) {
    commands.enter(`${at}`, caller().deferred, 100);
    commands.reply(`${at}`, at, 50);
  }
  expect(commands.repeat("0")).toBeUndefined();
  expect(commands.repeat("1")).toEqual({ type: "reply", reply: 1 });
});

test("replies are kept for a while, and longer those that came too late", () => {
  const commands = new Commands();
  for (const id of ["in time", "late"])
    commands.enter(id, caller().deferred, id === "late" ? 9 : 99);
  commands.reply("late", 1, 10);
  commands.reply("in time", 2, 10);
  commands.enter("next", caller().deferred, 10 + REPLY_KEPT_MS);
  commands.reply("next", 3, 10 + REPLY_KEPT_MS);
  expect(commands.repeat("in time")).toBeUndefined();
  expect(commands.repeat("late")).toEqual({ type: "reply", reply: 1 });
  commands.enter("last", caller().deferred, 0);
  commands.reply("last", 4, 10 + LATE_KEPT_MS);
  expect(commands.repeat("late")).toBeUndefined();
});

test("too many wait, until their clients have given up", () => {
  const commands = new Commands();
  const { deferred } = caller();
  for (let at = 0; at < COMMANDS_MAX; at += 1) commands.enter(`${at}`, deferred, 100);
  expect(commands.hasRoom(100)).toBe(false);
  expect(commands.size).toBe(COMMANDS_MAX);
  expect(commands.hasRoom(101)).toBe(true);
  expect(commands.size).toBe(0);
});

test("whoever gives up first makes room, also one that has come last", () => {
  const commands = new Commands();
  const { deferred } = caller();
  for (let at = 0; at < COMMANDS_MAX; at += 1) commands.enter(`${at}`, deferred, 100 - (at % 50));
  expect(commands.hasRoom(51)).toBe(false);
  expect(commands.hasRoom(52)).toBe(true);
  while (commands.size < COMMANDS_MAX) commands.enter(`more ${commands.size}`, deferred, 200);
  expect(commands.reply("0", 1, 52)).toBe(true);
  commands.enter("early", deferred, 51);
  expect(commands.hasRoom(51)).toBe(false);
  expect(commands.hasRoom(52)).toBe(true);
  expect(commands.size).toBe(COMMANDS_MAX - 1);
});

test("what a client elsewhere may ask for again is kept, or what is new is refused", () => {
  const commands = new Commands();
  const { deferred } = caller();
  for (let at = 0; at < AWAY_KEPT_MAX; at += 1) {
    commands.enter(`${at}`, deferred, 30_000, true);
    commands.reply(`${at}`, at, 10);
  }
  expect(commands.repeat("0")).toEqual({ type: "reply", reply: 0 });
  expect(commands.hasRoom(30_000 - 1)).toBe(false);
  expect(commands.hasRoom(30_000)).toBe(true);
  expect(commands.repeat("0")).toBeUndefined();
});

test("applied commands are known until their clients cannot ask again", () => {
  const commands = new Commands();
  const { applied } = commands;
  const at = 50;
  for (const id of ["waits", "answered", "late", "away", "given up"]) {
    commands.enter(id, caller().deferred, id === "late" ? 9 : 30_000, id === "away");
    commands.apply(id, at);
  }
  for (const id of ["answered", "late", "away"]) commands.reply(id, 1, at);
  // Answered before it was kept.
  commands.apply("nobody", at);
  const known = (now: number) => {
    applied.settle("given up", now, 0);
    for (let more = 0; more <= ANSWERED_KEPT; more += 1) {
      applied.add(`${now}.${more}`);
      applied.settle(`${now}.${more}`, now, now + ANSWERED_MS);
    }
    return ["waits", "answered", "late", "away", "nobody"].filter((id) => applied.has(id));
  };
  expect(known(at + ANSWERED_MS - 1)).toEqual(["waits", "answered", "late", "away", "nobody"]);
  expect(known(at + ANSWERED_MS + 500)).toEqual(["waits", "late", "away"]);
  expect(known(30_000)).toEqual(["waits", "late"]);
  expect(known(at + UNHEARD_MS)).toEqual(["waits"]);
});

describe("no command", () => {
  test.each([
    ["", { type: "x" }, 1],
    ["x".repeat(129), { type: "x" }, 1],
    [7, { type: "x" }, 1],
    ["a", null, 1],
    ["a", {}, 1],
    ["a", { type: 7 }, 1],
    ["a", { type: "x" }, -1],
    ["a", { type: "x" }, Number.NaN],
    ["a", { type: "x" }, "1"],
  ])("%j %j %j", (id, command, withinMs) => {
    expect(wrongCommand(id, command, withinMs)).toBeTypeOf("string");
  });
  test("a right one", () => expect(wrongCommand("a", { type: "x" }, 1)).toBeUndefined());
});
