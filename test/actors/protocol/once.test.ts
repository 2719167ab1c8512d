/** Goal: what was applied in a life that is over is not applied again, however much that was. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { fixture, sabeam } from "../support/native.ts";
import { keepingLog, until } from "../support/systems.ts";

const { Tape } = await fixture<typeof import("../fixtures/once.mjs")>("once");

const FEW = 300;
/** More than the replies and ids that were ever kept by their number. */
const MANY = 4200;

let system: Awaited<ReturnType<typeof sabeam.startSystem>>;
beforeAll(async () => {
  system = await sabeam.startSystem({ threads: 0, log: keepingLog().log });
});
afterAll(async () => {
  await system.stop();
});

async function open(id: string) {
  const journal = await sabeam.openStore(system, { memory: 4 * 1024 * 1024, name: id });
  const tape = await system.protocol(Tape, { id, config: {}, journal });
  const name = `Tape/${id}/home`;
  const life = () => system.whereis(Tape.actor, name);
  return {
    tape,
    async die(): Promise<void> {
      const before = life();
      if (before !== undefined) system.exit(before, "kill");
      await until("it lives again", () => life() !== undefined && life() !== before);
    },
  };
}

test("behind a snapshot, more commands, and another death", async () => {
  const { tape, die } = await open("shortened");
  const entries = Array.from({ length: FEW + MANY }, (_, at) => at);
  const wait = entries.slice(0, FEW).map((entry) => tape.add(entry, { waits: true }));
  expect(await tape.shorten()).toBe("shortened");
  const more = await Promise.all(entries.slice(FEW).map((entry) => tape.add(entry)));
  expect(new Set(more)).toEqual(new Set(["added"]));
  await die();
  await tape.shorten();
  await die();
  expect(new Set(await Promise.all(wait))).toEqual(new Set(["again"]));
  expect(await tape.kept()).toEqual(entries);
});
