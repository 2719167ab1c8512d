/**
 * The dictionary and those who use it, each with one request under way.
 *
 * Each key has one user who writes it, and a value tells its key (it is the key plus a multiple of
 * the number of keys), so that neither what is read nor what remains depends on who was first.
 */

import { defineActor, type Ref, type Self } from "../../actors/index.ts";
import { Random } from "./random.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface DictionaryProtocol {
  read(key: number, user: Ref<UserProtocol>): void;
  write(key: number, value: number, user: Ref<UserProtocol>): void;
}

interface UserProtocol {
  begin(requests: number): void;
  value(value: number): void;
  written(): void;
}

export const Dictionary = defineActor(import.meta.url, "Dictionary", {
  init(_self, keys: number) {
    const values = new Map<number, number>();
    for (let key = 0; key < keys; key += 1) values.set(key, key);
    return { values };
  },
  handlers: {
    read({ state }, key: number, user: Ref<UserProtocol>): void {
      user.cast.value(state.values.get(key) ?? 0);
    },
    write({ state }, key: number, value: number, user: Ref<UserProtocol>): void {
      state.values.set(key, value);
      user.cast.written();
    },
    /** Answers the sum of all values. */
    close(self): number {
      self.stop();
      let sum = 0;
      for (const value of self.state.values.values()) sum += value;
      return sum;
    },
  },
});

/** Of a hundred requests; the others read. */
const WRITES = 10;

/** Which keys a user writes: those that leave `place` when divided by `users`. */
interface Part {
  readonly keys: number;
  readonly users: number;
  readonly place: number;
  readonly seed: number;
}

interface UserState {
  readonly dictionary: Ref<DictionaryProtocol>;
  readonly total: Ref<TotalProtocol>;
  readonly part: Part;
  readonly random: Random;
  left: number;
  sum: number;
}

export const User = defineActor(import.meta.url, "User", {
  init: (
    _self,
    dictionary: Ref<DictionaryProtocol>,
    total: Ref<TotalProtocol>,
    part: Part,
  ): UserState => ({
    ...{ dictionary, total, part, random: new Random(part.seed), left: 0, sum: 0 },
  }),
  handlers: {
    begin(self, requests: number): void {
      self.state.left = requests;
      next(self);
    },
    value(self, value: number): void {
      self.state.sum += value % self.state.part.keys;
      next(self);
    },
    written(self): void {
      next(self);
    },
  },
});

function next(self: Self<UserState>): void {
  const { dictionary, part, random, total } = self.state;
  if (self.state.left === 0) {
    total.cast.report(self.state.sum);
    self.stop();
    return;
  }
  const me = self.ref as Ref<UserProtocol>;
  self.state.left -= 1;
  if (random.below(100) < WRITES) {
    const key = random.below(part.keys / part.users) * part.users + part.place;
    dictionary.cast.write(key, key + part.keys * self.state.left, me);
  } else dictionary.cast.read(random.below(part.keys), me);
}
