/** A block of the matrix, which sends parts of its rows up and down, of its columns sideways. */

import { defineActor, type Ref, type Self } from "../../actors/index.ts";

interface BlockProtocol {
  row(step: number, part: Int32Array): void;
  column(step: number, part: Int32Array): void;
}

/** Where a block lies, in blocks, and sizes in nodes. */
interface Place {
  readonly y: number;
  readonly x: number;
  readonly nodes: number;
  readonly side: number;
}

interface State {
  readonly place: Place;
  /** Distances, one row after the other. */
  readonly values: Int32Array;
  readonly total: Ref<{ report(value: number): void }>;
  step: number;
  /** Parts that have come, by the step that they are for: others may be ahead. */
  readonly rows: Map<number, Int32Array>;
  readonly columns: Map<number, Int32Array>;
  /** Set when the block begins: who is beside it, and who above and below. */
  beside: readonly Ref<BlockProtocol>[] | undefined;
  above: readonly Ref<BlockProtocol>[];
}

export const Block = defineActor(import.meta.url, "Block", {
  init: (_self, place: Place, values: Int32Array, total: State["total"]): State => ({
    ...{ place, values: values.slice(), total, step: 0 },
    ...{ rows: new Map(), columns: new Map(), beside: undefined, above: [] },
  }),
  handlers: {
    begin(self, row: readonly Ref<BlockProtocol>[], column: readonly Ref<BlockProtocol>[]): void {
      self.state.beside = row;
      self.state.above = column;
      share(self.state);
      advance(self);
    },
    row(self, step: number, part: Int32Array): void {
      self.state.rows.set(step, part);
      advance(self);
    },
    column(self, step: number, part: Int32Array): void {
      self.state.columns.set(step, part);
      advance(self);
    },
  },
});

/** As many steps as parts have come for. */
function advance(self: Self<State>): void {
  const { state } = self;
  const { rows, columns, values, place, total } = state;
  while (state.beside !== undefined && state.step < place.nodes) {
    const row = rows.get(state.step);
    const column = columns.get(state.step);
    if (row === undefined || column === undefined) return;
    rows.delete(state.step);
    columns.delete(state.step);
    relax(values, row, column);
    state.step += 1;
    share(state);
  }
  if (state.step < place.nodes) return;
  total.cast.report(weighted(values, place));
  self.stop();
}

/** Sends what others need of this block in the next step, and keeps it for itself. */
function share({ place, values, step, rows, columns, beside, above }: State): void {
  const { side, y, x } = place;
  const [row, column] = [step - y * side, step - x * side];
  if (row >= 0 && row < side) {
    const part = values.slice(row * side, (row + 1) * side);
    rows.set(step, part);
    for (const block of above) block.cast.row(step, part);
  }
  if (column >= 0 && column < side) {
    const part = Int32Array.from({ length: side }, (_, at) => values[at * side + column] as number);
    columns.set(step, part);
    for (const block of beside ?? []) block.cast.column(step, part);
  }
}

/** Paths through the node of this step, where they are shorter. */
function relax(values: Int32Array, row: Int32Array, column: Int32Array): void {
  let at = 0;
  for (const first of column) {
    for (const second of row) {
      const through = first + second;
      if (through < (values[at] as number)) values[at] = through;
      at += 1;
    }
  }
}

/** A sum in which each distance counts by its place. */
function weighted(values: Int32Array, { y, x, side }: Place): number {
  let sum = 0;
  for (const [at, value] of values.entries()) {
    const [row, column] = [y * side + Math.floor(at / side), x * side + (at % side)];
    sum += value * ((row * 31 + column * 17) % 101);
  }
  return sum;
}
