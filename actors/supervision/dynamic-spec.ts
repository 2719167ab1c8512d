/** What dynamic supervisors and their children are told, and its checks. */

import { type BackoffOptions, wrongBackoff } from "../../runtime/backoff.ts";
import { type IntensityOptions, wrongIntensity } from "../../runtime/intensity.ts";
import { MAX_ACTORS_LIMIT } from "../../runtime/layout.ts";
import { isWhole, wrongKey } from "../../runtime/wrong.ts";
import {
  type CheckedChild,
  type ChildSpec,
  checkChild,
  checkKnown,
  failIn,
  refuse,
} from "./child-spec.ts";

export interface DynamicSupervisorOptions extends IntensityOptions {
  /** Children at a time, those that are starting or restarting included; default 1 048 576. */
  maxChildren?: number | undefined;
  /** For children that say nothing else. Default: they are restarted at once. */
  backoff?: BackoffOptions | undefined;
  /** What every child is given before its own arguments, at each start. */
  extraArguments?: readonly unknown[] | undefined;
}

/** As ChildSpec, for a child that is known by its ref: `near` and `apart` are refs, too. */
export interface DynamicChildSpec extends Omit<ChildSpec, "id" | "significant"> {
  /** For reports, and need not be unique. Default: the name of the definition. */
  id?: string;
}

const OPTIONS = ["maxChildren", "intensity", "period", "backoff", "extraArguments"];
const MAX_CHILDREN_RULE = isWhole(0, MAX_ACTORS_LIMIT);

/** @throws InvalidSpec (ERR_INVALID_SPEC) */
export function checkDynamic(supervisor: string, options: DynamicSupervisorOptions): void {
  const fail = failIn({ supervisor, path: "" });
  if (typeof options !== "object" || options === null) {
    fail("options", `an object with ${OPTIONS.join(", ")}`, options);
  }
  checkKnown(options, OPTIONS, fail);
  const { maxChildren, backoff, extraArguments } = options;
  refuse("", wrongKey("maxChildren", maxChildren, MAX_CHILDREN_RULE), fail);
  refuse("", wrongIntensity(options), fail);
  if (backoff !== undefined) refuse("backoff", wrongBackoff(backoff), fail);
  if (extraArguments !== undefined && !Array.isArray(extraArguments)) {
    fail("extraArguments", "a list, as init takes them", extraArguments);
  }
}

const NO_ARGS: readonly unknown[] = Object.freeze([]);

/**
 * Checks specs of children. Most are like the one before but for their arguments: those share what
 * came of that one, so that a start checks little and a child keeps little.
 */
export class SpecCheck {
  readonly #supervisor: string;
  readonly #backoff: BackoffOptions | undefined;
  #last: DynamicChildSpec | undefined;
  #checked: CheckedChild | undefined;
  /** How many keys the last one had, its arguments left out. */
  #keys = 0;

  constructor(supervisor: string, backoff: BackoffOptions | undefined) {
    this.#supervisor = supervisor;
    this.#backoff = backoff;
  }

  /** Of what is returned, the arguments are those of another child. @throws InvalidSpec */
  check(spec: DynamicChildSpec): CheckedChild {
    if (this.#checked !== undefined && this.#isLike(spec)) return this.#checked;
    const { backoff, ...checked } = this.#whole(spec);
    this.#last = { ...spec, args: NO_ARGS };
    this.#keys = Object.keys(this.#last).length - 1;
    this.#checked = {
      ...checked,
      args: NO_ARGS,
      backoff: checked.restart === "temporary" ? undefined : (backoff ?? this.#backoff),
    };
    return this.#checked;
  }

  #whole(spec: DynamicChildSpec): CheckedChild {
    const where = { supervisor: this.#supervisor, path: "child" };
    if (typeof spec !== "object" || spec === null) return checkChild(spec, where);
    const { significant, near, apart } = spec as Partial<ChildSpec>;
    const fail = failIn(where);
    if (significant === true)
      fail("significant", "left out: its end ends nobody else here", significant);
    if (typeof near === "string") fail("near", "a ref: there are no ids", near);
    if ([apart].flat().some(isText)) fail("apart", "refs: there are no ids", apart);
    return checkChild({ id: spec.definition?.name ?? "?", ...spec }, where);
  }

  /** True if it differs from the last one at most in its arguments, which are a list. */
  #isLike(spec: DynamicChildSpec): boolean {
    const last = this.#last as DynamicChildSpec; // There is one if something has been checked.
    if (typeof spec !== "object" || spec === null) return false;
    if (spec.definition !== last.definition) return false;
    if (spec.args !== undefined && !Array.isArray(spec.args)) return false;
    let keys = 0;
    for (const key in spec) {
      if (key === "args") continue;
      keys += 1;
      if (key === "definition") continue;
      const value = spec[key as keyof DynamicChildSpec];
      // An object may have been changed meanwhile.
      if (typeof value === "object" || value !== last[key as keyof DynamicChildSpec]) return false;
    }
    return keys === this.#keys;
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
