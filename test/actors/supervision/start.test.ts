/**
 * Goal: a supervisor starts its children in order, stops them in reverse, and leaves nothing behind
 * when one does not start; what it is asked it does, or says why it cannot.
 */
import { describe, expect, test } from "vitest";
import { useFamily } from "../support/families.ts";
import { sabeam } from "../support/native.ts";
import { THREADS } from "../support/systems.ts";

const { childRef } = sabeam;

describe.each(THREADS)("threads: %i", (threads) => {
  const family = useFamily({ threads });

  test("children start in order and are stopped in reverse", async () => {
    const app = await family.start({ children: family.children("a", "b", "c") });
    expect(await family.notes()).toEqual(["start a", "start b", "start c"]);
    await family.system.stopActor(app, { reason: "shutdown" });
    expect(await family.notes()).toEqual(["stop c shutdown", "stop b shutdown", "stop a shutdown"]);
  });

  test("crash", async () => {
    const app = await family.start({ children: family.children("a", "b", "c") });
    const b = await childRef(app, family.Child, "b");
    expect(await b.call.add()).toBe(1);
    b.cast.crash();
    await family.until(app, "b", 1);
    expect(await b.call.add()).toBe(1);
    expect(await family.notes()).toEqual([
      "start a",
      "start b",
      "start c",
      "stop b crash",
      "start b",
    ]);
    await family.stop(app);
  });
});
