/** The cells, and for each half of the grid an actor that plants its cells beside itself. */

import { defineActor, type Ref, type Self } from "../../actors/index.ts";

interface CellProtocol {
  begin(neighbours: CellRef[]): void;
  value(value: number): void;
}

type CellRef = Ref<CellProtocol>;
type TotalRef = Ref<{ report(value: number): void }>;

interface Edges {
  first: CellRef[];
  last: CellRef[];
}

export const Half = defineActor(import.meta.url, "Half", {
  init: (_self, side: number, top: number, total: TotalRef) => ({
    ...{ side, top, total },
    rows: [] as CellRef[][],
  }),
  handlers: {
    /** Plants its rows and answers the refs of the first and the last. */
    plant(self, values: Int32Array): Promise<Edges> {
      const { side, top, total } = self.state;
      const cells = Array.from(values, (value, at) => {
        const isRed = (top + Math.floor(at / side) + (at % side)) % 2 === 0;
        return self.spawn(Cell, [value, isRed, total], { thread: "local" });
      });
      return Promise.all(cells).then((refs) => {
        const rows: CellRef[][] = [];
        for (let at = 0; at < refs.length; at += side) rows.push(refs.slice(at, at + side));
        self.state.rows = rows;
        return { first: rows[0] ?? [], last: rows.at(-1) ?? [] };
      });
    },
    /** Tells the cells their neighbours; `above` and `below` are rows of the other half. */
    link(self, above: CellRef[], below: CellRef[]): void {
      const { rows } = self.state;
      for (const [y, row] of rows.entries()) {
        const north = rows[y - 1] ?? above;
        const south = rows[y + 1] ?? below;
        for (const [x, cell] of row.entries()) {
          const near = [north[x], row[x + 1], south[x], row[x - 1]];
          cell.cast.begin(near.filter((neighbour) => neighbour !== undefined));
        }
      }
      self.stop();
    },
  },
});

/** Moves of each cell. */
const MOVES = 20;

interface CellState {
  readonly isRed: boolean;
  readonly total: TotalRef;
  neighbours: readonly CellRef[];
  value: number;
  movesLeft: number;
  /** What has come from the neighbours, and from how many more it must come. */
  sum: number;
  missing: number;
}

/** Values are whole numbers, so that the order in which they come does not matter. */
const Cell = defineActor(import.meta.url, "Cell", {
  init: (_self, value: number, isRed: boolean, total: TotalRef): CellState => ({
    ...{ isRed, total, neighbours: [], value, movesLeft: MOVES, sum: 0, missing: 0 },
  }),
  handlers: {
    begin(self, neighbours: CellRef[]): void {
      const { state } = self;
      state.neighbours = neighbours;
      // Values may have come before.
      state.missing += neighbours.length;
      if (state.isRed) spread(state);
      else if (state.missing === 0) move(self);
    },
    value(self, value: number): void {
      const { state } = self;
      state.sum += value;
      state.missing -= 1;
      if (state.missing === 0) move(self);
    },
  },
});

/** The factor of over-relaxation is 5 / 4. */
function move(self: Self<CellState>): void {
  const { state } = self;
  state.value = (5 * state.sum - 4 * state.value) >> 4;
  state.sum = 0;
  state.missing = state.neighbours.length;
  state.movesLeft -= 1;
  // Of the last value of a red cell nobody makes use.
  if (state.movesLeft > 0 || !state.isRed) spread(state);
  if (state.movesLeft > 0) return;
  state.total.cast.report(state.value);
  self.stop();
}

function spread({ neighbours, value }: CellState): void {
  for (const neighbour of neighbours) neighbour.cast.value(value);
}
