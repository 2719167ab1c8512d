/** The parent that forks, and the children that it joins. */

import { type Deferred, defineActor, type Ref } from "../../actors/index.ts";
import { arithmetic } from "./arithmetic.ts";

interface Parent {
  fork(first: number, count: number): number;
  next(): void;
  join(result: number): void;
}

export const Forker = defineActor(import.meta.url, "Forker", {
  init: () => ({
    ...{ next: 0, end: 0, left: 0, sum: 0 },
    done: undefined as Deferred<number> | undefined,
  }),
  handlers: {
    /** Answers when the last of `count` children has joined. */
    fork(self, first: number, count: number): Deferred<number> {
      const done = self.defer<number>();
      Object.assign(self.state, { next: first, end: first + count, left: count, sum: 0, done });
      (self.ref as Ref<Parent>).cast.next();
      return done;
    },
    /** One child after the other; those that are done join in between. */
    next(self): void {
      const parent = self.ref as Ref<Parent>;
      const number = self.state.next;
      self.state.next += 1;
      void self.spawn(Child, [parent], { thread: "local" }).then((child) => {
        child.cast.compute(number);
        if (number + 1 < self.state.end) parent.cast.next();
      });
    },
    join(self, result: number): void {
      const { state } = self;
      state.sum += result;
      state.left -= 1;
      if (state.left > 0) return;
      state.done?.resolve(state.sum);
      self.stop();
    },
  },
});

const Child = defineActor(import.meta.url, "Child", {
  init: (_self, parent: Ref<Parent>) => ({ parent }),
  handlers: {
    compute(self, number: number): void {
      self.state.parent.cast.join(arithmetic(number));
      self.stop();
    },
  },
});
