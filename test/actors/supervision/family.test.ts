/**
 * Goal: a child that comes back at the address that it had, since its mailbox survives its thread,
 * is not taken for the life of it that has ended.
 */
import { expect, test } from "vitest";
import type { ExitReason } from "../../../actors/exit.ts";
import { Family } from "../../../actors/supervision/family.ts";
import type { Outcome, Procedure, Step } from "../../../actors/supervision/procedure.ts";
import type { AnyRef } from "../../../actors/types.ts";
import { LOST, specOf } from "../support/crew-world.ts";

const REFS: Record<string, AnyRef> = {
  a: { of: "a" } as unknown as AnyRef,
  b: { of: "b" } as unknown as AnyRef,
};

function familyOf(...ids: string[]): Family {
  const children = ids.map((id) => specOf("permanent", { id }));
  const limits = { intensity: 9, period: 5000 };
  const spec = { children, strategy: "one-for-all", limits, autoShutdown: "never" } as const;
  const nothing = () => {};
  return new Family(
    "sup",
    { ...spec, backoff: undefined },
    {
      now: () => 0,
      random: () => 0,
      tell: nothing,
      calm: nothing,
      removed: nothing,
    },
  );
}

/** Carries it out: whoever is stopped was lost already, and each starts where it was. */
function run(procedure: Procedure<unknown>): string[] {
  const steps: string[] = [];
  const perform = ({ type, child }: Step): Outcome => {
    const { id } = child.spec;
    steps.push(`${type} ${id}`);
    if (type === "stop") return { type: "stopped", reason: LOST as ExitReason };
    return { type: "started", ref: REFS[id] as AnyRef };
  };
  let next = procedure.next();
  while (next.done !== true) next = procedure.next(perform(next.value));
  return steps;
}

const ref = (id: string) => REFS[id] as AnyRef;
const AGAIN = ["stop b", "start a", "start b"];

test("two end at once, and the second is told while the first has both started again", () => {
  const family = familyOf("a", "b");
  run(family.start());
  const [first, second] = [family.ended(ref("a"), LOST), family.ended(ref("b"), LOST)];
  expect(run(first)).toEqual(AGAIN);
  expect(run(second)).toEqual([]);
  expect(family.find("b")?.info).toMatchObject({ status: "running", restarts: 1 });
  expect(run(family.ended(ref("a"), LOST))).toEqual(AGAIN);
});

test("the second is told when both have started again", () => {
  const family = familyOf("a", "b");
  run(family.start());
  expect(run(family.ended(ref("a"), LOST))).toEqual(AGAIN);
  expect(run(family.ended(ref("b"), LOST))).toEqual([]);
  // Of this life.
  expect(run(family.ended(ref("b"), LOST))).toEqual(["stop a", "start a", "start b"]);
});

test("a life that ends before its start is heard of ends all the same", () => {
  const family = familyOf("a");
  run(family.start());
  const again = family.ended(ref("a"), LOST);
  expect(again.next().value).toMatchObject({ type: "start" });
  const early = family.ended(ref("a"), LOST);
  again.next({ type: "started", ref: ref("a") });
  expect(run(early)).toEqual(["start a"]);
});
