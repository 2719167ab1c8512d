import { describe, expect, test } from "vitest";
import { Journal } from "./fixtures/basic.mjs";
import { THREADS, useSystem } from "./support/systems.ts";

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });
  test("smoke", async () => {
    const ref = await running.system.spawn(Journal, [1]);
    expect(ref.cast.note(2)).toBe(true);
    expect(await ref.call.notes()).toEqual([1, 2]);
    expect(await ref.call.where()).toBe(threads === 0 ? 0 : expect.any(Number));
  });
});
