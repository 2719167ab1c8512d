/**
 * Walks through everything that a small group can come to: all orders of messages, answers,
 * acknowledgements and commands, with so many faults at any point.
 *
 *     state = group + faults used up      each state once; laws and `watch` in each
 *     end   = nothing must happen         settled without faults: is everybody answered, `atEnd`?
 *
 * States are told apart by 64 bits (known.ts).
 */

import { summarise } from "../../../runtime/errors.ts";
import { explore } from "../../../runtime/sim/explore/explore.ts";
import type { Exploration, Program, Step } from "../../../runtime/sim/explore/program.ts";
import { isWhole } from "../../../runtime/wrong.ts";
import { InvalidOptions } from "../../errors.ts";
import type { Protocol, ProtocolSpec } from "../../protocol/contract.ts";
import { apply, choicesOf, choiceText, type Fault, faultOf } from "./choices.ts";
import { ProtocolRefuted } from "./errors.ts";
import { ProtocolGroup } from "./group.ts";
import { begin, type Ending, shortest } from "./path.ts";
import type { ProtocolScenario } from "./scenario.ts";
import { settle } from "./settle.ts";

export interface ExploreProtocolOptions<S extends ProtocolSpec>
  extends ProtocolScenario<S>,
    Ending<S> {
  /** Messages that get lost, at most; default 0. */
  readonly losses?: number;
  /** Messages that arrive once more than they were sent: no shell does that. Default 0. */
  readonly repeats?: number;
  /** Members that die, at most; default 0. */
  readonly crashes?: number;
  /** Timers that fire before the end; default 0. In the end they fire as often as it takes. */
  readonly timers?: number;
  /** States so many steps away are not walked from, default: no bound. `cut` counts them. */
  readonly depthMax?: number;
  /** More states are an error, default 2 million. */
  readonly statesMax?: number;
}

/** What a walk has seen, without a violation. */
export type ProtocolExploration = Omit<Exploration, "violation" | "reduced">;

/** A group on its way. */
interface Place<S extends ProtocolSpec> {
  readonly group: ProtocolGroup<S>;
  readonly used: Readonly<Record<Fault, number>>;
  /** What the step that led here threw. */
  readonly failure?: { readonly cause: unknown };
}

const NONE_USED = { lose: 0, repeat: 0, timer: 0, crash: 0 };
const FAULTS_MAX = 1000;

/**
 * Costs some 20 to 50 µs per state: three members with a command each and one fault have 10^3 to
 * 10^5 states.
 *
 * @throws ProtocolRefuted (ERR_PROTOCOL_REFUTED) with the path; TooManyStates
 *   (ERR_TOO_MANY_STATES); InvalidScenario (ERR_INVALID_SCENARIO); InvalidOptions
 */
export function exploreProtocol<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  options: ExploreProtocolOptions<S>,
): ProtocolExploration {
  const limits = limitsOf(options);
  const { depthMax, statesMax } = options;
  const {
    violation,
    reduced: _,
    ...seen
  } = explore(programOf(protocol, options, limits), {
    keys: "hashed",
    ...(depthMax !== undefined && { depthMax }),
    ...(statesMax !== undefined && { statesMax }),
  });
  if (violation === undefined) return seen;
  const walked = shortest(protocol, options, violation.trace, options);
  const trace = walked?.trace ?? violation.trace;
  const cause = walked?.failure;
  throw new ProtocolRefuted(
    cause === undefined ? violation.what : summarise(cause),
    trace,
    undefined,
    cause,
  );
}

function limitsOf<S extends ProtocolSpec>(
  options: ExploreProtocolOptions<S>,
): Readonly<Record<Fault, number>> {
  const { losses = 0, repeats = 0, timers = 0, crashes = 0 } = options;
  const rule = isWhole(0, FAULTS_MAX);
  for (const [name, value] of Object.entries({ losses, repeats, timers, crashes })) {
    if (!rule.holds(value)) throw new InvalidOptions(name, rule.allowed, value);
  }
  return { lose: losses, repeat: repeats, timer: timers, crash: crashes };
}

function programOf<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  options: ExploreProtocolOptions<S>,
  limits: Readonly<Record<Fault, number>>,
): Program<Place<S>> {
  const group = new ProtocolGroup(protocol, options);
  const start = attempt(() => begin(group));
  return {
    initial: { group, used: NONE_USED, ...(start && { failure: start }) },
    steps: (place) => (place.failure === undefined ? stepsOf(place, limits) : []),
    invariant: ({ failure }) => failure && summarise(failure.cause),
    terminalCheck({ group }) {
      const failure = attempt(() => settle(group.fork(), options));
      return failure && summarise(failure.cause);
    },
    write({ group, used, failure }, into) {
      into.put(failure === undefined ? 0 : 1);
      for (const count of Object.values(used)) into.put(count);
      group.write(into);
    },
  };
}

function stepsOf<S extends ProtocolSpec>(
  { group, used }: Place<S>,
  limits: Readonly<Record<Fault, number>>,
): Step<Place<S>>[] {
  return choicesOf(group, (fault) => used[fault] < limits[fault]).map((choice) => {
    const next = group.fork();
    const failure = attempt(() => apply(next, choice));
    const fault = faultOf(choice);
    return {
      // Asked for only where it is new.
      get label() {
        return choiceText(group, choice);
      },
      next: {
        group: next,
        used: fault === undefined ? used : { ...used, [fault]: used[fault] + 1 },
        ...(failure && { failure }),
      },
      optional: fault !== undefined,
    };
  });
}

/** What it throws, if anything. */
function attempt(run: () => void): { readonly cause: unknown } | undefined {
  try {
    run();
    return undefined;
  } catch (cause) {
    return { cause };
  }
}
