/**
 * Goal: what a handler throws ends the actor, and the caller sees it as if it had thrown it itself:
 * class, name, message, stack, cause, code and fields. The same on one thread and across threads,
 * so it arrives as a copy in both cases, and only builtin classes and sabeam's own are classes
 * there.
 */
import { describe, expect, test } from "vitest";
import { fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, failure, THREADS, useSystem } from "./support/systems.ts";

const { Thrower } = await fixture<typeof import("./fixtures/failing.mjs")>("failing");

type Kind = keyof typeof CLASSES | string;
const CLASSES = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
const TURNS = ["sync", "asynchronous", "promised"] as const;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  /** What the caller sees, and whether the actor is dead after it. */
  async function thrown(kind: Kind, turn: (typeof TURNS)[number] | "deferred" = "sync") {
    const ref = await running.system.spawn(Thrower);
    const error = await failure(ref.call[turn](kind));
    const [after] = await Promise.allSettled([ref.call.alive()]);
    return { error, alive: after.status === "fulfilled" };
  }

  test.each(TURNS)("in a turn that is %s", async (turn) => {
    const { error, alive } = await thrown("coded", turn);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message: "with a code", code: "E_TEST", status: 404 });
    expect((error as Error).stack).toMatch(/^Error: with a code\n.*failing\.mjs/s);
    expect(alive).toBe(false);
  });

  test.each(Object.entries(CLASSES))("%s", async (name, Class) => {
    const { error, alive } = await thrown(name);
    expect(error).toBeInstanceOf(Class);
    expect(Object.getPrototypeOf(error)).toBe(Class.prototype);
    expect(error).toMatchObject({ name });
    expect(alive).toBe(false);
  });

  test("AggregateError with its errors", async () => {
    const { error } = await thrown("aggregate");
    expect(error).toBeInstanceOf(AggregateError);
    const { message, errors } = error as AggregateError;
    expect(message).toBe("several");
    expect(errors.map(String)).toEqual(["TypeError: one", "Error: two"]);
    expect(errors[0]).toBeInstanceOf(TypeError);
  });

  test("classes of the user's own, by their name", async () => {
    const own = (await thrown("own")).error;
    expect(own).toMatchObject({ name: "NoMoney", message: "7 short", missing: 7 });
    expect(own).toBeInstanceOf(Error);
    expect(Object.getPrototypeOf(own)).toBe(Error.prototype);
    const subclass = (await thrown("subclass")).error;
    expect(subclass).toMatchObject({ name: "BadRange", message: "below" });
    expect(Object.getPrototypeOf(subclass)).toBe(RangeError.prototype);
  });

  test("causes, with their classes", async () => {
    const { error } = await thrown("cause");
    const { cause } = error as Error;
    expect(cause).toBeInstanceOf(RangeError);
    expect(cause).toMatchObject({ message: "inner", cause: "root" });
    expect((cause as Error).stack).toContain("failing.mjs");
  });

  test("errors of Node", async () => {
    const ref = await running.system.spawn(Thrower);
    const error = await errorOf(ref.call.missing());
    expect(error).toMatchObject({ code: "ENOENT", syscall: "open", path: "/no/such/file" });
    const { error: aborted } = await thrown("aborted");
    expect(aborted).toMatchObject({ name: "AbortError", message: "given up" });
  });

  test("what cannot travel is left out, and the rest still comes", async () => {
    const { error } = await thrown("unsendable");
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: "holds a socket", code: "E_SOCKET", port: 80 });
    expect((error as Error).stack).toContain("failing.mjs");
    expect(error).not.toHaveProperty("socket");
    const { cause } = (await thrown("badCause")).error as Error;
    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({ message: "inner", n: 1 });
    expect(cause).not.toHaveProperty("f");
    const cycle = (await thrown("cycle")).error;
    expect(cycle).toMatchObject({ message: "bites its tail" });
  });

  test("what is no error", async () => {
    expect(await thrown("string")).toEqual({ error: "just text", alive: false });
    expect(await thrown("number")).toEqual({ error: 42, alive: false });
    expect(await thrown("null")).toEqual({ error: null, alive: false });
    expect(await thrown("undefined")).toEqual({ error: undefined, alive: false });
    const object = { reason: "an object", at: [1, 2] };
    expect(await thrown("object")).toEqual({ error: object, alive: false });
    for (const kind of ["function", "symbol"]) {
      const { error, alive } = await thrown(kind);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toContain("thrown");
      expect(alive).toBe(false);
    }
  });

  test("a Refusal: the actor lives", async () => {
    for (const turn of [...TURNS, "deferred"] as const) {
      const { error, alive } = await thrown("refusal", turn);
      expect(error).toBeInstanceOf(sabeam.Refusal);
      expect(error).toMatchObject({ code: "ERR_REFUSED", message: "no thanks" });
      expect(error).toMatchObject({ details: { until: "tomorrow" } });
      expect(alive).toBe(true);
    }
    const bad = await thrown("badRefusal");
    expect(bad.error).toBeInstanceOf(sabeam.Refusal);
    expect(bad).toMatchObject({ error: { message: "no thanks" }, alive: true });
  });

  test("a deferred answer that is rejected with any error: the actor lives", async () => {
    const { error, alive } = await thrown("own", "deferred");
    expect(error).toMatchObject({ name: "NoMoney", missing: 7 });
    expect(alive).toBe(true);
  });

  test("an error is the caller's own copy", async () => {
    const ref = await running.system.spawn(Thrower);
    const errors = [await errorOf(ref.call.deferred("coded")), await failure(ref.call.sync("own"))];
    for (const error of errors) {
      expect(Object.isFrozen(error)).toBe(false);
      Object.assign(error as Error, { note: "added by the caller" });
    }
  });

  test("others learn that it is down, and why", async () => {
    const ref = await running.system.spawn(Thrower);
    const all = [ref.call.sync("TypeError"), ref.call.alive(), ref.call.alive()];
    const [first, ...rest] = await Promise.all(all.map((call) => failure(call)));
    expect(first).toBeInstanceOf(TypeError);
    for (const error of rest) {
      expect(error).toBeInstanceOf(sabeam.ActorDown);
      const reason = { type: "crash", cause: "TypeError: a type" };
      expect(error).toMatchObject({ handled: "no", reason, target: String(ref) });
    }
    await ended(ref);
  });
});
