/**
 * Walks through everything that a small concurrent program can do, and says what went wrong where.
 *
 *     depth     the newest state first: little memory, and the trace is one way to the violation
 *     breadth   the oldest state first: the trace is a shortest way; holds two layers of states
 *
 * Each state is walked from once, however many ways lead to it. A walk that comes to its end
 * without a violation is a proof for this program, with these sizes.
 *
 * Left out: liveness. A program that goes round in circles for ever has no end, and is noticed
 * only if `ends` is 0. Make what must happen in time a part of the state, or of the ends.
 */

import { isWhole, wrongKey } from "../../wrong.ts";
import { InvalidExploration, NotDeterministic, refuse, TooManyStates } from "./errors.ts";
import { ExactStates, HashedStates, type Known, keyOf } from "./known.ts";
import type { Exploration, Program, Step, Violation } from "./program.ts";
import { type Ordered, Reduction } from "./reduction.ts";

export interface ExploreOptions {
  /** Default "depth". With "breadth" and without `reduce` a trace has no step too many. */
  readonly order?: "depth" | "breadth";
  /** More states are an error. Default 2 million, which take seconds and, hashed, 100 MB. */
  readonly statesMax?: number;
  /**
   * States so many steps away are looked at and not walked from (`cut` counts them). Default: no
   * such bound. Depth first, what lies behind one is missed even if a shorter way leads there too.
   */
  readonly depthMax?: number;
  /** False walks through all orders although the program has footprints. Default true. */
  readonly reduce?: boolean;
  /** How states are told apart (known.ts). Default "exact"; "hashed" needs `write`. */
  readonly keys?: "exact" | "hashed";
}

/** More states than a test has time for: the model is too large or does not end. */
export const STATES_MAX = 2_000_000;

/** What a Map holds, and more than memory does. */
const STATES_LIMIT = 2 ** 24;

/**
 * Walks through all states of a program, up to the first violation. Fails with TooManyStates
 * (`ERR_TOO_MANY_STATES`), and with InvalidExploration (`ERR_INVALID_EXPLORATION`) if the program
 * lacks what the options need.
 */
export function explore<State>(program: Program<State>, options: ExploreOptions = {}): Exploration {
  const { statesMax, depthMax } = options;
  refuse(
    wrongKey("statesMax", statesMax, isWhole(1, STATES_LIMIT)),
    depthMax === Number.POSITIVE_INFINITY
      ? undefined
      : wrongKey("depthMax", depthMax, isWhole(0, STATES_LIMIT)),
  );
  const walk = new Walk(program, options);
  return walk.done(options.order === "breadth" ? breadthFirst(walk) : depthFirst(walk));
}

/** What both orders have in common: the states seen, what a state leads to, and what is counted. */
class Walk<State> {
  readonly program: Program<State>;
  readonly depthMax: number;
  readonly #known: Known<State>;
  readonly #statesMax: number;
  readonly #reduction: Reduction<State> | undefined;
  #transitions = 0;
  #ends = 0;
  #deepest = 0;
  #reduced = 0;
  #cut = 0;

  constructor(program: Program<State>, options: ExploreOptions) {
    this.program = program;
    this.depthMax = options.depthMax ?? Number.POSITIVE_INFINITY;
    this.#known = knownBy(program, options);
    this.#statesMax = options.statesMax ?? STATES_MAX;
    const { footprints } = program;
    const reduces = footprints !== undefined && options.reduce !== false;
    this.#reduction = reduces ? new Reduction(footprints) : undefined;
    this.#known.number(program.initial);
  }

  /** The number of the state that a step leads to, negative less one if it is known already. */
  follow({ next }: Step<State>, trace: () => readonly string[]): number {
    this.#transitions += 1;
    const before = this.#known.size;
    const number = this.#known.number(next);
    if (number < before) return -number - 1;
    if (before >= this.#statesMax) throw new TooManyStates(this.#statesMax, trace());
    return number;
  }

  /** What is wrong with a state that was not looked at before, or where to go from it. */
  look(state: State, depth: number): string | Ordered<State> {
    this.#deepest = Math.max(this.#deepest, depth);
    const steps = this.program.steps(state);
    const ended = steps.every(({ optional }) => optional === true);
    if (ended) this.#ends += 1;
    const what =
      this.program.invariant(state) ?? (ended ? this.program.terminalCheck(state) : undefined);
    if (what !== undefined) return what;
    if (depth >= this.depthMax && steps.length > 0) {
      this.#cut += 1;
      return NOWHERE;
    }
    const ordered = this.order(state, steps);
    if (ordered.enough < steps.length) this.#reduced += 1;
    return ordered;
  }

  order(state: State, steps: readonly Step<State>[]): Ordered<State> {
    return this.#reduction?.order(state, steps) ?? { steps, enough: steps.length };
  }

  /** The proviso failed: all steps of that state are walked along after all. */
  expanded(): void {
    this.#reduced -= 1;
  }

  done(violation: Violation | undefined): Exploration {
    return {
      states: this.#known.size,
      transitions: this.#transitions,
      ends: this.#ends,
      deepest: this.#deepest,
      reduced: this.#reduced,
      cut: this.#cut,
      ...(violation && { violation }),
    };
  }
}

const NOWHERE: Ordered<never> = { steps: [], enough: 0 };

function knownBy<State>(program: Program<State>, { keys }: ExploreOptions): Known<State> {
  if (keys !== "hashed") return new ExactStates(keyOf(program));
  const { write } = program;
  if (write === undefined) {
    throw new InvalidExploration('keys are "hashed", and the program has no write', "give it one");
  }
  return new HashedStates((state, into) => write.call(program, state, into));
}

/** A state on the path, and how far its steps were walked along. */
interface Frame<State> {
  readonly number: number;
  readonly label: string;
  readonly ordered: Ordered<State>;
  at: number;
  /** A step led to a state that is left before this one, or was. */
  leads: boolean;
}

function depthFirst<State>(walk: Walk<State>): Violation | undefined {
  const path: Frame<State>[] = [];
  const open = new Set<number>();
  const trace = (): string[] => path.slice(1).map(({ label }) => label);
  const enter = (state: State, number: number, label: string): string | undefined => {
    const found = walk.look(state, path.length);
    if (typeof found === "string") return found;
    path.push({ number, label, ordered: found, at: 0, leads: false });
    open.add(number);
    return undefined;
  };

  let what = enter(walk.program.initial, 0, "start");
  if (what !== undefined) return { what, trace: [] };
  for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
    const step = takeStep(walk, frame);
    if (step === undefined) {
      open.delete(frame.number);
      path.pop();
      continue;
    }
    const number = walk.follow(step, trace);
    if (number >= 0 || !open.has(-number - 1)) frame.leads = true;
    if (number < 0) continue;
    what = enter(step.next, number, step.label);
    if (what !== undefined) return { what, trace: [...trace(), step.label] };
  }
  return undefined;
}

function takeStep<State>(walk: Walk<State>, frame: Frame<State>): Step<State> | undefined {
  const { steps, enough } = frame.ordered;
  const isReduced = enough < steps.length;
  if (frame.at === enough && isReduced) {
    if (frame.leads) return undefined;
    walk.expanded();
  }
  frame.at += 1;
  return steps[frame.at - 1];
}

function breadthFirst<State>(walk: Walk<State>): Violation | undefined {
  // By number: from where a state was reached first, and by the how-manieth step.
  const parents = [-1];
  const places = [0];
  const trace = (number: number): string[] => retrace(walk, parents, places, number);
  let layer: State[] = [walk.program.initial];
  for (let number = 0, depth = 0; layer.length > 0; depth += 1) {
    const next: State[] = [];
    for (const state of layer) {
      const found = walk.look(state, depth);
      if (typeof found === "string") return { what: found, trace: trace(number) };
      const { steps, enough } = found;
      let leads = false;
      for (let at = 0; at < steps.length; at += 1) {
        if (at === enough && leads) break;
        if (at === enough) walk.expanded();
        const step = steps[at] as Step<State>; // at < steps.length
        const to = walk.follow(step, () => [...trace(number), step.label]);
        if (to >= 0 || -to - 1 > number) leads = true;
        if (to < 0) continue;
        parents[to] = number;
        places[to] = at;
        next.push(step.next);
      }
      number += 1;
    }
    layer = next;
  }
  return undefined;
}

/** Walks the way to a state once more: labels take more room than two numbers per state. */
function retrace<State>(
  walk: Walk<State>,
  parents: readonly number[],
  places: readonly number[],
  last: number,
): string[] {
  const way: number[] = [];
  for (let number = last; number > 0; number = parents[number] ?? 0) way.push(places[number] ?? 0);
  const labels: string[] = [];
  let state = walk.program.initial;
  for (const at of way.reverse()) {
    const { steps } = walk.order(state, walk.program.steps(state));
    const step = steps[at];
    if (step === undefined) {
      const now = `${steps.length} steps`;
      throw new NotDeterministic(labels.length, `a step ${at} of the same state`, now);
    }
    labels.push(step.label);
    state = step.next;
  }
  return labels;
}
