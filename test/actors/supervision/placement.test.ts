/**
 * Goal: a supervised actor that takes its own thread down comes back on a new one, and two that are
 * never to die together stay apart whatever restarts there are.
 */
import { expect, test } from "vitest";
import { useFamily } from "../support/families.ts";
import { fixture, sabeam } from "../support/native.ts";

const { childSpec } = sabeam;
const { Hermit } = await fixture<typeof import("../fixtures/hermits.mjs")>("hermits");
const family = useFamily({ threads: 2, ownThreads: 1 });

const refOf = async (app: Parameters<typeof family.info>[0], id: string) => {
  const ref = (await family.info(app, id))?.ref;
  if (ref === undefined) throw new Error(`${id} does not run`);
  return ref;
};

test("its heap is full: it is started again, on the next life of its thread", async () => {
  const thread = { own: { heapMb: 20 } };
  const hungry = childSpec(Hermit, [], { id: "hungry", thread });
  const app = await family.start({ children: [hungry, family.child("other")] });
  const other = await refOf(app, "other");
  const own = () => family.system.threads.find((one) => one.own)?.generation ?? 0;
  const before = own();
  const ref = await sabeam.childRef(app, Hermit, "hungry");
  ref.cast.leak();
  await family.until(app, "hungry", 1);
  expect(own()).toBe(before + 1);
  expect(await ref.call.notes()).toEqual([]);
  expect(await refOf(app, "other")).toBe(other);
  await family.stop(app);
});

test("two that name each other never share a thread", async () => {
  const children = [family.child("a", { apart: "b" }), family.child("b", { apart: ["a"] })];
  const app = await family.start({ children, intensity: 100 });
  const restarts = { a: 0, b: 0 };
  for (const id of ["a", "a", "b", "b", "a", "b", "b", "a"] as const) {
    expect(family.system.dieTogether(await refOf(app, "a"), await refOf(app, "b"))).toBe(false);
    (await sabeam.childRef(app, family.Child, id)).cast.crash();
    restarts[id] += 1;
    await family.until(app, id, restarts[id]);
  }
  expect(family.system.dieTogether(await refOf(app, "a"), await refOf(app, "b"))).toBe(false);
  await family.stop(app);
});
