/** Goal: an `init` that does not end on the thread that takes over is a stall like any other. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixture } from "./support/native.ts";
import { Survivals } from "./support/survival.ts";

const { Stuck } = await fixture<typeof import("./fixtures/survivors.mjs")>("survivors");

const world = new Survivals();

test("its thread is ended, and the next life handles what waits", async () => {
  const { system } = world;
  const file = join(tmpdir(), `sabeam-stuck-${process.pid}`);
  const stuck = await system.spawn(Stuck, [file], { thread: 1 });
  writeFileSync(file, "");
  await system.suspend(stuck);
  for (let number = 0; number < 10; number += 1) stuck.cast.note(number);
  await system.terminateThread(1);
  expect(await stuck.call.handled()).toBe(10);
  expect(world.generation()).toBe(3);
  expect(world.lines.some(({ fields }) => /stalled .* by Stuck/.test(String(fields.cause)))).toBe(
    true,
  );
});
