/**
 * Specifications of supervisors: their children and the rules by which these are started again.
 *
 * All of it is checked before any child is started, so a wrong one starts nothing.
 */

import type { BackoffOptions } from "../../runtime/backoff.ts";
import { wrongBackoff } from "../../runtime/backoff.ts";
import { type IntensityOptions, wrongIntensity } from "../../runtime/intensity.ts";
import {
  APART,
  type CheckedChild,
  type ChildSpec,
  checkChild,
  checkKnown,
  type Fail,
  failIn,
  NEAR,
  oneOf,
  refuse,
} from "./child-spec.ts";

/** Who else is started again with a child: nobody; all; those after it. */
export type Strategy = "one-for-one" | "one-for-all" | "rest-for-one";

/** When the end of significant children ends the supervisor: never; of any of them; of the last. */
export type AutoShutdown = "never" | "any-significant" | "all-significant";

export interface SupervisorSpec {
  /** Default "one-for-one". */
  strategy?: Strategy;
  /** Restarts within `period` that are one too few to give up, 0 to 1 000 000, default 3. */
  intensity?: number;
  /** Milliseconds, 1 to 2^31 - 1, default 5000. */
  period?: number;
  /** Default "never". */
  autoShutdown?: AutoShutdown;
  /** For children that say nothing else. */
  backoff?: BackoffOptions;
  /** In the order in which they start; they are stopped in reverse. At most 1 048 576. */
  children: readonly ChildSpec[];
}

/** A specification that has been checked, with every default filled in. */
export interface CheckedSpec {
  readonly strategy: Strategy;
  readonly limits: IntensityOptions;
  readonly autoShutdown: AutoShutdown;
  readonly backoff: BackoffOptions | undefined;
  readonly children: readonly CheckedChild[];
}

export const CHILDREN_MAX: number = 2 ** 20;
const STRATEGIES: readonly Strategy[] = ["one-for-one", "one-for-all", "rest-for-one"];
const AUTO_SHUTDOWNS: readonly AutoShutdown[] = ["never", "any-significant", "all-significant"];
const KEYS = ["strategy", "intensity", "period", "autoShutdown", "backoff", "children"];

/** @throws InvalidSpec (ERR_INVALID_SPEC) */
export function checkSupervisor(supervisor: string, spec: unknown): CheckedSpec {
  const fail = failIn({ supervisor, path: "" });
  const given = checkObject(spec, fail);
  const { strategy = "one-for-one", autoShutdown = "never", backoff, intensity, period } = given;
  if (!STRATEGIES.includes(strategy)) fail("strategy", oneOf(STRATEGIES), strategy);
  if (!AUTO_SHUTDOWNS.includes(autoShutdown)) {
    fail("autoShutdown", oneOf(AUTO_SHUTDOWNS), autoShutdown);
  }
  const limits = { intensity, period };
  refuse("", wrongIntensity(limits), fail);
  refuse("backoff", backoff === undefined ? undefined : wrongBackoff(backoff), fail);
  const children = checkChildren(supervisor, given.children, fail);
  children.forEach((child, index) => {
    checkSignificant(child, autoShutdown, failIn({ supervisor, path: `children[${index}]` }));
  });
  return { strategy, limits, autoShutdown, backoff, children };
}

function checkObject(spec: unknown, fail: Fail): SupervisorSpec {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    return fail("the specification", `an object with ${KEYS.join(", ")}`, spec);
  }
  checkKnown(spec, KEYS, fail);
  return spec as SupervisorSpec;
}

/** A child of a supervisor with this `autoShutdown`. */
export function checkSignificant(
  { significant }: CheckedChild,
  autoShutdown: AutoShutdown,
  fail: Fail,
): void {
  if (!significant || autoShutdown !== "never") return;
  fail("significant", 'left out or false, as autoShutdown is "never"', significant);
}

function checkChildren(supervisor: string, children: unknown, fail: Fail): CheckedChild[] {
  if (!Array.isArray(children) || children.length > CHILDREN_MAX) {
    return fail("children", `a list of at most ${CHILDREN_MAX} child specifications`, children);
  }
  const ids = new Map<string, number>();
  const names = new Map<string, number>();
  const all = children.map((child: unknown, index) => {
    const path = `children[${index}]`;
    const checked = checkChild(child, { supervisor, path });
    const failAt = failIn({ supervisor, path });
    checkNear(checked, ids, failAt);
    checkUnique("id", checked.id, ids, failAt);
    ids.set(checked.id, index);
    const { name } = checked.options;
    if (name !== undefined) {
      checkUnique("name", name, names, failAt);
      names.set(name, index);
    }
    return checked;
  });
  all.forEach((child, index) => {
    checkApart(child, ids, failIn({ supervisor, path: `children[${index}]` }));
  });
  return all;
}

function checkUnique(key: string, value: string, known: Map<string, number>, fail: Fail): void {
  const first = known.get(value);
  if (first !== undefined) fail(key, `another than that of children[${first}]`, value);
}

/** `known` are the children that stand before it. */
export function checkNear(
  { nearChild }: CheckedChild,
  known: ReadonlyMap<string, unknown>,
  fail: Fail,
): void {
  if (nearChild !== undefined && !known.has(nearChild)) fail("near", NEAR, nearChild);
}

/** The same for all others: where two name each other, both stay apart over their restarts. */
export function checkApart(
  { id, apartChildren }: CheckedChild,
  known: ReadonlyMap<string, unknown>,
  fail: Fail,
): void {
  const stranger = apartChildren.find((other) => other === id || !known.has(other));
  if (stranger !== undefined) fail("apart", APART, stranger);
}
