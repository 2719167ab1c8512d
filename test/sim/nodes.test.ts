/** Goal: nodes reach each other over a network that fails as the plan says. */

import { expect, test } from "vitest";
import { type Plan, type SimNode, simulate } from "../../dist/actors/sim/index.js";
import { Counter } from "./actors.ts";

const named = (node: SimNode): unknown =>
  node.system.spawn(Counter, [0], { thread: 1, name: "hits" });

test("a call crosses the network and comes back, and refs do not cross", async () => {
  const { result, ms } = await simulate({ seed: 1, nodes: 2, threads: 1 }, async (sim) => {
    await named(sim.node("b"));
    const hits = await sim.remote("a", "b", Counter, "hits");
    const before = sim.now;
    const answers = [await hits.call.add(2), await hits.call.add(3)];
    const took = sim.now - before;
    const failed = await hits.call.add(hits as never).catch((error: Error) => error.name);
    return [...answers, took > 0.8 && took < 40, failed];
  });
  expect(result).toEqual([2, 5, true, "NotSendable"]);
  expect(ms).toBeGreaterThan(0);
});

test("a partition lets nothing through until it is healed", async () => {
  const { result } = await simulate({ seed: 2, nodes: 3, threads: 1 }, async (sim) => {
    await named(sim.node("b"));
    const fromA = await sim.remote("a", "b", Counter, "hits");
    const fromC = await sim.remote("c", "b", Counter, "hits");
    sim.at(1_000).partition(["a"], ["b", "c"]);
    sim.at(5_000).heal();
    await sim.sleep(1_500);
    const cut = fromA.with({ timeout: 100 }).call.add(1);
    const answers = [await cut.catch((error: Error) => error.name), await fromC.call.add(1)];
    await sim.sleep(5_000);
    return [...answers, await fromA.call.add(1)];
  });
  expect(result).toEqual(["CallTimeout", 1, 2]);
});

test("what is lost does not come, and what is repeated comes twice", async () => {
  const count = async (quality: object): Promise<number> => {
    const { result } = await simulate({ seed: 3, nodes: 2, threads: 1 }, async (sim) => {
      const counter = (await named(sim.node("b"))) as Parameters<typeof sim.state>[0];
      const hits = await sim.remote("a", "b", Counter, "hits");
      sim.at(Math.ceil(sim.now)).link(["a"], ["b"], quality);
      await sim.sleep(2);
      for (let index = 0; index < 1000; index += 1) hits.cast.add(1);
      await sim.sleep(5_000);
      return sim.state<{ count: number }>(counter)?.count ?? 0;
    });
    return result;
  };
  expect(await count({})).toBe(1000);
  expect(await count({ duplicatePercent: 100 })).toBe(2000);
  const left = await count({ lossPercent: 30 });
  expect(left).toBeGreaterThan(600);
  expect(left).toBeLessThan(800);
});

test("a node that was started again is reached by name, and its clock may be wrong", async () => {
  const boot = async (_system: unknown, node: SimNode): Promise<void> => {
    if (node.name === "b") await named(node);
  };
  const { result } = await simulate({ seed: 4, nodes: 2, threads: 1, boot }, async (sim) => {
    const hits = await sim.remote("a", "b", Counter, "hits");
    sim.at(1_000).crashNode("b");
    sim.at(2_000).restartNode("b").stepClock("a", -3_600_000).driftClock("a", 100_000);
    const first = await hits.call.add(5);
    await sim.sleep(1_500 - sim.now);
    const down = await hits
      .with({ timeout: 50 })
      .call.add(1)
      .catch((error: Error) => error.name);
    await sim.sleep(3_000);
    return [first, down, await hits.call.add(1)];
  });
  expect(result).toEqual([5, "CallTimeout", 1]);
});

test("a node may crash before it has ever run, and while it starts again", async () => {
  const faults: Plan = [
    { at: 1, type: "crashNode", node: "b" },
    { at: 50, type: "restartNode", node: "b" },
    { at: 51, type: "crashNode", node: "b" },
  ];
  const { result } = await simulate({ seed: 8, nodes: 2, threads: 1, faults }, async (sim) => {
    const node = sim.node("b");
    const { down } = node;
    const starting = node.start().catch((error: Error) => error.name);
    sim.at(Math.ceil(sim.now) + 1).crashNode("b");
    const told = await starting;
    const system = await node.start();
    return [down, told, system === node.system];
  });
  expect(result).toEqual([true, "NodeDown", true]);
});

test("messages for a node that is starting are lost, as with one that is down", async () => {
  const boot = async (_system: unknown, node: SimNode): Promise<void> => {
    if (node.name === "b") await named(node);
  };
  const { result } = await simulate({ seed: 8, nodes: 2, threads: 1, boot }, async (sim) => {
    const hits = (await sim.remote("a", "b", Counter, "hits")).with({ timeout: 50 });
    sim.at(200).crashNode("b").restartNode("b");
    const calls = Array.from({ length: 400 }, async () => {
      await sim.sleep(sim.random.int(400));
      hits.cast.add(1);
      return hits.call.add(1).then(
        () => "answered",
        (error: Error) => error.name,
      );
    });
    return new Set(await Promise.all(calls));
  });
  expect(result).toEqual(new Set(["answered", "CallTimeout"]));
});

test("an answer that cannot cross fails the call, and not the run", async () => {
  const { result } = await simulate({ seed: 9, nodes: 2, threads: 1 }, async (sim) => {
    await named(sim.node("b"));
    const hits = await sim.remote("a", "b", Counter, "hits");
    return hits.call.self().catch((error: Error) => error.name);
  });
  expect(result).toBe("NotSendable");
});

test("a node that is paused answers late", async () => {
  const { result } = await simulate({ seed: 5, nodes: 2, threads: 1 }, async (sim) => {
    await named(sim.node("b"));
    const hits = await sim.remote("a", "b", Counter, "hits");
    sim.at(1_000).pauseNode("b");
    sim.at(4_000).resumeNode("b");
    await sim.sleep(1_500 - sim.now);
    const answer = await hits.call.add(1);
    return [answer, sim.now > 4_000];
  });
  expect(result).toEqual([1, true]);
});

test("a disk keeps what was synced over a crash, and fails as the plan says", async () => {
  const { result, faults } = await simulate({ seed: 6, threads: 1 }, async (sim) => {
    const { disk } = sim.node("a");
    const write = async (path: string, text: string): Promise<void> => {
      const file = await disk.open(path, { create: true });
      await file.write(0, new TextEncoder().encode(text));
      await file.sync();
      await file.write(text.length, new TextEncoder().encode(" and more"));
    };
    await write("journal", "one");
    await disk.syncFolder("");
    const begun = sim.now;
    sim.at(1_000).crashNode("a").restartNode("a");
    sim.at(2_000).failSync("a");
    await sim.sleep(1_500 - sim.now);
    const file = await disk.open("journal");
    const text = new TextDecoder().decode(await file.read(0, await file.size()));
    await sim.sleep(1_000);
    const failed = await write("other", "two").catch((error: Error) => error.name);
    return [begun > 0, text, failed];
  });
  expect(result).toEqual([true, "one", "DiskError"]);
  expect(faults).toEqual({ crashNode: 1, restartNode: 1, failSync: 1 });
});
