/**
 * Walks through everything that a small concurrent program can do, and says what went wrong where.
 *
 *     state ──steps──► states ──steps──► …        each state once, however many ways lead to it
 *       └─ invariant      └─ no step left: terminal check
 *
 * A step is one atomic action of one participant, so a walk through all orders of steps is a walk
 * through all interleavings. Depth first; the trace of a violation is one way to it, not the
 * shortest.
 *
 * Left out: liveness. A program that goes round in circles for ever has no terminal state and is
 * only noticed if it never reaches one.
 */

export interface Step<State> {
  readonly label: string;
  readonly next: State;
  /** It may happen but need not (a thread dies): with only such steps left, the program ended. */
  readonly optional?: boolean;
}

export interface Program<State> {
  readonly initial: State;
  /** Everything that can happen next. The state must not be changed. */
  steps(state: State): Step<State>[];
  /** What is wrong with this state, if anything. Asked for every state. */
  invariant(state: State): string | undefined;
  /** What is wrong if nothing more happens. Asked where no step is left, or only optional ones. */
  terminalCheck(state: State): string | undefined;
  /** Two states with the same key are the same state. */
  key(state: State): string;
}

export interface Exploration {
  readonly states: number;
  readonly ends: number;
  /** The first violation, and the labels of the steps that lead to it. */
  readonly violation?: { readonly what: string; readonly trace: readonly string[] };
}

/** More states than a test has time for: the model is too large or does not end. */
export const STATES_MAX = 2_000_000;

export class TooManyStates extends Error {
  override readonly name = "TooManyStates";
}

export function explore<State>(program: Program<State>, statesMax = STATES_MAX): Exploration {
  const seen = new Set<string>([program.key(program.initial)]);
  // How each state on the stack was reached; parents stay because the trace needs them.
  const labels: string[] = ["start"];
  const parents: number[] = [-1];
  const stack: { state: State; at: number }[] = [{ state: program.initial, at: 0 }];
  let ends = 0;

  const trace = (from: number): string[] => {
    const path: string[] = [];
    for (let at = from; at > 0; at = parents[at] ?? 0) path.push(labels[at] ?? "");
    return path.reverse();
  };

  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { state, at } = top;
    const steps = program.steps(state);
    const ended = steps.every(({ optional }) => optional === true);
    if (ended) ends += 1;
    const what = program.invariant(state) ?? (ended ? program.terminalCheck(state) : undefined);
    if (what !== undefined)
      return { states: seen.size, ends, violation: { what, trace: trace(at) } };

    for (const { label, next } of steps) {
      const key = program.key(next);
      if (seen.has(key)) continue;
      if (seen.size === statesMax) throw new TooManyStates(`more than ${statesMax} states`);
      seen.add(key);
      stack.push({ state: next, at: labels.push(label) - 1 });
      parents.push(at);
    }
  }
  return { states: seen.size, ends };
}
