/**
 * The list and those who use it, each with one request under way.
 *
 * The list is what each language calls one, an array here and linked cells there; both are searched
 * from the front, as the suite does it.
 *
 * Users add and look for numbers of their own (those that leave their place when divided by the
 * number of users), so that what is found does not depend on who was first.
 */

import { defineActor, type Ref, type Self } from "../../actors/index.ts";
import { Random } from "./random.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface ListProtocol {
  add(value: number, user: Ref<UserProtocol>): void;
  contains(value: number, user: Ref<UserProtocol>): void;
  size(user: Ref<UserProtocol>): void;
}

interface UserProtocol {
  begin(requests: number): void;
  added(): void;
  found(yes: boolean): void;
  counted(size: number): void;
}

export const List = defineActor(import.meta.url, "List", {
  init: () => ({ values: [] as number[] }),
  handlers: {
    add({ state }, value: number, user: Ref<UserProtocol>): void {
      state.values.splice(placeOf(value, state.values), 0, value);
      user.cast.added();
    },
    contains({ state }, value: number, user: Ref<UserProtocol>): void {
      user.cast.found(state.values[placeOf(value, state.values)] === value);
    },
    size({ state }, user: Ref<UserProtocol>): void {
      user.cast.counted(state.values.length);
    },
    /** Answers the sum of each value times its place. */
    close(self): number {
      self.stop();
      return self.state.values.reduce((sum, value, place) => sum + value * (place + 1), 0);
    },
  },
});

/** The place of the first that is not smaller. */
function placeOf(value: number, sorted: readonly number[]): number {
  let place = 0;
  while (place < sorted.length && (sorted[place] as number) < value) place += 1;
  return place;
}

/** Of a hundred requests; the others search. */
const ADDS = 10;
const SIZES = 1;

/** Different values of each user: few enough for searches to find some. */
const ROWS = 200;

interface Part {
  readonly users: number;
  readonly place: number;
  readonly seed: number;
}

interface UserState {
  readonly list: Ref<ListProtocol>;
  readonly total: Ref<TotalProtocol>;
  readonly part: Part;
  readonly random: Random;
  left: number;
  found: number;
}

export const User = defineActor(import.meta.url, "User", {
  init: (_self, list: Ref<ListProtocol>, total: Ref<TotalProtocol>, part: Part): UserState => ({
    ...{ list, total, part, random: new Random(part.seed), left: 0, found: 0 },
  }),
  handlers: {
    begin(self, requests: number): void {
      self.state.left = requests;
      next(self);
    },
    added(self): void {
      next(self);
    },
    found(self, yes: boolean): void {
      if (yes) self.state.found += 1;
      next(self);
    },
    counted(self, _size: number): void {
      next(self);
    },
  },
});

function next(self: Self<UserState>): void {
  const { list, total, part, random } = self.state;
  if (self.state.left === 0) {
    total.cast.report(self.state.found);
    self.stop();
    return;
  }
  const me = self.ref as Ref<UserProtocol>;
  self.state.left -= 1;
  const draw = random.below(100);
  if (draw < SIZES) {
    list.cast.size(me);
    return;
  }
  const value = random.below(ROWS) * part.users + part.place;
  if (draw < SIZES + ADDS) list.cast.add(value, me);
  else list.cast.contains(value, me);
}
