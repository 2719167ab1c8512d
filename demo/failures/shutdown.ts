/**
 * Shutdown: a tree under load is stopped, as by SIGTERM, and one sees what becomes of everything.
 *
 *     start ──▶ load ──▶ stop: intake · drain · tree · rest · threads ──▶ what was promised
 */
import {
  type Counters,
  childRef,
  type PhaseReport,
  type Ref,
  type StopReport,
  type SupervisorProtocol,
  type System,
  startSystem,
} from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { conservationLines } from "./conservation.ts";
import { countLetters } from "./letters.ts";
import {
  Customer,
  Customers,
  Shop,
  type TillProtocol,
  Tills,
  Watchman,
} from "./shutdown.actors.ts";
import { type Ended, judge } from "./shutdown.judge.ts";
import { duration, keptLog, type LogLine, type Stage } from "./stage.ts";
import { cut, drawTree, readTree, type TreeNode } from "./tree.ts";

const LOAD_MS = 1000;
/** More threads with customers and tills show nothing new. */
const SHOP_THREADS_MAX = 4;
/** Small, so that one need not wait: the customers never stop by themselves. */
const DRAIN_MS = 300;
const WATCHMAN_MS = 200;
/** Of a phase. */
const RUNNING_TOLD_MAX = 4;

type Shopping = System & { readonly root: Ref<SupervisorProtocol> };

/** Settles with whether every promise was kept. */
export async function playShutdown(stage: Stage): Promise<boolean> {
  const { log, lines } = keptLog();
  const { threads } = stage;
  stage.title(
    "shutdown",
    "customers place orders at the tills of a shop as fast as they can, and then it is stopped. " +
      "It ends in phases, each within its time, and of each order one learns what became of it.",
  );
  const system = await startSystem({
    threads,
    log,
    development: false,
    signals: false,
    drainTimeout: DRAIN_MS,
    stopTimeout: WATCHMAN_MS,
    root: { definition: Shop, args: [shopThreads(threads)] },
  });
  try {
    return await stage.console.interrupt.race(play(stage, system, lines));
  } finally {
    await system.stop();
  }
}

/** Where tills and customers live: on main if there is nothing else. */
function shopThreads(threads: number): number[] {
  const count = Math.min(threads, SHOP_THREADS_MAX);
  return count === 0 ? [0] : Array.from({ length: count }, (_, at) => at + 1);
}

async function play(stage: Stage, system: Shopping, log: readonly LogLine[]): Promise<boolean> {
  const letters = countLetters(system);
  const watchman = await system.spawn(Watchman, [], { label: "watchman" });
  const tree = await readTree(system, "shop", system.root, "Shop");
  stage.heading("the tree");
  stage.lines(drawTree(tree, stage.columns - 2));
  stage.lines([cut(`and ${watchman}: has no supervisor, and will not end`, stage.columns - 2)]);
  await openShop(system, tree);
  await stage.watch(LOAD_MS, () => `${grouped(system.counters().handled)} messages handled`);

  const before = system.counters();
  stage.heading("stop, as after SIGTERM");
  system.stopPhases((phase) => stage.lines(phaseLines(phase, stage.columns - 2)));
  const report = await system.stop();
  const ended = log.filter(({ message }) => message === "ended").map(({ fields }) => fields);
  showEnd(stage, tree, before, report, ended);
  const promises = judge({ tree, report, letters, ended, watchman: String(watchman) });
  stage.verdict(
    promises,
    "What is stopped under load is to end in order and in time, and nothing silently:",
  );
  const facts = { tree, before, after: report.counters, phases: report.phases, letters };
  stage.facts({ demo: "shutdown", ok: promises.kept, ...facts, promises: promises.all });
  return promises.kept;
}

/** Every customer goes to every till, by refs that lead to whichever till runs. */
async function openShop(system: Shopping, tree: TreeNode): Promise<void> {
  const [tills, customers] = await Promise.all([
    childRef(system.root, Tills, "tills"),
    childRef(system.root, Customers, "customers"),
  ]);
  const idsOf = (id: string): string[] =>
    tree.children.find((node) => node.id === id)?.children.map((node) => node.id) ?? [];
  const counters = await Promise.all(
    idsOf("tills").map((id) => tills.call.child(id) as Promise<Ref<TillProtocol>>),
  );
  for (const id of idsOf("customers")) {
    (await childRef(customers, Customer, id)).cast.shop(counters);
  }
}

/** `drain     312 ms   of 300 ms   410 233 handled   0 dead-lettered`, and what still ran. */
function phaseLines(phase: PhaseReport, columns: number): string[] {
  const { name, ms, deadlineMs, handled, deadLettered, stillRunning } = phase;
  const limit = deadlineMs === 0 ? "nothing to do" : `of at most ${duration(deadlineMs)}`;
  const facts = `${grouped(handled)} handled, ${grouped(deadLettered)} dead letters`;
  const line = `${name.padEnd(8)} ${duration(ms).padStart(7)} ${limit.padEnd(18)} ${facts}`;
  const shown = stillRunning.slice(0, RUNNING_TOLD_MAX);
  const more = stillRunning.length - shown.length;
  return [
    ...wrapped(line, columns),
    ...shown.map((one) => cut(`  still running: ${one}`, columns)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** In two lines where one is too long. */
function wrapped(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const at = line.lastIndexOf("  ", columns);
  return at <= 0
    ? [cut(line, columns)]
    : [line.slice(0, at).trimEnd(), cut(`  ${line.slice(at).trim()}`, columns)];
}

function showEnd(
  stage: Stage,
  tree: TreeNode,
  before: Counters,
  { counters, ms }: StopReport,
  ended: readonly Ended[],
): void {
  const places = new Map(ended.map(({ ended: id }, at) => [id, at + 1]));
  const note = ({ id }: TreeNode): string => {
    const place = places.get(id);
    return place === undefined ? "" : `ended as no. ${place}`;
  };
  stage.heading(`the tree, after ${duration(ms)}`);
  stage.lines(drawTree(tree, stage.columns - 2, note));
  stage.heading("every message");
  const moments = [
    ["before", before],
    ["after", counters],
  ] as const;
  stage.lines(conservationLines(moments, stage.columns - 2));
}
