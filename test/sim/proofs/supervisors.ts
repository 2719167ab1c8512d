/**
 * Supervisors: trees of all strategies over several threads, while children fail, end and are
 * stopped, and threads die.
 *
 * Always: one life of each child at a time; children start in order and are stopped in reverse, for
 * a reason; a supervisor gives up when its children have ended too often, and not before. At the
 * end: every child runs that should, and nobody else.
 */

import type { AnyRef, Log, Ref, SupervisorProtocol } from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { Random } from "../../../dist/runtime/index.js";
import { calm, drawTrouble, type Met, MORTAL, type Proof, started } from "./proof.ts";
import { Branch, type BranchSpec, type LeafSpec, noteIn, ROOT, type Wish } from "./trees.actors.ts";
import { Trees } from "./trees.ts";

const THREADS = 3;
const TROUBLE_MS = 1_200;
const CALM_MS = 3_000;
const STRATEGIES = ["one-for-one", "one-for-all", "rest-for-one"] as const;
const RESTARTS = ["permanent", "permanent", "permanent", "transient", "temporary"] as const;
const WISHES: readonly Wish[] = ["crash", "crash", "normal", "shutdown"];
const GAVE_UP = "a supervisor gives up: too many restarts";

function drawLeaf(random: Random, id: string, isCalm: boolean): LeafSpec {
  return {
    id,
    restart: RESTARTS[random.int(RESTARTS.length)] ?? "permanent",
    thread: random.chance(50) ? "spread" : random.int(THREADS + 1),
    failsPercent: isCalm ? 0 : random.int(20),
    endsMs: random.chance(30) ? random.int(8) : 0,
  };
}

export function drawBranch(random: Random, id: string, depth: number, isCalm: boolean): BranchSpec {
  const count = 2 + random.int(3);
  const children = Array.from({ length: count }, (_, at) => {
    const isBranch = depth < 2 && (depth === 0 || random.chance(15));
    if (isBranch) return drawBranch(random, `${id}${at}`, depth + 1, isCalm);
    return drawLeaf(random, `${id}${at}`, isCalm);
  });
  const isRoot = depth === 0;
  return {
    id,
    children,
    thread: random.chance(50) ? "spread" : random.int(THREADS + 1),
    strategy: (isRoot ? undefined : STRATEGIES[random.int(3)]) ?? "one-for-one",
    intensity: isRoot ? 30 : 1 + random.int(6),
    period: isRoot ? 1_000 : 300 + random.int(1_500),
  };
}

export function leavesOf(child: LeafSpec | BranchSpec): string[] {
  return "children" in child ? child.children.flatMap(leavesOf) : [child.id];
}

interface Found {
  readonly id: string;
  readonly ref: AnyRef;
  readonly parent: Ref<SupervisorProtocol>;
}

/** All leaves that run, as their supervisors say. Empty if the root has ended. */
async function walk(branch: Ref<SupervisorProtocol>): Promise<Found[]> {
  const found: Found[] = [];
  const infos = await branch.call.whichChildren().catch(() => []);
  for (const { id, ref, type } of infos) {
    if (ref === undefined) continue;
    if (type === "worker") found.push({ id, ref, parent: branch });
    else found.push(...(await walk(ref as Ref<SupervisorProtocol>)));
  }
  return found;
}

/** Has leaves end, and stops and starts them. */
async function user(sim: Simulation, trees: Trees, root: Ref<SupervisorProtocol>): Promise<void> {
  const random = sim.random.fork("user");
  const until = sim.now + TROUBLE_MS;
  while (sim.now < until) {
    const leaves = await walk(root);
    for (let times = 0; times < 3 && leaves.length > 0; times += 1) {
      const { id, ref, parent } = leaves[random.int(leaves.length)] as Found;
      if (random.chance(85)) {
        const wish = WISHES[random.int(WISHES.length)] ?? "crash";
        (ref as Ref<{ end(wish: Wish): void }>).cast.end(wish);
        await sim.sleep(random.int(30));
        continue;
      }
      trees.stopped.add(id);
      await parent.call.terminateChild(id).catch(() => {});
      const again = await parent.call.restartChild(id).catch(() => undefined);
      if (again !== undefined) trees.stopped.delete(id);
    }
    await sim.sleep(random.int(80));
  }
}

async function body(sim: Simulation, faults: Plan, spec: BranchSpec, trees: Trees): Promise<Met> {
  noteIn(trees);
  sim.always("trees", () => trees.problems[0]);
  sim.always("who gives up ends", () => void trees.look(), { every: 64 });
  const root = await sim.system
    .spawn(Branch, [spec], { thread: spec.thread })
    .catch(() => undefined);
  if (root === undefined) return { neverUp: 1 };
  await started(sim);
  trees.mayFail = true;
  await user(sim, trees, root);
  await calm(sim, faults, CALM_MS);
  const found = await walk(root);
  trees.close(new Map(found.map(({ id, ref }) => [id, String(ref)])));
  await sim.system.stopActor(root, { timeout: 20_000 }).catch(() => {});
  trees.close(new Map());
  await sim.system.stop();
  return { ...trees.met, [found.length > 0 ? "up" : "down"]: 1 };
}

export const supervisors: Proof = {
  name: "supervisors",
  file: "test/sim/supervisors.test.ts",
  least: { begun: 5_000, groups: 1_500, gaveUp: 250, up: 50, kill: 120, crash: 80 },
  async run(seed, more) {
    const isCalm = seed % 2 === 0;
    const spec = drawBranch(new Random(seed).fork("tree"), ROOT, 0, isCalm);
    const kinds = { kill: [0, 60, 300][seed % 3] ?? 0, crash: 300, ...(isCalm ? {} : HELD_UP) };
    const trouble = { forMs: TROUBLE_MS, kinds, actors: leavesOf(spec), threads: THREADS };
    const faults = drawTrouble(seed, trouble);
    let trees: Trees | undefined;
    const log: Log = {
      ...NO_LOG,
      error: (fields, message) => {
        if (message === GAVE_UP) trees?.gaveUp((fields as { supervisor: string }).supervisor);
      },
    };
    const system = { development: seed % 4 < 2, log, ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const {
      result,
      faults: met,
      messages,
    } = await simulate(options, (sim) => {
      trees = new Trees(spec, isCalm, kinds.kill > 0);
      trees.sim = sim;
      return body(sim, faults, spec, trees);
    });
    return { ...result, ...met, messages };
  },
};

const HELD_UP = { slow: 60, stall: 10 };
const none = (): void => {};
const NO_LOG: Log = { debug: none, info: none, warn: none, error: none };
