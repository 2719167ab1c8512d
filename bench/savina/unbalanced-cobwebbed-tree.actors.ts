/**
 * The root, which decides who may grow, and the nodes.
 *
 * The suite draws lots as the requests come in; here a node's seed decides, so that every run grows
 * the same tree.
 */

import { defineActor, type Ref, type Self, type SpawnOptions } from "../../actors/index.ts";
import { Random } from "./random.ts";

interface Parent {
  /** A child has children of its own. */
  grown(): void;
  done(result: number): void;
}

interface RootProtocol extends Parent {
  mayGrow(node: Ref<NodeProtocol>, seed: number, level: number): void;
}

interface NodeProtocol extends Parent {
  grow(): void;
  traverse(): void;
}

/** Children of a node that may grow. */
const CHILDREN = 10;
/** Steps of a node's work, at least, and how many more at most. */
const WORK = 250;
const WORK_MORE = 500;
/** In so many groups of a hundred, one child has more to do, and at once. */
const URGENT_PERCENT = 50;
const URGENT_WORK = 5000;

/** Children of the first so many levels are spread over the threads; others live beside theirs. */
const SPREAD_LEVELS = 2;
const SPREAD: SpawnOptions = { thread: "spread" };
const LOCAL: SpawnOptions = { thread: "local" };

export const Root = defineActor(import.meta.url, "Root", {
  init: (_self, height: number, total: Ref<{ report(value: number): void }>) => ({
    ...{ height, total, asking: CHILDREN, missing: CHILDREN, sum: 0 },
    children: [] as readonly Ref<NodeProtocol>[],
  }),
  handlers: {
    grow(self, seed: number): Promise<void> {
      const me = self.ref as Ref<RootProtocol>;
      const random = new Random(seed);
      const children = Array.from({ length: CHILDREN }, () =>
        self.spawn(Node, [me, me, random.next(), 1, 0], SPREAD),
      );
      // Requests wait in the mailbox until all are there.
      return Promise.all(children).then((refs) => {
        self.state.children = refs;
      });
    },
    /** The last answer ends the growth. */
    mayGrow({ state }, node: Ref<NodeProtocol>, seed: number, level: number): void {
      const may = level < state.height && seed % 2 === 1;
      state.asking += (may ? CHILDREN : 0) - 1;
      if (state.asking === 0) for (const child of state.children) child.cast.traverse();
      if (may) node.cast.grow();
    },
    grown({ state }): void {
      state.sum += 1;
    },
    done(self, result: number): void {
      const { state } = self;
      state.sum += result;
      state.missing -= 1;
      if (state.missing > 0) return;
      state.total.cast.report(state.sum);
      self.stop();
    },
  },
});

const NONE: readonly Ref<NodeProtocol>[] = [];

const Node = defineActor(import.meta.url, "Node", {
  init(
    self,
    root: Ref<RootProtocol>,
    parent: Ref<Parent>,
    seed: number,
    level: number,
    urgent: number,
  ) {
    root.cast.mayGrow(self.ref as Ref<NodeProtocol>, seed, level);
    const sum = worked(seed, urgent);
    return { root, parent, seed, level, sum, missing: 0, children: NONE };
  },
  handlers: {
    /** Until its children are there, all else waits. */
    grow(self): Promise<void> {
      const { root, parent, seed, level } = self.state;
      const me = self.ref as Ref<Parent>;
      parent.cast.grown();
      const random = new Random(seed);
      const urgent = seed % 100 < URGENT_PERCENT ? random.below(CHILDREN) : -1;
      const place = level < SPREAD_LEVELS ? SPREAD : LOCAL;
      const children = Array.from({ length: CHILDREN }, (_, index) => {
        const work = index === urgent ? URGENT_WORK : 0;
        return self.spawn(Node, [root, me, random.next(), level + 1, work], place);
      });
      return Promise.all(children).then((refs) => {
        self.state.children = refs;
      });
    },
    traverse(self): void {
      const { state } = self;
      state.sum += worked(state.seed, WORK + (state.seed % WORK_MORE));
      state.missing = state.children.length;
      for (const child of state.children) child.cast.traverse();
      if (state.missing === 0) finish(self);
    },
    grown({ state }): void {
      state.sum += 1;
    },
    done(self, result: number): void {
      const { state } = self;
      state.sum += result;
      state.missing -= 1;
      if (state.missing === 0) finish(self);
    },
  },
});

function finish(self: Self<{ readonly parent: Ref<Parent>; readonly sum: number }>): void {
  self.state.parent.cast.done(self.state.sum);
  self.stop();
}

/** Something to do that takes so many steps. */
function worked(seed: number, steps: number): number {
  let number = seed & 0xffff;
  for (let step = 0; step < steps; step += 1) number = (number * 1103 + 12_345) & 0xffff;
  return number;
}
