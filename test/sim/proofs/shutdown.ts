/**
 * Shutdown: a stop at any moment, of a system in which trees, guests and clerks are at work, actors
 * fail, and threads die, before it and meanwhile.
 *
 * It ends, each phase within its deadline; `terminate` runs once, in trees from the last child to
 * the first; hooks run one after the other; whoever is cut off is named; nobody is left; every call
 * settles; and the counters come out even.
 */

import type { Ref } from "../../../dist/actors/index.js";
import {
  type Plan,
  type PlanEntry,
  type Simulation,
  simulate,
} from "../../../dist/actors/sim/index.js";
import { Random } from "../../../dist/runtime/index.js";
import { Clerk, type ClerkProtocol, noteIn as noteBooks, perform } from "./accounting.actors.ts";
import { Books } from "./books.ts";
import { Guests } from "./guests.ts";
import { deathsOf, drawTrouble, type Met, type Proof, START_MS, started } from "./proof.ts";
import { Guest, Lodger, noteIn as noteGuests } from "./shutdown.actors.ts";
import { drawBranch, leavesOf } from "./supervisors.ts";
import { Branch, type BranchSpec, noteInNew, ROOT } from "./trees.actors.ts";
import { Trees } from "./trees.ts";

const THREADS = 3;
const TROUBLE_MS = 500;
/** There is traffic for so long when the stop has begun. */
const AFTER_MS = 100;
const HOOK_MS = 50;
const TIMES = { stopTimeout: 300, drainTimeout: 100, treeTimeout: 2_000, stallAfter: 1_000 };

interface Run {
  readonly sim: Simulation;
  readonly trees: Trees;
  readonly books: Books;
  readonly guests: Guests;
}

async function invite({ sim, guests }: Run): Promise<void> {
  const random = sim.random.fork("guests");
  for (let count = 4 + random.int(6); count > 0; count -= 1) {
    const endsMs = random.chance(15) ? 2_000 : random.chance(50) ? random.int(100) : 0;
    const thread = random.int(THREADS + 1);
    const guest = await sim.system.spawn(Guest, [endsMs], { thread }).catch(() => undefined);
    if (random.chance(30)) guest?.cast.work(random.int(400));
  }
  for (let count = random.int(4); count > 0; count -= 1) {
    const ms = random.chance(20) ? 10 * HOOK_MS : random.int(HOOK_MS / 2);
    guests.hook(sim.system, { name: `hook ${count}`, ms, fails: random.chance(20) }, HOOK_MS);
  }
}

/** Clerks that send to each other until the end, whatever comes of it. */
async function traffic({ sim }: Run, isOver: () => boolean): Promise<Promise<unknown>[]> {
  const random = sim.random.fork("traffic");
  const clerks: Ref<ClerkProtocol>[] = [];
  for (let thread = 0; thread <= THREADS; thread += 1) {
    const clerk = await sim.system.spawn(Clerk, [], { thread }).catch(() => undefined);
    if (clerk !== undefined) clerks.push(clerk);
  }
  const lodgers: Ref<{ work(ms: number): Promise<number> }>[] = [];
  for (let thread = 1; thread <= THREADS; thread += 1) {
    const lodger = await sim.system.spawn(Lodger, [], { thread }).catch(() => undefined);
    if (lodger !== undefined) lodgers.push(lodger);
  }
  const open: Promise<unknown>[] = [];
  const go = async (): Promise<void> => {
    while (!isOver() && clerks.length > 0 && lodgers.length > 0) {
      const to = clerks[random.int(clerks.length)] as Ref<ClerkProtocol>;
      const how = random.chance(50) ? "cast" : random.chance(50) ? "call" : "later";
      const task = { to, how, bytes: random.int(100), ms: random.int(20) } as const;
      open.push(perform("outside", task).catch(() => {}));
      const lodger = lodgers[random.int(lodgers.length * 2)];
      lodger?.cast.work(random.int(20));
      // The one who waits for its answer would wait for ever, if nobody told it of the end.
      const patient = lodger?.with({ timeout: 3_600_000 });
      if (random.chance(20)) open.push(patient?.call.work(0).catch(() => {}) ?? Promise.resolve());
      await sim.sleep(random.int(6));
    }
  };
  open.push(go());
  return open;
}

async function body(run: Run, faults: Plan, stopMs: number): Promise<Met> {
  const { sim, trees, books, guests } = run;
  const { system } = sim;
  noteBooks(books);
  noteGuests(guests);
  sim.always("a stop", () => guests.problems[0] ?? trees.problems[0] ?? books.problems[0]);
  system.deadLetters((letter) => books.letter(letter));
  await invite(run);
  let isOver = false;
  const open = await traffic(run, () => isOver);
  await started(sim);
  await sim.sleep(stopMs - sim.now);
  const stop = system.stop();
  await sim.sleep(AFTER_MS);
  isOver = true;
  const report = await stop;
  const [node] = sim.nodes.values();
  const left = node?.hosts.flatMap(({ cells }) => cells.all().map(String)) ?? [];
  guests.is(left.length === 0, () => `there are still ${left}`);
  guests.is((node?.hosts.length ?? 0) <= 1, () => "there are still threads");
  guests.is((await system.stop()) === report, () => "a second stop is another one");
  const refused = await system.spawn(Guest, [0]).then(
    () => "nothing",
    ({ code }: { code?: string }) => code,
  );
  guests.is(/STOPPED|FAILED/.test(String(refused)), () => `a spawn meets ${refused}`);
  await Promise.all(open);
  const deaths = deathsOf(sim);
  guests.close(report, HOOK_MS, faults.length === 0);
  books.closeCalls((from) => from === "outside");
  trees.close(new Map());
  const failed = report.cause === "stop()" ? 0 : 1;
  return { ...books.met, ...guests.met, ...trees.met, deaths, failed };
}

/** Threads die as the stop begins, and there is no standby for all of them. */
function massacre(random: Random, stopMs: number): PlanEntry[] {
  const entries: PlanEntry[] = [];
  for (let thread = 1; thread <= THREADS; thread += 1) {
    const at = stopMs - 5 + random.int(AFTER_MS);
    entries.push({ at, type: "kill", node: "a", thread });
  }
  return entries;
}

export const shutdown: Proof = {
  name: "shutdown",
  file: "test/sim/shutdown.test.ts",
  least: {
    guests: 500,
    left: 300,
    cutOff: 100,
    lateHooks: 20,
    begun: 1_000,
    deaths: 60,
    failed: 10,
  },
  async run(seed, more) {
    const spec: BranchSpec = drawBranch(new Random(seed).fork("tree"), ROOT, 0, true);
    const kinds = seed % 4 === 0 ? {} : { kill: 300, crash: 200, slow: 60, stall: 30 };
    const trouble = { forMs: 2 * TROUBLE_MS, kinds, actors: leavesOf(spec), threads: THREADS };
    const random = new Random(seed).fork("stop");
    const stopMs = START_MS + random.int(TROUBLE_MS);
    const faults = drawTrouble(seed, trouble);
    if (seed % 4 === 1) faults.push(...massacre(random, stopMs));
    const root = { definition: Branch, args: [spec], thread: seed % (THREADS + 1) };
    const threadIntensity = { deaths: seed % 3 === 0 ? 2 : 1000 };
    const system = { development: seed % 2 === 0, ...TIMES, ownThreads: 0, threadIntensity, root };
    let trees = new Trees(spec, false, true);
    // The tree grows before the program runs.
    noteInNew(() => {
      trees = new Trees(spec, false, true);
      return trees;
    });
    const options = { seed, threads: THREADS, system, faults, ...more };
    const {
      result,
      faults: met,
      messages,
    } = await simulate(options, (sim) => {
      trees.sim = sim;
      const guests = new Guests(sim, TIMES.stopTimeout);
      return body({ sim, trees, books: new Books(sim), guests }, faults, stopMs);
    });
    return { ...result, ...met, messages };
  },
};
