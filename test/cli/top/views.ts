/** Invented views of systems, for tests of what is drawn of them. */

import type {
  ActorView,
  Hello,
  ThreadView,
  TopView,
  TotalsView,
  TreeActor,
  TreeView,
} from "../../../runtime/index.ts";

export const hello: Hello = {
  type: "hello",
  protocol: 1,
  pid: 4711,
  system: 1,
  node: "v20.20.2",
  sabeam: "0.1.0",
  startedAt: 1_700_000_000_000,
  threads: 2,
};

export function thread(index: number, facts: Partial<ThreadView> = {}): ThreadView {
  return {
    index,
    name: index === 0 ? "main" : `thread ${index}`,
    state: "running",
    generation: 1,
    own: false,
    parked: true,
    running: undefined,
    actors: 3,
    queued: 0,
    turns: 1000,
    rate: 0,
    cpu: 1,
    heapKb: 46_080,
    toldMs: 12,
    ...facts,
  };
}

export function actor(address: string, facts: Partial<ActorView> = {}): ActorView {
  const [, definition = "", slot = "", incarnation = ""] =
    /^(.*)<(\d+)\.(\d+)>$/.exec(address) ?? [];
  return {
    ...{ address, definition, slot: Number(slot), incarnation: Number(incarnation) },
    name: undefined,
    alive: true,
    status: "idle",
    thread: 1,
    parent: undefined,
    running: undefined,
    waitsFor: undefined,
    queued: 0,
    growth: 0,
    handled: 100,
    rate: 0,
    meanUs: undefined,
    longestUs: undefined,
    busy: 0,
    restarts: 0,
    ageMs: 90_000,
    ...facts,
  };
}

const totals: TotalsView = {
  actors: 5,
  sent: 1_000_000,
  handled: 987_000,
  deadLettered: 12,
  dropped: 0,
  queued: 12_988,
  crashes: 3,
  lateReplies: 0,
  badLanes: 0,
  rate: 312_000,
};

const look = { at: 1_700_012_600_000, uptimeMs: 12_600_000, sinceMs: 1000, totals };

/** A turn that does not end. */
const looping = { actor: "Evil<9.1>", handler: "match", ms: 4200 };

export const threads: readonly ThreadView[] = [
  thread(0),
  thread(1, { parked: false, cpu: 99, rate: 312_000, queued: 12_988 }),
  thread(2, { parked: false, cpu: 100, running: looping, generation: 2 }),
];

export const actors: readonly ActorView[] = [
  actor("Evil<9.1>", { status: "running", running: looping, thread: 2, busy: 100 }),
  actor("Cart<5.3>", {
    ...{ name: "cart 取引所", status: "running", queued: 12_988, growth: 480, restarts: 2 },
    ...{ running: { actor: "Cart<5.3>", handler: "add", ms: 1.2 } },
    ...{ rate: 312_000, meanUs: 2.4, longestUs: 8300, busy: 99, handled: 98_700_000 },
  }),
  actor("Shop<4.1>", { status: "waiting", waitsFor: "Bank<3.1>", thread: 0, rate: 0.5 }),
  actor("Bank<3.1>", { name: "bank", thread: 0, meanUs: 120_000, longestUs: 250_000 }),
  actor("Clock<2.1>", { thread: 0, ageMs: 12_600_000 }),
];

export function topView(facts: Partial<TopView> = {}): TopView {
  return { type: "top", ...look, threads, actors, omitted: 0, ...facts };
}

export function treeActor(
  depth: number,
  address: string,
  facts: Partial<TreeActor> = {},
): TreeActor {
  return { ...actor(address), depth, children: 0, omitted: 0, ...facts };
}

export const treeActors: readonly TreeActor[] = [
  treeActor(0, "Shop<1.1>", { name: "shop", children: 3 }),
  treeActor(1, "Carts<2.1>", { children: 502, omitted: 500, thread: 2 }),
  treeActor(2, "Cart<5.3>", { restarts: 2, queued: 12_988, growth: 480 }),
  treeActor(2, "Cart<6.1>", { status: "recovering" }),
  treeActor(1, "Bank<3.1>", { children: 1 }),
  treeActor(2, "Ledger<7.1>"),
  treeActor(1, "Clock<4.1>"),
  treeActor(0, "Evil<9.1>", { status: "running", running: looping, thread: 2 }),
];

export function treeView(facts: Partial<TreeView> = {}): TreeView {
  return {
    ...{ type: "tree", ...look, threads, actors: treeActors },
    ...{ omittedRoots: 0, omitted: 500, ...facts },
  };
}
