/**
 * Looks for an order of operations that explains what they answered, one after the other, and in
 * which nothing comes before what had ended before it began.
 *
 *     place = what is still pending + the state + which unknown ones have taken effect
 *
 *     place ──[some unknown ones take effect]── one that may be next, and fits ──► place
 *
 * Depth first, and back when nothing fits. Four things keep it small:
 *
 *  - A place from which there is no way is remembered. So is every other one that differs only in
 *    that more unknown ones were spent: fewer choices do not help.
 *  - Operations of unknown outcome take effect just before one that needs it, fewest first; those
 *    that are equal, in the order in which they began; and those that nobody needs, never.
 *  - A read that fits is next, without alternative: it changes nothing, so every order in which it
 *    comes later is as good with it here.
 *  - Only a place with a choice to make is kept. A history without concurrency keeps none.
 *
 * Memory grows with the choices on the way, a few hundred bytes for each; what else is remembered
 * is bounded.
 *
 * @source Wing & Gong, "Testing and verifying concurrent objects", JPDC 17, 1993; memory of places
 *   and taking effect just in time: Lowe, "Testing for linearizability", CCPE 29(4), 2017. Knossos
 *   and Porcupine do the same with the set of operations in order as part of a place; here those
 *   that may be next stand for it, which has the size of the concurrency and not of the history.
 */

import type { Budget } from "./budget.ts";
import { Flow, outcomesOf } from "./flow.ts";
import type { Model } from "./model.ts";
import { type Interval, Pending } from "./pending.ts";
import { Places } from "./places.ts";
import { compare, same, textOf } from "./plain.ts";
import { Unknowns, type Used } from "./unknowns.ts";

export type Found =
  /** The numbers of the operations in an order that explains them; of unknown ones, those used. */
  | { readonly verdict: "ok"; readonly order: readonly number[] }
  /** There is none. What ended before this moment could be put in order. */
  | { readonly verdict: "violation"; readonly before: number }
  | { readonly verdict: "unknown" };

interface Choice<State> {
  readonly index: number;
  readonly state: State;
  /** It need not be tried whether another one is next. */
  readonly forced: boolean;
}

/** Where unknown operations lead before the next known one is put in order. */
interface Reach<State> {
  readonly state: State;
  readonly used: Used;
  /** The one that took effect last, and where it led from. */
  readonly index: number;
  readonly from: Reach<State> | undefined;
}

interface Place<State> {
  /** Without unknown ones, then with one, two, …, as far as they have been needed. */
  readonly reaches: Reach<State>[];
  /** Which reach is being tried, and which of its choices is next. */
  at: number;
  choices: readonly Choice<State>[];
  choice: number;
  /** The end of the operation that ends first: what begins later cannot take effect yet. */
  readonly end: number;
  /** How many operations were in order here. */
  readonly depth: number;
  /** The states of the reaches; undefined until unknown operations are tried. */
  seen: Places | undefined;
}

/** Costs what the header says; ends when the budget does. */
export function search<State, Operation, Result>(
  intervals: readonly Interval<Operation, Result>[],
  model: Model<State, Operation, Result>,
  budget: Budget,
): Found {
  return new Search(intervals, model, budget).run();
}

const DONE = "done";

/** Reaches at all places that may be gone back to. Beyond that the verdict is "unknown". */
const REACHES_MAX = 500_000;

/** All reaches of a place have the same operations pending, so those need not tell them apart. */
const NOWHERE: readonly number[] = [];

class Search<State, Operation, Result> {
  readonly #flow: Flow<State, Operation, Result>;
  readonly #intervals: readonly Interval<Operation, Result>[];
  readonly #model: Model<State, Operation, Result>;
  readonly #budget: Budget;
  readonly #pending: Pending;
  readonly #unknowns: Unknowns<Operation>;
  readonly #hopeless = new Places();
  readonly #places: Place<State>[] = [];
  /** Numbers of those in order so far. */
  readonly #order: number[] = [];
  /** How many there are, at all places. */
  #reaches = 0;
  /** The end of the operation that could not be put in order for longest. */
  #before = -1;

  constructor(
    intervals: readonly Interval<Operation, Result>[],
    model: Model<State, Operation, Result>,
    budget: Budget,
  ) {
    this.#flow = new Flow(intervals, model);
    this.#intervals = this.#flow.intervals;
    this.#model = model;
    this.#budget = budget;
    this.#pending = new Pending(this.#intervals);
    this.#unknowns = new Unknowns(this.#intervals, model);
  }

  run(): Found {
    let next = this.#descend(this.#model.initial, []);
    for (;;) {
      if (next === DONE) return { verdict: "ok", order: this.#order };
      if (this.#budget.exhausted !== undefined) return { verdict: "unknown" };
      if (next !== undefined) this.#places.push(next);
      const place = this.#places.at(-1);
      if (place === undefined) {
        return { verdict: "violation", before: this.#before };
      }
      this.#backTo(place.depth);
      next = this.#leave(place);
    }
  }

  /** Tries what has not been tried at a place; there is no way on from it if nothing is left. */
  #leave(place: Place<State>): Place<State> | typeof DONE | undefined {
    for (;;) {
      const choice = place.choices[place.choice];
      const reach = place.reaches[place.at] as Reach<State>; // One is always being tried.
      place.choice += 1;
      if (choice !== undefined) {
        this.#spend(reach);
        this.#take(choice.index);
        return this.#descend(choice.state, reach.used);
      }
      if (!place.choices[0]?.forced) this.#reachFurther(place, reach);
      place.at += 1;
      place.choice = 0;
      const further = place.reaches[place.at];
      if (this.#budget.exhausted !== undefined) return undefined;
      if (further === undefined) break;
      place.choices = this.#choices(this.#pending.candidates(), further.state);
    }
    const { state, used } = place.reaches[0] as Reach<State>; // The place itself.
    this.#hopeless.add(this.#pending.candidates(), this.#key(state), used);
    this.#places.pop();
    this.#reaches -= place.reaches.length - 1;
    return undefined;
  }

  /** Goes on as long as there is one way only. Undefined where there is none. */
  #descend(from: State, used: Used): Place<State> | typeof DONE | undefined {
    let state = from;
    while (!this.#pending.empty) {
      const candidates = this.#pending.candidates();
      const { end } = this.#interval(candidates[0] ?? -1);
      this.#before = Math.max(this.#before, end);
      const choices = this.#choices(candidates, state);
      if (this.#budget.exhausted !== undefined) return undefined;
      const only = choices.length < 2 && !this.#unknowns.anyLeft(end, used);
      const choice = choices[0];
      if (choice === undefined && only) return undefined;
      if (choice !== undefined && (only || choice.forced)) {
        this.#take(choice.index);
        state = choice.state;
        continue;
      }
      const hopeless = !this.#hopeless.empty;
      if (hopeless && this.#hopeless.has(candidates, this.#key(state), used)) return undefined;
      const reach = { state, used, index: -1, from: undefined };
      const depth = this.#order.length;
      return { reaches: [reach], at: 0, choices, choice: 0, end, depth, seen: undefined };
    }
    return DONE;
  }

  /** Which of the candidates fit in this state: one that is forced, or all. */
  #choices(candidates: readonly number[], state: State): readonly Choice<State>[] {
    const choices: Choice<State>[] = [];
    for (const index of candidates) {
      if (!this.#budget.take()) return choices;
      const interval = this.#interval(index);
      const { operation, answer, accepts } = interval;
      for (const { state: after, result } of outcomesOf(this.#model, state, operation)) {
        if (!this.#accepts(interval, result)) continue;
        const forced = accepts === undefined && this.#model.reads?.(operation, answer) === true;
        if (forced) return [{ index, state, forced }];
        choices.push({ index, state: after, forced });
      }
    }
    if (choices.length < 2) return choices;
    const now = this.#interval(candidates[0] ?? -1).end;
    const turn = ({ index }: Choice<State>): number => this.#flow.turn(index, now);
    return choices.sort((one, other) => compare(turn(one), turn(other)));
  }

  /** Adds the states to which one more unknown operation leads from a reach. */
  #reachFurther(place: Place<State>, from: Reach<State>): void {
    const ordinals = this.#unknowns.available(place.end, from.used);
    if (ordinals.length === 0) return;
    const turn = (ordinal: number): number =>
      this.#flow.turn(this.#unknowns.index(ordinal), place.end);
    ordinals.sort((one, other) => compare(turn(one), turn(other)));
    const candidates = this.#pending.candidates();
    place.seen ??= this.#seen(from);
    for (const ordinal of ordinals) {
      if (this.#reaches >= REACHES_MAX) this.#budget.exhausted = "memory";
      if (!this.#budget.take()) return;
      const index = this.#unknowns.index(ordinal);
      const used = Unknowns.with(from.used, ordinal);
      for (const { state } of outcomesOf(
        this.#model,
        from.state,
        this.#interval(index).operation,
      )) {
        const key = this.#key(state);
        if (place.seen.has(NOWHERE, key, used) || this.#hopeless.has(candidates, key, used))
          continue;
        place.seen.add(NOWHERE, key, used);
        place.reaches.push({ state, used, index, from });
        this.#reaches += 1;
      }
    }
  }

  #seen({ state, used }: Reach<State>): Places {
    const seen = new Places();
    seen.add(NOWHERE, this.#key(state), used);
    return seen;
  }

  #spend(reach: Reach<State>): void {
    const indexes: number[] = [];
    for (let at: Reach<State> | undefined = reach; at?.from !== undefined; at = at.from) {
      indexes.push(at.index);
    }
    this.#order.push(...indexes.reverse());
  }

  #take(index: number): void {
    this.#pending.take(index);
    this.#order.push(index);
  }

  #backTo(depth: number): void {
    while (this.#order.length > depth) {
      const index = this.#order.pop() ?? -1;
      if (this.#interval(index).answer !== undefined) this.#pending.putBack(index);
    }
  }

  #interval(index: number): Interval<Operation, Result> {
    return this.#intervals[index] as Interval<Operation, Result>; // Numbers come from this list.
  }

  #accepts({ operation, answer, accepts }: Interval<Operation, Result>, result: Result): boolean {
    if (accepts !== undefined) return accepts(result);
    if (this.#model.accepts === undefined) return same(result, answer?.result);
    return this.#model.accepts(operation, result, answer?.result);
  }

  #key(state: State): string | number {
    return this.#model.key === undefined ? textOf(state) : this.#model.key(state);
  }
}
