/** Actors for the tests that run several hosts in one JavaScript thread. */

import { defineActor } from "../../actors/define.ts";
import type { Ref } from "../../actors/types.ts";

export interface Tally {
  add(by: number): number;
  note(what: unknown): void;
  seen(): unknown[];
  echo(value: unknown): unknown;
  fail(message: string): never;
  end(): void;
  never(): Promise<void>;
  self(): Ref<Tally>;
  forward(to: Ref<Tally>, what: unknown): void;
  ask(to: Ref<Tally>, by: number): Promise<number>;
}

/** Counts and remembers. */
export const Tally = defineActor(import.meta.url, "Tally", {
  init: (_self, start: number) => ({ count: start, seen: [] as unknown[] }),
  handlers: {
    add(self, by: number) {
      self.state.count += by;
      return self.state.count;
    },
    note(self, what: unknown) {
      self.state.seen.push(what);
    },
    seen: (self) => [...self.state.seen],
    echo: (_self, value: unknown) => value,
    fail(_self, message: string): never {
      throw new Error(message);
    },
    end(self) {
      self.stop();
    },
    never: () => new Promise<void>(() => {}),
    self: (self) => self.ref as Ref<Tally>,
    forward(_self, to: Ref<Tally>, what: unknown) {
      to.cast.note(what);
    },
    async ask(_self, to: Ref<Tally>, by: number): Promise<number> {
      return await to.call.add(by);
    },
  },
});

export interface Echo {
  echo(value: unknown): unknown;
  note(what: unknown): void;
  seen(): unknown[];
}

/** Can be sent anything, and nothing ends it. */
export const Echo = defineActor(import.meta.url, "Echo", {
  init: () => ({ seen: [] as unknown[] }),
  handlers: {
    echo: (_self, value: unknown) => value,
    note(self, what: unknown) {
      self.state.seen.push(what);
    },
    seen: (self) => [...self.state.seen],
  },
});
