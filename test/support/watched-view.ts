/**
 * Memory that tells of each store before it is made: the state in between is what a thread leaves
 * behind that is terminated there. A listener that throws is such a death.
 *
 * Plain stores of one thread are seen in their order by whoever was told of its death, so these
 * states are all that there can be.
 */

import { type RecordView, viewOf } from "../../runtime/record.ts";

/** @param before told of each store into `words` before it is made */
export function watchedView(memory: SharedArrayBuffer, before: () => void): RecordView {
  const view = viewOf(memory);
  const { words } = view;
  const store = (at: number, value: number): void => {
    before();
    words[at] = value;
  };
  const set = (source: ArrayLike<number>, offset: number): void => {
    for (let index = 0; index < source.length; index += 1) {
      store(offset + index, source[index] ?? 0);
    }
  };
  const watched = new Proxy(words, {
    get(_target, key) {
      if (key === "set") return set;
      const value: unknown = Reflect.get(words, key, words);
      return typeof value === "function" ? value.bind(words) : value;
    },
    set(_target, key, value: number) {
      store(Number(key), value);
      return true;
    },
  });
  return { ...view, words: watched };
}
