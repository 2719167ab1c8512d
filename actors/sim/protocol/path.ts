/**
 * A path to what must not be: as texts of choices, made shorter, and told.
 *
 *     texts ──walk again──▶ the same failure? ──▶ leave some out ──▶ … ──▶ trace with effects
 *
 * Texts do not depend on what happened before, so a path of which some are left out is one, too:
 * what is no longer possible is passed over.
 */

import type { Protocol, ProtocolSpec } from "../../protocol/contract.ts";
import { apply, type Choice, choicesOf, choiceText } from "./choices.ts";
import { LawBroken } from "./errors.ts";
import { ProtocolGroup } from "./group.ts";
import type { ProtocolScenario } from "./scenario.ts";
import { type AtEnd, settle } from "./settle.ts";
import { effectText } from "./text.ts";

/** Walks that are made to find a shorter one. */
const WALKS_MAX = 2000;

export interface Ending<S extends ProtocolSpec> {
  readonly atEnd?: AtEnd<S> | undefined;
  readonly settleMs?: number | undefined;
}

export interface Walked {
  readonly failure: unknown;
  /** What happened, with its effects, the end included. */
  readonly trace: readonly string[];
}

/**
 * The failure of a path and its end, if there is one.
 *
 * @param ending undefined: it is not played to its end
 */
export function walk<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  scenario: ProtocolScenario<S>,
  path: readonly string[],
  ending: Ending<S> | undefined,
): Walked {
  const group = new ProtocolGroup(protocol, scenario);
  const trace: string[] = [];
  group.listener = (member, { type }, effects) => {
    const at = `    ${member} (${type})`;
    for (const effect of effects) trace.push(`${at} ${effectText(effect)}`);
  };
  const take = (choice: Choice): void => {
    trace.push(choiceText(group, choice));
    apply(group, choice);
  };
  try {
    begin(group, take);
    for (const text of path) {
      const all = choicesOf(group, () => true);
      const choice = all.find((one) => choiceText(group, one) === text);
      if (choice !== undefined) take(choice);
    }
    if (ending === undefined) return { failure: undefined, trace };
    trace.push("end of faults");
    settle(group, ending, take);
  } catch (failure) {
    return { failure, trace };
  }
  return { failure: undefined, trace };
}

/** Starts those members that are there from the beginning. */
export function begin<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  take: (choice: Choice) => void = (choice) => apply(group, choice),
): void {
  for (const [member, { late = false }] of Object.entries(group.scenario.members)) {
    if (!late) take({ type: "start", member });
  }
}

/**
 * The path without what it does not take.
 *
 * @source ddmin: A. Zeller, R. Hildebrandt, Simplifying and isolating failure-inducing input, TSE
 *   28(2), 2002; its reduction to complements.
 */
export function shortest<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  scenario: ProtocolScenario<S>,
  path: readonly string[],
  ending: Ending<S>,
): Walked | undefined {
  const first = walk(protocol, scenario, path, ending);
  if (first.failure === undefined) return undefined;
  let best = { path, walked: first };
  let walks = 0;
  for (let size = Math.ceil(path.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < best.path.length && walks < WALKS_MAX; walks += 1) {
      const fewer = [...best.path.slice(0, from), ...best.path.slice(from + size)];
      const walked = walk(protocol, scenario, fewer, ending);
      if (isSame(walked.failure, first.failure)) best = { path: fewer, walked };
      else from += size;
    }
  }
  return best.walked;
}

/** The same law, or the same text but for the numbers in it. */
function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof LawBroken && other instanceof LawBroken) return one.law === other.law;
  return one !== undefined && withoutNumbers(one) === withoutNumbers(other);
}

function withoutNumbers(error: unknown): string {
  return String(error).replace(/\d+/g, "#");
}
