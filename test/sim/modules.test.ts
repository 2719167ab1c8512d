/** Goal: what actor modules keep is shared by all virtual threads, or each thread's own. */

import { createRequire } from "node:module";
import { expect, test } from "vitest";

// Past the runner, whose modules do not know the address that they were loaded by.
const load: (url: string) => Promise<never> = createRequire(import.meta.url)(
  "../actors/support/load.cjs",
);
const at = (path: string): Promise<never> => load(new URL(path, import.meta.url).href);
const { simulate }: typeof import("../../dist/actors/sim/index.js") = await at(
  "../../dist/bundle/actors/sim/index.js",
);
const { Birth }: typeof import("./fixtures/lives.mjs") = await at("./fixtures/lives.mjs");

async function births(isolateModules: boolean): Promise<number[]> {
  const { result } = await simulate({ seed: 1, threads: 2, isolateModules }, async (sim) => {
    const spawn = (thread: number): Promise<{ call: { count(): Promise<number> } }> =>
      sim.system.spawn(Birth, [], { thread });
    const before = [await spawn(1), await spawn(1), await spawn(2)];
    const counts = await Promise.all(before.map((one) => one.call.count()));
    sim.at(Math.ceil(sim.now) + 10).kill("a", 1);
    await sim.sleep(1_000);
    const again = await spawn(1);
    return [...counts, await again.call.count()];
  });
  return result;
}

test("shared, each thread sees all births", async () => {
  const [first = 0, ...others] = await births(false);
  expect(others).toEqual([first, first, first + 1]);
});

test("isolated, each life of a thread sees its own", async () => {
  expect(await births(true)).toEqual([2, 2, 1, 1]);
});
