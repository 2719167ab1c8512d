/**
 * A sorter divides a long list by a pivot and gives the lesser and the greater values to sorters of
 * their own; a short list it sorts itself.
 */

import { defineActor, type Ref, type SpawnOptions } from "../../actors/index.ts";

interface Parent {
  sorted(values: Int32Array, side: Side): void;
}

/** Where the three parts of a list lie. */
export const LESS = 0;
const EQUAL = 1;
const GREATER = 2;
type Side = typeof LESS | typeof GREATER;

/** Lists of fewer values are sorted without further actors. */
const SHORT = 2048;

/** Sorters of the first so many levels are spread over the threads; others live beside theirs. */
const SPREAD_LEVELS = 3;
const SPREAD: SpawnOptions = { thread: "spread" };
const LOCAL: SpawnOptions = { thread: "local" };

export const Sorter = defineActor(import.meta.url, "Sorter", {
  init: (_self, parent: Ref<Parent>, side: Side, level: number) => ({
    ...{ parent, side, level, missing: 2 },
    parts: [] as Int32Array[],
  }),
  handlers: {
    sort(self, values: Int32Array): void {
      const { parent, side, level } = self.state;
      if (values.length < SHORT) {
        parent.cast.sorted(values.toSorted(), side);
        self.stop();
        return;
      }
      self.state.parts = divided(values);
      const me = self.ref as Ref<Parent>;
      const place = level < SPREAD_LEVELS ? SPREAD : LOCAL;
      for (const part of [LESS, GREATER] as const) {
        const unsorted = self.state.parts[part] as Int32Array;
        void self
          .spawn(Sorter, [me, part, level + 1], place)
          .then((sorter) => sorter.cast.sort(unsorted));
      }
    },
    sorted(self, values: Int32Array, from: Side): void {
      const { parent, side, parts } = self.state;
      parts[from] = values;
      self.state.missing -= 1;
      if (self.state.missing > 0) return;
      parent.cast.sorted(joined(parts), side);
      self.stop();
    },
  },
});

function divided(values: Int32Array): Int32Array[] {
  const pivot = values[values.length >> 1] as number;
  const less = new Int32Array(values.length);
  const greater = new Int32Array(values.length);
  let [lessCount, greaterCount] = [0, 0];
  for (const value of values) {
    if (value < pivot) less[lessCount++] = value;
    else if (value > pivot) greater[greaterCount++] = value;
  }
  const parts: Int32Array[] = [];
  parts[LESS] = less.slice(0, lessCount);
  parts[EQUAL] = new Int32Array(values.length - lessCount - greaterCount).fill(pivot);
  parts[GREATER] = greater.slice(0, greaterCount);
  return parts;
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The parent of the first sorter: reports a hash of what it gets. */
export const Checker = defineActor(import.meta.url, "Checker", {
  init: (_self, total: Ref<{ report(value: number): void }>) => ({ total }),
  handlers: {
    sorted(self, values: Int32Array, _side: Side): void {
      let hash = 0;
      for (const value of values) hash = (hash * 31 + value) % 1_000_003;
      self.state.total.cast.report(hash);
      self.stop();
    },
  },
});
