/** A tree of supervisors: a crash costs who stands on what crashed, and nobody else. */

import { setTimeout as sleep } from "node:timers/promises";
import { childRef, type Log, startSystem } from "../actors/index.ts";
import { App, Page, Pages } from "./tree.actors.ts";

const none = (): void => {};
const log: Log = { debug: none, info: none, warn: none, error: none };
const system = await startSystem({ threads: 2, log });
const app = await system.spawn(App);

// Refs by id: they lead to whichever incarnation runs.
const pages = await childRef(app, Pages, "pages");
const home = await childRef(pages, Page, "/");
console.log(await home.call.view("ann")); //=> / for ann, 1 views

/** Who runs, and how often each has been started again. */
async function show(): Promise<void> {
  for (const { id, type, restarts } of await app.call.whichChildren()) {
    console.log(id, type, restarts);
  }
}

/** Waits until a child of the app, or a page, has been started again so often and runs. */
async function restarted(of: typeof app, id: string, times: number): Promise<void> {
  for (;;) {
    const children = await of.call.whichChildren();
    const child = children.find((one) => one.id === id);
    if (child?.status === "running" && child.restarts === times) return;
    await sleep(1);
  }
}

// A page crashes: its caller gets the error, and the page is there again. Nobody else noticed.
await home.call.view("").catch(({ message }) => console.log(message)); //=> nobody
await restarted(pages, "/", 1);
console.log(await home.call.view("bob")); //=> / for bob, 2 views

// The store crashes: what it knew is gone, and all behind it begin again with it.
const bug = await childRef(pages, Page, "/bug");
await bug.call.view("eve").catch(({ message }) => console.log(message)); //=> the store has a bug
await restarted(app, "door", 1);
await show();
//=> store worker 1
//=> pages supervisor 1
//=> door worker 1

await system.stopActor(app, { reason: "shutdown" });
await system.stop();
