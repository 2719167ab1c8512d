/**
 * Goal: a facade has exactly its own definition's handlers, under the numbers they have there,
 * whatever other definitions there are and whenever they came; and passes arguments on as they are.
 *
 * Method: facades of refs that write down what they are asked to send.
 */
import { expect, test } from "vitest";
import { CallFacade, CastFacade, meet, numbersOf, UrgentFacade } from "../../actors/facade.ts";
import type { ActorRef } from "../../actors/ref.ts";

type Facade = Record<string, (...args: unknown[]) => unknown>;

function facadesOf(handlers: string[]) {
  const sent: unknown[][] = [];
  const sending = {
    cast: (_ref: unknown, ...rest: unknown[]) => sent.push(rest) > 0,
    call: (_ref: unknown, ...rest: unknown[]) => sent.push(rest) > 0,
  };
  const ref = { sending, numbers: numbersOf(handlers) } as unknown as ActorRef;
  const options = { timeout: 5 };
  return {
    sent,
    options,
    cast: new CastFacade(ref) as unknown as Facade,
    urgent: new UrgentFacade(ref) as unknown as Facade,
    call: new CallFacade(ref, options) as unknown as Facade,
  };
}

test("names have the numbers of their own definition", () => {
  const first = facadesOf(["one", "two", "three"]);
  const second = facadesOf(["other", "three", "one"]);
  const third = facadesOf(["late", "two"]);
  first.cast.three?.();
  second.cast.three?.();
  third.cast.two?.();
  second.call.other?.();
  expect([first, second, third].map(({ sent }) => sent.map(([handler]) => handler))).toEqual([
    [2],
    [1, 0],
    [1],
  ]);
});

test("names of other definitions are undefined, met before or later", () => {
  meet(["before"]);
  const { cast, call, urgent } = facadesOf(["mine"]);
  meet(["later"]);
  for (const facade of [cast, call, urgent]) {
    expect([facade.before, facade.later, facade.never]).toEqual([undefined, undefined, undefined]);
    expect(() => (facade.later as () => void)()).toThrow(TypeError);
  }
});

test("arguments come as none, one, or a list", () => {
  const { sent, options, cast, call, urgent } = facadesOf(["take"]);
  const rows: unknown[][] = [[], [undefined], ["a"], [1, 2], [1, undefined, 3, null]];
  for (const row of rows) {
    const { length } = row;
    const value = length > 1 ? row : row[0];
    cast.take?.(...row);
    call.take?.(...row);
    urgent.take?.(...row);
    expect(sent.splice(0)).toEqual([
      [0, length, value],
      [0, length, value, options],
      [0, length, value, true],
    ]);
  }
});

test("what is taken out of a facade keeps its ref", () => {
  const [a, b] = [facadesOf(["x", "take"]), facadesOf(["take"])];
  const { take } = a.cast;
  const other = b.cast.take;
  take?.(1);
  other?.(2);
  expect([a.sent, b.sent]).toEqual([[[1, 1, 1]], [[0, 1, 2]]]);
});
