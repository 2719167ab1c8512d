/**
 * Which records a backlog has seen of the lanes to its thread (backlog-layout.ts: SEEN).
 *
 * A drain copies records into backlogs first and moves the lane's head then. Whoever goes on for a
 * thread that died in between meets them once more, and must know.
 */

import { SEEN, SEEN_WORDS, type Way } from "./backlog-layout.ts";

/**
 * A record was seen, and so were those before it in its lane. What was seen of other lanes from
 * that thread may be forgotten: the head of such a lane has moved since.
 */
export function note(words: Int32Array, { from, generation, life }: Way, position: number): void {
  const seen = SEEN + SEEN_WORDS * from;
  // One store, since whoever dies in the middle must not take along what was seen before.
  if (words[seen] === generation && words[seen + 1] === life) {
    words[seen + 2] = position;
    return;
  }
  // The generation last, and none before: else a lane's name could stand with another's position.
  words[seen] = 0;
  words[seen + 1] = life;
  words[seen + 2] = position;
  words[seen] = generation;
}

export function hasSeen(
  words: Int32Array,
  { from, generation, life }: Way,
  position: number,
): boolean {
  const seen = SEEN + SEEN_WORDS * from;
  if (words[seen] !== generation || words[seen + 1] !== life) return false;
  return ((position - (words[seen + 2] ?? 0)) | 0) <= 0;
}
