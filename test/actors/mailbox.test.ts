/**
 * Goal: a mailbox never holds more than its bound, its policy says what happens then, and every
 * message is handled, dropped or a dead letter: exactly, on one thread and from another.
 *
 * Method: an actor whose turn waits at a gate gets more than fits; then the gate opens.
 */
import { describe, expect, test } from "vitest";
import type { MailboxOptions } from "../../dist/actors/index.js";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate } = basic;
const { Box, SmallBox } = await fixture<typeof import("./fixtures/boxes.mjs")>("boxes");

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  /** A closed gate, and an actor that waits at it. */
  async function closed(mailbox: MailboxOptions) {
    const { system } = running;
    const [gate, box] = [await system.spawn(Gate), await system.spawn(Box, [], { mailbox })];
    box.cast.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    const before = await quiet(system);
    /** What has changed since. */
    const changed = async () => {
      const { dropped, deadLettered } = await quiet(system);
      return { dropped: dropped - before.dropped, dead: deadLettered - before.deadLettered };
    };
    /** Once the thread has taken everything sent to it so far. */
    const arrived = () => gate.call.came();
    return { gate, box, changed, arrived };
  }

  test("reject: what comes too late is a dead letter, and a call fails", async () => {
    const { gate, box, changed, arrived } = await closed({ max: 10, policy: "reject" });
    for (let number = 0; number < 25; number += 1) box.cast.note(number);
    const error = await errorOf(box.call.note("a call"));
    expect(error).toBeInstanceOf(sabeam.MailboxFull);
    expect(error).toMatchObject({ code: "ERR_MAILBOX_FULL", target: String(box), queued: 10 });
    expect(box.cast.note(99)).toBe(false);
    await arrived();
    await gate.call.open();
    await box.ready();
    expect(await box.call.notes()).toEqual(numbers(0, 10));
    expect(await changed()).toEqual({ dropped: 0, dead: 17 });
  });

  test("drop-newest: what comes too late is dropped, and a call fails", async () => {
    const { gate, box, changed } = await closed({ max: 10, policy: "drop-newest" });
    for (let number = 0; number < 25; number += 1) box.cast.note(number);
    expect(await errorOf(box.call.note("a call"))).toMatchObject({ code: "ERR_MAILBOX_FULL" });
    await gate.call.open();
    await box.ready();
    expect(await box.call.notes()).toEqual(numbers(0, 10));
    expect(await changed()).toEqual({ dropped: 16, dead: 0 });
  });

  test("drop-oldest: what waits longest is dropped, calls too", async () => {
    const { gate, box, changed, arrived } = await closed({ max: 10, policy: "drop-oldest" });
    const early = errorOf(box.call.note("early"));
    for (let number = 0; number < 25; number += 1) box.cast.note(number);
    expect(await early).toMatchObject({ code: "ERR_MAILBOX_FULL" });
    const late = box.call.note("late");
    await arrived();
    await gate.call.open();
    expect(await late).toBe("late");
    expect(await box.call.notes()).toEqual([...numbers(16, 25), "late"]);
    expect(await changed()).toEqual({ dropped: 17, dead: 0 });
  });

  test("back-pressure: a cast returns false, and is a dead letter beyond the bound", async () => {
    const { gate, box, changed } = await closed({ max: 10, policy: "back-pressure" });
    let accepted = 0;
    await until("it is congested", () => {
      accepted += 1;
      return !box.cast.note(accepted);
    });
    await gate.call.open();
    await box.ready();
    const notes = await box.call.notes();
    const { dead, dropped } = await changed();
    expect(notes).toEqual(numbers(1, 1 + notes.length));
    expect({ dropped, all: notes.length + dead }).toEqual({ dropped: 0, all: accepted });
  });

  test("back-pressure: a call waits for room, within its time", async () => {
    const { gate, box, changed } = await closed({ max: 10, policy: "back-pressure" });
    await until("it is congested", () => !box.cast.note("fill"));
    const soon = await errorOf(box.with({ timeout: 30 }).call.note("too soon"));
    expect(soon).toMatchObject({ code: "ERR_CALL_TIMEOUT", handler: "note" });
    const controller = new AbortController();
    const aborted = errorOf(box.with({ signal: controller.signal }).call.note("given up"));
    controller.abort();
    expect(await aborted).toMatchObject({ code: "ERR_ABORTED" });
    const calls = numbers(0, 5).map((number) => box.call.note(number));
    await gate.call.open();
    expect(await Promise.all(calls)).toEqual(numbers(0, 5));
    const notes = await box.call.notes();
    expect(notes.filter((note) => note !== "fill")).toEqual(numbers(0, 5));
    expect((await changed()).dropped).toBe(0);
  });

  test("back-pressure: more calls than there is room for all get their turn", async () => {
    const { gate, box, changed } = await closed({ max: 8, policy: "back-pressure" });
    await until("it is congested", () => !box.cast.note("fill"));
    const calls = numbers(0, 200).map((number) => box.call.note(number));
    await gate.call.open();
    expect(await Promise.all(calls)).toEqual(numbers(0, 200));
    const notes = (await box.call.notes()).filter((note) => note !== "fill");
    expect(notes).toEqual(numbers(0, 200));
    expect((await changed()).dropped).toBe(0);
  });

  test("back-pressure: what one sends stays in order, calls and casts", async () => {
    const { gate, box } = await closed({ max: 100, policy: "back-pressure" });
    await until("it is congested", () => !box.cast.note("fill"));
    const calls = [];
    for (let number = 0; number < 30; number += 1) {
      if (number % 3 === 0) calls.push(box.call.note(number));
      else box.cast.note(number);
    }
    await gate.call.open();
    await Promise.all(calls);
    const notes = (await box.call.notes()).filter((note) => note !== "fill");
    expect(notes).toEqual(numbers(0, 30));
  });

  test("the bound in bytes", async () => {
    const { gate, box, changed, arrived } = await closed({ maxBytes: 8192 });
    const text = "x".repeat(2000);
    for (let count = 0; count < 400; count += 1) box.cast.text(text);
    await arrived();
    await gate.call.open();
    await box.ready();
    const { length } = await box.call.notes();
    // By reference a message counts 32 bytes, from another thread what it has; one may go beyond.
    expect(length).toBe(threads === 0 ? 8192 / 32 + 1 : 5);
    expect(await changed()).toEqual({ dropped: 0, dead: 400 - length });
  });

  test("the bound in bytes and drop-oldest: small ones make room for big ones", async () => {
    const { gate, box, changed, arrived } = await closed({
      maxBytes: 8192,
      policy: "drop-oldest",
    });
    for (let count = 0; count < 100; count += 1) box.cast.note(count);
    for (let count = 0; count < 100; count += 1) box.cast.text("x".repeat(2000));
    await arrived();
    await gate.call.open();
    await box.ready();
    const { length } = await box.call.notes();
    if (threads > 0) expect(length).toBeLessThanOrEqual(5);
    expect(await changed()).toEqual({ dropped: 200 - length, dead: 0 });
  });

  test.each(["reject", "drop-newest", "drop-oldest", "back-pressure"] as const)(
    "%s: ticks of timers are never dropped",
    async (policy) => {
      const { system } = running;
      const [gate, box] = [
        await system.spawn(Gate),
        await system.spawn(Box, [], { mailbox: { max: 4, policy } }),
      ];
      box.cast.waitWithTimers(gate);
      await until("it waits", async () => (await gate.call.came()) === 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (let number = 0; number < 20; number += 1) box.cast.note(number);
      await gate.call.came();
      await gate.call.open();
      await box.ready();
      const notes: unknown[] = [];
      await until("all ticks came", async () => {
        notes.push(...(await box.call.notes()));
        return notes.includes("once") && notes.includes("third beat");
      });
      expect(notes.filter((note) => note === "once")).toEqual(["once"]);
      await quiet(system);
    },
  );

  test("spawn before definition before system", async () => {
    const small = await sabeam.startSystem({ threads, mailbox: { max: 6 } });
    const gate = await small.spawn(Gate);
    const arrived = () => gate.call.came();
    const boxes = [
      await small.spawn(Box),
      await small.spawn(SmallBox),
      await small.spawn(SmallBox, [], { mailbox: { max: 2 } }),
      await small.spawn(SmallBox, [], { mailbox: { policy: "drop-oldest" } }),
    ];
    const notes = [];
    for (const box of boxes) box.cast.wait(gate);
    await until("all wait", async () => (await gate.call.came()) === boxes.length);
    for (const box of boxes) {
      for (let number = 0; number < 10; number += 1) box.cast.note(number);
      await arrived();
    }
    await gate.call.open();
    for (const box of boxes) {
      await box.ready();
      notes.push(await box.call.notes());
    }
    expect(notes).toEqual([numbers(0, 6), numbers(0, 4), numbers(0, 2), numbers(6, 10)]);
    await quiet(small);
    await small.stop();
  });
});
