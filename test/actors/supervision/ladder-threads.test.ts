/**
 * Goal: a ladder survives what happens to threads: one that hangs, one that dies, and its own end
 * in the middle of everything.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Ref } from "../../../dist/actors/index.js";
import type { BoardProtocol, ResourceProtocol } from "../fixtures/ladders.mjs";
import { type Ladder, ladders, NEVER, type Work } from "../support/ladders.ts";
import { sabeam } from "../support/native.ts";
import { ended, quiet, until, useSystem } from "../support/systems.ts";

const { App, Best, Board, Middle, Resource, Service } = ladders;
const { childRef, ladderRef, rung } = sabeam;

describe("with two threads", () => {
  const running = useSystem({ threads: 2 });
  const start = async (): Promise<[Ladder, Work, Ref<ResourceProtocol>, Ref<BoardProtocol>]> => {
    const { system } = running;
    const board = await system.spawn(Board, [], { thread: 0 });
    const resource = await system.spawn(Resource, [], { thread: 0 });
    const spec = {
      probe: { interval: 10, timeout: 30 },
      dwell: NEVER,
      rungs: [
        rung(Best, [board, "best", resource], { thread: 1, shutdown: 50, budget: { least: 2 } }),
        rung(Middle, [board, "middle", resource], { apart: "Best", budget: { timeouts: 1 } }),
      ],
    };
    const ladder = await system.spawn(Service, [spec], { thread: 0 });
    return [ladder, await ladderRef(ladder), resource, board];
  };

  test("a rung whose thread hangs: what it does when it comes back is refused", async () => {
    const [ladder, service, resource] = await start();
    const one = await service.call.thread();
    const folder = mkdtempSync(join(tmpdir(), "sabeam-ladder-"));
    const file = join(folder, "go-on");
    service.cast.blockAndWrite(file, "by who was given up");
    await until("another serves", async () => {
      const { state, rung } = await ladder.call.status();
      return state === "serving" && rung === "Middle";
    });
    await service.call.write("by who is in charge");
    expect(await service.call.thread(), "apart").not.toBe(one);
    writeFileSync(file, "");
    await until("it came too late", async () => (await resource.call.refused()) === 1);
    rmSync(folder, { recursive: true });
    expect(await resource.call.writes()).toEqual(["by who is in charge"]);
    await running.system.stopActor(ladder);
    await quiet(running.system);
  });

  test("killed in the middle of everything: all of it ends, and nothing else", async () => {
    const [ladder, service, , board] = await start();
    board.cast.set("best", { end: "hang" });
    const before = (await ladder.call.status()).rungs;
    await service.call.giveUp();
    await until("it changes", async () => (await ladder.call.status()).rung === "Middle");
    const { rungs } = await ladder.call.status();
    running.system.exit(ladder, "kill");
    await ended(ladder);
    for (const { ref } of [...before, ...rungs]) if (ref !== undefined) await ended(ref);
    await quiet(running.system);
  });

  test("in a supervision tree: a child like any other", async () => {
    const { system } = running;
    const board = await system.spawn(Board, [], { thread: 0 });
    const spec = { rungs: [rung(Best, [board, "best"])], dwell: NEVER };
    const app = await system.spawn(App, [spec], { thread: 1 });
    const ladder = await childRef(app, Service, "Service");
    expect(await (await ladderRef(ladder)).call.work(1)).toBe("best 1");
    expect(await app.call.countChildren()).toMatchObject({ supervisors: 1, workers: 0 });
    expect(await ladder.call.whichChildren()).toMatchObject([{ id: "Best", status: "running" }]);
    expect(await ladder.call.countChildren()).toMatchObject({ specs: 1, active: 1, workers: 1 });
    await board.call.notes();
    await system.stopActor(app);
    expect(await board.call.notes()).toEqual(["end best shutdown"]);
    await quiet(system);
  });

  // The last one: what the thread had not handled is lost, and nothing is quiet any more.
  test("a thread dies with the rung in charge: it starts again elsewhere", async () => {
    const { system } = running;
    const board = await system.spawn(Board, [], { thread: 0 });
    const rungs = [rung(Best, [board, "best"], { thread: 2 }), rung(Middle, [board, "middle"])];
    const ladder = await system.spawn(Service, [{ rungs }], { thread: 0 });
    const service = await ladderRef(ladder);
    service.cast.die();
    await until("it was seen", async () => (await ladder.call.history()).length > 1);
    await until("one serves", () =>
      service.call.work(1).then(
        () => true,
        () => false,
      ),
    );
    expect((await ladder.call.history())[1]).toMatchObject({ from: "Best", reason: "restart" });
    await system.stopActor(ladder);
  });
});
