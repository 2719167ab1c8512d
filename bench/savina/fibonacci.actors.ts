/** A node: has the two numbers below its own computed by children, and reports their sum. */

import { defineActor, type Ref, type SpawnOptions } from "../../actors/index.ts";

interface Parent {
  report(value: number): void;
}

/** Children of the first so many levels are spread over the threads; others live beside theirs. */
const SPREAD_LEVELS = 4;
const SPREAD: SpawnOptions = { thread: "spread" };
const LOCAL: SpawnOptions = { thread: "local" };

export const Node = defineActor(import.meta.url, "Node", {
  init: (_self, parent: Ref<Parent>, level: number) => ({ parent, level, missing: 2, sum: 0 }),
  handlers: {
    compute(self, number: number): void {
      const { parent, level } = self.state;
      if (number <= 2) {
        parent.cast.report(1);
        self.stop();
        return;
      }
      const me = self.ref as Ref<Parent>;
      const place = level < SPREAD_LEVELS ? SPREAD : LOCAL;
      for (const below of [number - 1, number - 2]) {
        void self.spawn(Node, [me, level + 1], place).then((node) => node.cast.compute(below));
      }
    },
    report(self, value: number): void {
      const { state } = self;
      state.sum += value;
      state.missing -= 1;
      if (state.missing > 0) return;
      state.parent.cast.report(state.sum);
      self.stop();
    },
  },
});
