/** The master, which counts what it has handed out, and its workers. */

import { defineActor, type Ref } from "../../actors/index.ts";

/** The row of the queen in each column. */
type Board = readonly number[];

interface MasterProtocol {
  work(board: Board): void;
  solution(board: Board): void;
  done(): void;
}

interface WorkerProtocol {
  extend(board: Board): void;
  stop(): void;
}

export const Master = defineActor(import.meta.url, "Master", {
  init: (_self, total: Ref<{ report(value: number): void }>) => ({
    ...{ total, next: 0, open: 0, sum: 0 },
    workers: [] as readonly Ref<WorkerProtocol>[],
  }),
  handlers: {
    solve(self, workers: readonly Ref<WorkerProtocol>[]): void {
      self.state.workers = workers;
      (self.ref as Ref<MasterProtocol>).cast.work([]);
    },
    work({ state }, board: Board): void {
      state.workers[state.next]?.cast.extend(board);
      state.next = (state.next + 1) % state.workers.length;
      state.open += 1;
    },
    solution(self, board: Board): void {
      let hash = 0;
      for (const row of board) hash = (hash * 31 + row) % 1_000_003;
      self.state.sum += hash;
    },
    /** Comes behind all that a worker made of a board. */
    done(self): void {
      const { state } = self;
      state.open -= 1;
      if (state.open > 0) return;
      for (const worker of state.workers) worker.cast.stop();
      state.total.cast.report(state.sum);
      self.stop();
    },
  },
});

/** Boards with as many queens are not handed out any more. */
const HANDED_OUT = 4;

export const Worker = defineActor(import.meta.url, "Worker", {
  init: (_self, size: number, master: Ref<MasterProtocol>) => ({ size, master }),
  handlers: {
    extend(self, board: Board): void {
      const { size, master } = self.state;
      if (board.length >= HANDED_OUT) {
        search([...board], size, (solution) => master.cast.solution(solution));
      } else {
        for (let row = 0; row < size; row += 1) {
          if (isSafe(board, row)) master.cast.work([...board, row]);
        }
      }
      master.cast.done();
    },
    stop(self): void {
      self.stop();
    },
  },
});

function search(board: number[], size: number, found: (solution: Board) => void): void {
  if (board.length === size) return found([...board]);
  for (let row = 0; row < size; row += 1) {
    if (!isSafe(board, row)) continue;
    board.push(row);
    search(board, size, found);
    board.pop();
  }
}

/** True if a queen in the next column's `row` is attacked by none. */
function isSafe(board: Board, row: number): boolean {
  const { length } = board;
  for (let column = length - 1; column >= 0; column -= 1) {
    const other = board[column] as number;
    if (other === row || Math.abs(other - row) === length - column) return false;
  }
  return true;
}
