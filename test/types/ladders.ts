/** Goal: a service has the protocol of its rungs, and rungs take what their `init` takes. */

import {
  defineActor,
  defineLadder,
  type LadderSpec,
  ladderRef,
  type Ref,
  type RungProtocol,
  rung,
  startSystem,
} from "../../dist/actors/index.js";
import { type Equal, is } from "./equal.ts";

const Good = defineActor(import.meta.url, "Good", {
  init: (_self, size: number) => ({ size }),
  handlers: { health: () => {}, plan: (_self, job: string): number => job.length },
});
const Simple = defineActor(import.meta.url, "Simple", {
  init: () => ({}),
  handlers: { health: () => {}, plan: (_self, job: string): number => job.length },
});
const Mute = defineActor(import.meta.url, "Mute", {
  init: () => ({}),
  handlers: { plan: (_self, job: string): number => job.length },
});

const Planner = defineLadder(import.meta.url, "Planner", (size: number) => ({
  rungs: [rung(Good, [size]), rung(Simple)],
}));

interface PlanProtocol extends RungProtocol {
  plan(job: string): number;
}
const Narrow = defineLadder(
  import.meta.url,
  "Narrow",
  (): LadderSpec<PlanProtocol> => ({ rungs: [rung(Good, [1]), rung(Simple)] }),
);

export async function use(): Promise<void> {
  const system = await startSystem();
  const service = await ladderRef(await system.spawn(Planner, [1]));
  is<Equal<ReturnType<typeof service.call.plan>, Promise<number>>>();
  // @ts-expect-error: a job is a text.
  service.cast.plan(1);
  // @ts-expect-error: there is no such message.
  service.cast.plot("job");
  // @ts-expect-error: it takes an argument.
  await system.spawn(Planner);
  const narrow: Ref<PlanProtocol> = await ladderRef(await system.spawn(Narrow), "strong");
  await narrow.call.plan("job");
  // @ts-expect-error: it takes an argument.
  rung(Good);
  // @ts-expect-error: of another type.
  rung(Good, ["1"]);
  // @ts-expect-error: it has no probe.
  rung(Mute);
  // @ts-expect-error: rungs have no names, since two incarnations may live at once.
  rung(Simple, [], { name: "simple" });
}
