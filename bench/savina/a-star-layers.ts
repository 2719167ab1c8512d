/** The layers of one worker: what is known of their nodes, and which to explore next. */

/** More than any path costs. */
export const INFINITE: number = 2 ** 30;

export interface Layers {
  /** The number of the first node in the cube; here nodes are numbered from 0. */
  readonly first: number;
  /** Length of the cube's side. */
  readonly side: number;
  /** What it costs to enter a node, and the cheapest way to it that is known. */
  readonly costs: Uint8Array;
  readonly ways: Int32Array;
  /** Nodes to be explored, by what a path through them costs at least; and the lowest of that. */
  readonly promising: number[][];
  lowest: number;
  /** What the best path so far costs. */
  bound: number;
}

export function makeLayers(first: number, side: number, costs: Uint8Array): Layers {
  return {
    ...{ first, side, costs, ways: new Int32Array(costs.length).fill(INFINITE) },
    ...{ promising: [], lowest: INFINITE, bound: INFINITE },
  };
}

/** The least that the way from a node to the far corner costs. */
function rest({ first, side }: Layers, node: number): number {
  const number = first + node;
  const row = Math.floor(number / side);
  const layer = Math.floor(row / side);
  return 3 * (side - 1) - (number - row * side) - (row - layer * side) - layer;
}

/** A way to a node, which is worth exploring if it is the cheapest so far. */
export function arrive(layers: Layers, node: number, before: number): void {
  const { ways, costs, promising } = layers;
  const way = before + (costs[node] as number);
  if (way >= (ways[node] as number)) return;
  ways[node] = way;
  const left = rest(layers, node);
  const least = way + left;
  if (left === 0) layers.bound = Math.min(layers.bound, way);
  if (least >= layers.bound) return;
  (promising[least] ??= []).push(node);
  if (least < layers.lowest) layers.lowest = least;
}

/** True if there is a node that may improve on the best path. */
export function hasPromising(layers: Layers): boolean {
  const { promising } = layers;
  while (layers.lowest < layers.bound) {
    if ((promising[layers.lowest]?.length ?? 0) > 0) return true;
    layers.lowest = layers.lowest < promising.length ? layers.lowest + 1 : INFINITE;
  }
  return false;
}

/** Takes the node to be explored next; undefined if none can improve on the best path. */
export function mostPromising(layers: Layers): number | undefined {
  const { promising, ways } = layers;
  while (hasPromising(layers)) {
    const node = promising[layers.lowest]?.pop() as number;
    // Else a cheaper way to it was found meanwhile, and explored.
    if ((ways[node] as number) + rest(layers, node) === layers.lowest) return node;
  }
  return undefined;
}

/** Arrives at the neighbours of a node; those in other layers are noted with the way to `node`. */
export function leave(layers: Layers, node: number, below: number[], above: number[]): void {
  const { first, side, ways } = layers;
  const way = ways[node] as number;
  const layer = side * side;
  const number = first + node;
  const row = Math.floor(node / side);
  const [x, y] = [node - row * side, row % side];
  if (x > 0) arrive(layers, node - 1, way);
  if (x < side - 1) arrive(layers, node + 1, way);
  if (y > 0) arrive(layers, node - side, way);
  if (y < side - 1) arrive(layers, node + side, way);
  if (node >= layer) arrive(layers, node - layer, way);
  else if (number >= layer) below.push(number - layer, way);
  if (node + layer < ways.length) arrive(layers, node + layer, way);
  else if (number + layer < side * layer) above.push(number + layer, way);
}

/** The sum of the ways to all nodes that had to be explored if the best path costs this. */
export function explored(layers: Layers, cost: number): number {
  let sum = 0;
  for (const [node, way] of layers.ways.entries()) {
    if (way + rest(layers, node) < cost) sum += way;
  }
  return sum;
}
