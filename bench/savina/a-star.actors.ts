/** The master, and the workers, each of which owns some layers of the cube. */

import { defineActor, type Ref } from "../../actors/index.ts";
import {
  arrive,
  explored,
  hasPromising,
  INFINITE,
  type Layers,
  leave,
  makeLayers,
  mostPromising,
} from "./a-star-layers.ts";

interface MasterProtocol {
  explored(worker: number, more: boolean, cost: number, below: number[], above: number[]): void;
}

interface WorkerProtocol {
  explore(arrivals: readonly number[], bound: number): void;
  finish(cost: number): void;
}

type TotalRef = Ref<{ report(value: number): void }>;

/**
 * Nodes have numbers, layer by layer. Arrivals are nodes, each followed by the cost of the way that
 * leads there.
 */
export const Master = defineActor(import.meta.url, "Master", {
  init: (_self, total: TotalRef) => ({
    ...{ total, open: 0, cost: INFINITE },
    workers: [] as readonly Ref<WorkerProtocol>[],
  }),
  handlers: {
    search({ state }, workers: readonly Ref<WorkerProtocol>[]): void {
      state.workers = workers;
      state.open = 1;
      workers[0]?.cast.explore([0, 0], INFINITE);
    },
    /** A worker has more to do itself, and so have the owners of the layers below and above. */
    explored(
      self,
      worker: number,
      more: boolean,
      cost: number,
      below: number[],
      above: number[],
    ): void {
      const { state } = self;
      const { workers } = state;
      state.cost = Math.min(state.cost, cost);
      state.open -= 1;
      const explore = (index: number, arrivals: number[]) => {
        workers[index]?.cast.explore(arrivals, state.cost);
        state.open += 1;
      };
      if (below.length > 0) explore(worker - 1, below);
      if (above.length > 0) explore(worker + 1, above);
      if (more) explore(worker, []);
      if (state.open > 0) return;
      for (const one of workers) one.cast.finish(state.cost);
      state.total.cast.report(state.cost);
      self.stop();
    },
  },
});

/** Nodes that a worker explores in one turn. */
const NODES_MAX = 1024;

interface State {
  readonly index: number;
  readonly layers: Layers;
  readonly master: Ref<MasterProtocol>;
  readonly total: TotalRef;
}

export const Worker = defineActor(import.meta.url, "Worker", {
  init: (
    _self,
    index: number,
    side: number,
    costs: Uint8Array,
    master: Ref<MasterProtocol>,
    total: TotalRef,
  ): State => ({ index, layers: makeLayers(index * costs.length, side, costs), master, total }),
  handlers: {
    explore({ state }, arrivals: readonly number[], bound: number): void {
      const { index, layers, master } = state;
      layers.bound = Math.min(layers.bound, bound);
      for (let at = 0; at < arrivals.length; at += 2) {
        arrive(layers, (arrivals[at] as number) - layers.first, arrivals[at + 1] as number);
      }
      const below: number[] = [];
      const above: number[] = [];
      for (let left = NODES_MAX; left > 0; left -= 1) {
        const node = mostPromising(layers);
        if (node === undefined) break;
        leave(layers, node, below, above);
      }
      master.cast.explored(index, hasPromising(layers), layers.bound, below, above);
    },
    finish(self, cost: number): void {
      self.state.total.cast.report(explored(self.state.layers, cost));
      self.stop();
    },
  },
});
