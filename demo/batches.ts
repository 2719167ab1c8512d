/**
 * Batches: the terms of one document, parted by the shards that keep them.
 *
 *     { promise: 3, actor: 1, await: 2, … }   ──►   shard 0: [actor, …]    [1, …]
 *                                                   shard 2: [promise, …]  [3, …]
 *                                                   shard 2: …             (more than TERMS_MAX)
 */
import { shardOf } from "./terms.ts";

/** A batch has at most this many terms, so that a message stays well below 1 MB. */
export const BATCH_TERMS_MAX = 8192;

/** How often each of some terms occurs in a document: counts[i] times terms[i]. */
export interface Batch {
  shard: number;
  terms: string[];
  counts: Uint32Array<ArrayBuffer>;
}

/** The batches of a document; none for a shard that keeps none of its terms. */
export function batchesOf(
  counts: ReadonlyMap<string, number>,
  shards: number,
  termsMax = BATCH_TERMS_MAX,
): Batch[] {
  const termsOfShards: string[][] = Array.from({ length: shards }, () => []);
  for (const term of counts.keys()) termsOfShards[shardOf(term, shards)]?.push(term);
  return termsOfShards.flatMap((terms, shard) => {
    const batches: Batch[] = [];
    for (let start = 0; start < terms.length; start += termsMax) {
      const some = terms.slice(start, start + termsMax);
      const own = Uint32Array.from(some, (term) => counts.get(term) ?? 0);
      batches.push({ shard, terms: some, counts: own });
    }
    return batches;
  });
}
