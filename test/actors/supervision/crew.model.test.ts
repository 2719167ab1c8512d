/**
 * Any number of children through any sequence of starts, ends and time, against a model.
 *
 * Method: the model says for each child what it must be now, from the few sentences of the rules;
 * the crew's own view is compared after each step, and so is every actor that is alive.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "../../../actors/errors.ts";
import type { ExitReason } from "../../../actors/exit.ts";
import type { Crew } from "../../../actors/supervision/crew.ts";
import type { Member } from "../../../actors/supervision/member.ts";
import type { RestartType } from "../../../actors/types.ts";
import {
  CRASH,
  type FakeActor,
  type FakeWorld,
  GUILTY,
  LOST,
  make,
  NORMAL,
  SHUTDOWN,
  start,
} from "../support/crew-world.ts";

// What a child must be: `is` by the rules, `due` when that changes by itself.
interface Expected {
  readonly member: Member;
  readonly restart: RestartType;
  readonly shutdown: number;
  is: "starting" | "running" | "waiting" | "stopping" | "gone";
  first: boolean;
  doomed: boolean;
  actor: FakeActor | undefined;
  due: number;
}

type Step =
  | { type: "start"; restart: RestartType; shutdown: number; obeys: boolean }
  | { type: "settle"; at: number; how: "up" | "fails" | "refuses" | "up and dies" }
  | { type: "die"; at: number; reason: ExitReason }
  | { type: "end"; at: number }
  | { type: "pass"; ms: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("start" as const),
    restart: fc.constantFrom<RestartType>("permanent", "transient", "temporary"),
    shutdown: fc.constantFrom(5, 20),
    obeys: fc.boolean(),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("settle" as const),
      at: fc.nat(5),
      how: fc.constantFrom("up" as const, "up" as const, "fails", "refuses", "up and dies"),
    }),
  },
  fc.record({
    type: fc.constant("die" as const),
    at: fc.nat(5),
    reason: fc.constantFrom(NORMAL, SHUTDOWN, CRASH, LOST, GUILTY),
  }),
  fc.record({ type: fc.constant("end" as const), at: fc.nat(5) }),
  fc.record({ type: fc.constant("pass" as const), ms: fc.nat(10) }),
);

class Model {
  readonly children: Expected[] = [];
  stamps: number[] = [];
  over = false;
  readonly #intensity: number;
  readonly #period: number;

  constructor(intensity: number, period: number) {
    this.#intensity = intensity;
    this.#period = period;
  }

  up(child: Expected, actor: FakeActor, now: number, dies: boolean): void {
    child.first = false;
    child.actor = actor;
    child.is = "running";
    if (child.doomed || this.over) this.stop(child, now);
    else if (dies) this.died(child, CRASH, now);
  }

  died(child: Expected, reason: ExitReason, now: number): void {
    if (child.is === "stopping") child.is = "gone";
    if (child.is !== "running") return;
    const orderly = reason.type === "normal" || reason.type === "shutdown";
    const again = child.restart === "permanent" || (child.restart === "transient" && !orderly);
    child.is = "gone";
    if (!again || this.over) return;
    const free = reason.type === "lost" && reason.culprit === undefined;
    if (free || this.#charged(now)) child.is = "starting";
  }

  failed(child: Expected, refused: boolean, now: number): void {
    child.is = "gone";
    if (child.first || refused || child.doomed || this.over || !this.#charged(now)) return;
    child.is = "waiting";
    child.due = now + 1;
  }

  stop(child: Expected, now: number): void {
    child.is =
      child.actor?.obeys === true || child.actor?.ended !== undefined ? "gone" : "stopping";
    child.due = now + child.shutdown;
  }

  #charged(now: number): boolean {
    this.stamps = [...this.stamps.filter((stamp) => stamp >= now - this.#period), now];
    if (this.stamps.length > this.#intensity) this.over = true;
    return !this.over;
  }
}

test("property: any children, through anything, are what the rules say", {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(4),
      fc.integer({ min: 1, max: 30 }),
      fc.array(anyStep, { maxLength: 60, size: "max" }),
      async (intensity, period, steps) => {
        const [crew, world] = make({ intensity, period });
        const model = new Model(intensity, period);
        for (const step of steps) {
          if (!model.over) await perform(step, crew, world, model);
          compare(crew, world, model);
        }
      },
    ),
    { numRuns: 500 },
  );
});

async function perform(step: Step, crew: Crew, world: FakeWorld, model: Model): Promise<void> {
  const now = world.now();
  const at = <Item>(list: Item[], index: number): Item | undefined => list[index % list.length];
  if (step.type === "start") {
    const { restart, shutdown, obeys } = step;
    const { member } = start(crew, restart, { shutdown }, [obeys]);
    const first = {
      is: "starting",
      first: true,
      doomed: false,
      actor: undefined,
      due: 0,
    } as const;
    model.children.push({ member, restart, shutdown, ...first });
  } else if (step.type === "settle") {
    const open = at(world.open, step.at);
    if (open === undefined) return;
    const child = model.children.find(({ member }) => member.spec === open.spec) as Expected;
    const dies = step.how === "up and dies";
    if (step.how === "up" || dies) {
      const actor = await world.settle(world.open.indexOf(open), undefined, (born) => {
        born.obeys = child.shutdown === 20;
        if (dies) world.die(born, CRASH);
      });
      model.up(child, actor as FakeActor, now, dies);
    } else {
      const refused = step.how === "refuses";
      await world.settle(world.open.indexOf(open), refused ? new Refusal("no") : new Error("no"));
      model.failed(child, refused, now);
    }
  } else if (step.type === "die") {
    const actor = at(world.alive(), step.at);
    if (actor === undefined) return;
    world.die(actor, step.reason);
    for (const child of model.children) {
      if (child.actor === actor) model.died(child, step.reason, now);
    }
  } else if (step.type === "end") {
    const child = at(model.children, step.at);
    if (child === undefined || child.is === "gone") return;
    crew.end(child.member);
    if (child.is === "running") model.stop(child, now);
    else if (child.is === "waiting") child.is = "gone";
    else child.doomed = true;
  } else {
    for (let passed = 0; passed < step.ms; passed += 1) {
      world.pass(1);
      for (const child of model.children) {
        if (child.due > world.now()) continue;
        if (child.is === "waiting") child.is = "starting";
        else if (child.is === "stopping") child.is = "gone";
      }
    }
  }
}

function compare(crew: Crew, world: FakeWorld, model: Model): void {
  const known = model.children.filter(({ is }) => is !== "gone");
  expect(new Set(crew)).toEqual(new Set(known.map(({ member }) => member)));
  expect(crew.size).toBe(known.length);
  const active = known.filter(({ is }) => is === "running" || is === "stopping").length;
  expect(crew.counts()).toMatchObject({ specs: known.length, active, supervisors: 0 });
  for (const { member, is } of known) expect(member.phase).toBe(is);
  expect(world.stopped !== undefined).toBe(model.over);
  expect(world.broke).toBeUndefined();
  // Nobody is alive that is not known, and each is found by its ref.
  for (const actor of world.alive()) {
    const child = model.children.find((expected) => expected.actor === actor);
    if (child !== undefined) expect(crew.find(actor.ref)).toBe(child.member);
    expect(child?.is).toMatch(/running|stopping/);
  }
}
