/**
 * Goal: what ends each thread that reads it does so `attempts` times to those that take over, and
 * not for ever: then it is left out, with a word, and the rest goes on.
 */

import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fixture } from "./support/native.ts";
import { Survivals } from "./support/survival.ts";
import { errorOf, until } from "./support/systems.ts";

const { Bomb, Layer, Sapper } = await fixture<typeof import("./fixtures/bombs.mjs")>("bombs");

const ON = { thread: 1 } as const;
/** Of the definition. */
const ATTEMPTS = 2;

const world = new Survivals();
const file = join(tmpdir(), `sabeam-bomb-${process.pid}`);
const arm = (): void => writeFileSync(file, "");
afterEach(() => rmSync(file, { force: true }));

/** Settles when so many lives have followed this one. */
async function lives(more: number): Promise<void> {
  const last = world.generation() + more;
  await until("the last one runs", () => {
    const { generation, running } = world.system.threads[1] ?? {};
    return generation === last && running === true;
  });
}

test("a cast and a call that come out of a lane", async () => {
  const { system } = world;
  const book = await world.book();
  const sapper = await system.spawn(Sapper, [book], ON);
  arm();
  const over = lives(1 + ATTEMPTS);
  sapper.cast.note(1);
  sapper.cast.note(new Bomb(file));
  sapper.cast.note(2);
  await over;
  expect(await world.heard(book, 2)).toEqual([1, 2]);
  expect(await world.reasons()).toEqual(["note poison"]);
  const called = lives(1 + ATTEMPTS);
  const call = errorOf(sapper.call.echo(new Bomb(file)));
  await called;
  expect(await call).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "no" });
  expect(await world.reasons()).toEqual(["echo poison"]);
  await system.stopActor(sapper);
});

test("one that lies in a backlog", async () => {
  const { system } = world;
  const book = await world.book();
  const sapper = await system.spawn(Sapper, [book], ON);
  const layer = await system.spawn(Layer, [], ON);
  await system.suspend(sapper);
  sapper.cast.note(1);
  layer.cast.lay(sapper, file);
  await until("it is laid", async () => (await system.statistics(sapper)).queued === 2);
  sapper.cast.note(2);
  arm();
  const over = lives(1 + ATTEMPTS);
  await system.terminateThread(1);
  await over;
  expect(await world.heard(book, 2)).toEqual([1, 2]);
  expect(await world.reasons()).toEqual(["note poison"]);
  await system.stopActor(sapper);
});

test("what an actor was spawned with: its mailbox is given up", async () => {
  const { system } = world;
  const book = await world.book();
  const sapper = await system.spawn(Sapper, [book, new Bomb(file)], ON);
  const other = await system.spawn(Sapper, [book], ON);
  await system.suspend(sapper);
  sapper.cast.note(1);
  await until("it waits", async () => (await system.statistics(sapper)).queued === 1);
  other.cast.note(2);
  arm();
  const over = lives(1 + ATTEMPTS);
  await system.terminateThread(1);
  await over;
  other.cast.note(3);
  expect(await world.heard(book, 2)).toEqual([2, 3]);
  expect(await world.reasons()).toEqual(["? lost"]);
  const told = world.lines.filter(({ message }) => message.includes("is given up"));
  expect(told.map(({ fields }) => fields.actor)).toEqual([String(sapper)]);
  await system.stopActor(other);
});
