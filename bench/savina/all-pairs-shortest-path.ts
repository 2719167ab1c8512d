/**
 * All-pairs shortest path: a matrix of distances in square blocks, each of which is an actor. In
 * every step (Floyd and Warshall) a block needs its part of one row and of one column, from those
 * that hold them.
 */

import { Block } from "./all-pairs-shortest-path.actors.ts";
import { Random } from "./random.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** Length of a block's side. */
const SIDE = 50;
const WEIGHTS = 100;

/** The checksum is a weighted sum of all distances; `count` is the number of nodes. */
export const run = program((system, size) => {
  const nodes = size("count");
  const width = nodes / SIDE;
  const graph = randomGraph(nodes, new Random(size("seed")));
  const places = Array.from({ length: width * width }, (_, at) => {
    return { y: Math.floor(at / width), x: at % width };
  });
  return async () => {
    const total = await system.spawn(Total, [places.length], { thread: 1 });
    const spawned = places.map(({ y, x }) => {
      const values = block(graph, nodes, y, x);
      // The upper half of the matrix lives on one thread, the lower on the other.
      const thread = y < width / 2 ? 1 : 2;
      return system.spawn(Block, [{ y, x, nodes, side: SIDE }, values, total], { thread });
    });
    const refs = await Promise.all(spawned);
    for (const [at, { y, x }] of places.entries()) {
      const row = refs.filter((_, other) => other !== at && places[other]?.y === y);
      const column = refs.filter((_, other) => other !== at && places[other]?.x === x);
      refs[at]?.cast.begin(row, column);
    }
    return total.with(PATIENT).call.sum();
  };
});

/** Every node has a way to every other; rows one after the other. */
function randomGraph(nodes: number, random: Random): Int32Array {
  return Int32Array.from({ length: nodes * nodes }, (_, at) => {
    const weight = random.below(WEIGHTS) + 1;
    return at % (nodes + 1) === 0 ? 0 : weight;
  });
}

function block(graph: Int32Array, nodes: number, y: number, x: number): Int32Array {
  const values = new Int32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row += 1) {
    const from = (y * SIDE + row) * nodes + x * SIDE;
    values.set(graph.subarray(from, from + SIDE), row * SIDE);
  }
  return values;
}
