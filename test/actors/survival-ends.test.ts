/** Goal: an actor that ends as its thread dies leaves nothing uncounted, and nobody waiting. */

import { expect, test } from "vitest";
import { fixture } from "./support/native.ts";
import { Survivals } from "./support/survival.ts";
import { errorOf, quiet, until } from "./support/systems.ts";

const { Keep, Mortal } = await fixture<typeof import("./fixtures/survivors.mjs")>("survivors");

const ON = { thread: 1 } as const;
/** Longer than it takes to publish what is sent meanwhile. */
const BUSY_MS = 150;
const UNDER_WAY = 50;

const world = new Survivals();

test("what is in the lane to the last one of its thread that survives", async () => {
  const { system } = world;
  const keep = await system.spawn(Keep, [], ON);
  const killer = await system.spawn(Mortal, [], ON);
  await world.replaced(async () => {
    keep.cast.stopAfter(BUSY_MS);
    killer.cast.die();
    await until("it is at it", () => system.info(keep).then((info) => info?.queued === 0));
    for (let number = 0; number < UNDER_WAY; number += 1) keep.cast.note(number);
    const call = await errorOf(keep.call.echo(1));
    expect(call).toMatchObject({ code: "ERR_ACTOR_DOWN" });
  });
  const { sent, handled, deadLettered, dropped, queued } = await quiet(system);
  expect(sent - handled - deadLettered - dropped - queued).toBe(0);
  const lost = (await world.reasons()).filter((reason) => reason === "note lost");
  expect(lost).toHaveLength(UNDER_WAY);
});
