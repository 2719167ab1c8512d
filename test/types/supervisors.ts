/** What TypeScript must and must not let pass of supervisors and their children. */

import {
  childRef,
  childSpec,
  defineActor,
  defineSupervisor,
  type Ref,
  type SupervisorProtocol,
  type System,
} from "../../actors/index.ts";

declare const system: System;
const url = import.meta.url;

const Counter = defineActor(url, "Counter", {
  init: (_self, start: number) => ({ count: start }),
  handlers: {
    add: (self, by: number) => (self.state.count += by),
  },
});
const Idle = defineActor(url, "Idle", { init: () => ({}), handlers: {} });

childSpec(Counter, [1]);
childSpec(Counter, [1], { id: "one", restart: "transient", shutdown: "brutal-kill" });
childSpec(Idle);
childSpec(Idle, [], { near: "one", apart: ["two"], thread: "own" });
// @ts-expect-error
childSpec(Counter);
// @ts-expect-error
childSpec(Counter, ["1"]);
// @ts-expect-error
childSpec(Counter, [1], { restart: "always" });
// @ts-expect-error
childSpec(Counter, [1], { shutdown: "brutal_kill" });
// @ts-expect-error Children are always linked.
childSpec(Counter, [1], { link: true });

const App = defineSupervisor(url, "App", (start: number) => ({
  strategy: "rest-for-one",
  autoShutdown: "any-significant",
  children: [childSpec(Counter, [start]), { id: "idle", definition: Idle }],
}));
defineSupervisor(url, "Later", async () => ({ children: [] }), { restart: "transient" });
// @ts-expect-error
defineSupervisor(url, "WrongStrategy", () => ({ strategy: "one_for_one", children: [] }));
// @ts-expect-error Without children there is nothing to supervise.
defineSupervisor(url, "NoChildren", () => ({ strategy: "one-for-one" }));

export async function use(): Promise<void> {
  const app: Ref<SupervisorProtocol> = await system.spawn(App, [1]);
  // @ts-expect-error
  await system.spawn(App);
  const counter = await childRef(app, Counter, "Counter");
  const sum: number = await counter.call.add(1);
  // @ts-expect-error
  await counter.call.add("1");
  const { active } = await app.call.countChildren();
  const [first] = await app.call.whichChildren();
  const status: "starting" | "running" | "stopping" | "restarting" | "stopped" | undefined =
    first?.status;
  await app.call.startChild(childSpec(Counter, [sum + active], { id: status ?? "none" }));
  // @ts-expect-error
  await app.call.startChild({ id: "idle" });
  // @ts-expect-error The timer of a supervisor is its own affair.
  app.cast.retryChildren();
}
