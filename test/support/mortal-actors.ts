/**
 * Actors for the tests in which a thread dies: what they handled is kept outside of them, where the
 * test still finds it when they are gone.
 */

import { defineActor } from "../../actors/define.ts";
import type { Deferred, Ref } from "../../actors/types.ts";

export interface Diary {
  note(number: number): void;
  echo(value: unknown): unknown;
  /** Casts the numbers from `first` to `last` to another diary. */
  tell(to: Ref<Diary>, first: number, last: number): void;
  /** Calls another one, so that this thread has calls of its own when it dies. */
  ask(to: Ref<Diary>, value: unknown): Promise<unknown>;
  /** Answers only when `answer` comes. */
  later(value: unknown): Deferred<unknown>;
  answer(): number;
}

/** What each diary noted, by the key it was spawned with. */
export const pages: Map<string, number[]> = new Map();

interface State {
  key: string;
  waiting: { deferred: Deferred<unknown>; value: unknown }[];
}

export const Diary = defineActor(import.meta.url, "Diary", {
  init: (_self, key: string): State => {
    pages.set(key, []);
    return { key, waiting: [] };
  },
  handlers: {
    note(self, number: number) {
      pages.get(self.state.key)?.push(number);
    },
    echo: (_self, value: unknown) => value,
    tell(_self, to: Ref<Diary>, first: number, last: number) {
      for (let number = first; number <= last; number += 1) to.cast.note(number);
    },
    async ask(_self, to: Ref<Diary>, value: unknown): Promise<unknown> {
      return await to.call.later(value);
    },
    later(self, value: unknown) {
      const deferred = self.defer<unknown>();
      self.state.waiting.push({ deferred, value });
      return deferred;
    },
    answer(self) {
      const { waiting } = self.state;
      for (const { deferred, value } of waiting.splice(0)) deferred.resolve(value);
      return waiting.length;
    },
  },
});
