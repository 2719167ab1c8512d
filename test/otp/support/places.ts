/** Where the actors of these tests live, and the actors. */

import { createRequire } from "node:module";
import type { Ref, System } from "../../../dist/actors/index.js";
import { until } from "../../actors/support/systems.ts";
import type { ProcessOptions, ProcessProtocol, ProcessRef } from "../fixtures/processes.mjs";

// Past the test runner, as test/actors/support/native.ts says.
const require = createRequire(new URL("../../actors/support/", import.meta.url));
const load: (url: string) => Promise<never> = require("./load.cjs");

/** A module of fixtures/. */
export const fixture = <Module>(name: string): Promise<Module> =>
  load(new URL(`../fixtures/${name}.mjs`, import.meta.url).href);

/** A module of the built actors/, with what it does not publish. */
export const builtActors = <Module>(name: string): Promise<Module> =>
  load(new URL(`../../../dist/actors/${name}.js`, import.meta.url).href);

export const { Bare, Process, Server, Slow } =
  await fixture<typeof import("../fixtures/processes.mjs")>("processes");

export { PLACES } from "../../actors/support/systems.ts";

/** A process on each of these threads, with the same options. */
export function processes(
  system: System,
  threads: readonly number[],
  options: ProcessOptions = {},
): Promise<ProcessRef[]> {
  return Promise.all(threads.map((thread) => system.spawn(Process, [options], { thread })));
}

/** Two of them. */
export async function pair(
  system: System,
  [one, two]: readonly [number, number],
  options: ProcessOptions = {},
): Promise<[ProcessRef, ProcessRef]> {
  const both = await Promise.all([
    system.spawn(Process, [options], { thread: one }),
    system.spawn(Process, [options], { thread: two }),
  ]);
  return both;
}

/** What a process has heard once it has heard so much. */
export async function hears(process: ProcessRef, count: number): Promise<unknown[]> {
  let heard: unknown[] = [];
  await until(`${process} hears ${count}`, async () => {
    // One with a full mailbox may have no room for the question yet.
    heard = await process.call.heard().catch(() => []);
    return heard.length >= count;
  });
  return heard;
}

/** What waits in its mailbox has been handled when this settles, what has just come included. */
export async function calm(process: ProcessRef): Promise<void> {
  await process.call.me();
  await process.call.me();
}

/** What has been sent between these two, either way, has arrived when this settles. */
export async function settled(one: ProcessRef, two: Ref<ProcessProtocol>): Promise<void> {
  await one.call.ask(two);
  await two.call.ask(one);
}
