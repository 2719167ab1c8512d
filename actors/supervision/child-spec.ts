/**
 * Child specifications: what a supervisor is to start, and when to start it again.
 *
 *     what the user writes ──► checked: nothing wrong ──► what a supervisor goes by (every default
 *     (or childSpec() made)            └► InvalidSpec     filled in: CheckedChild)
 *
 * Left out: what can be known only where an actor is started, like the number of threads.
 */

import { type BackoffOptions, wrongBackoff } from "../../runtime/backoff.ts";
import type { Wrong } from "../../runtime/wrong.ts";
import { isAbsent, isBlueprint, type Supervised } from "../define.ts";
import { describe } from "../describe.ts";
import { InvalidOptions, InvalidSpec } from "../errors.ts";
import { isShutdownTime, RESTART_TYPES, SHUTDOWN_TIMES } from "../options.ts";
import { APART_MAX, checkPlacement } from "../placing.ts";
import { ActorRef } from "../ref.ts";
import { CheckedOptions, type SpawnOptions } from "../spawn-options.ts";
import { checkOptions, OPTIONS } from "../spawner.ts";
import type { AnyDefinition, AnyRef, Definition, RestartType, ShutdownTime } from "../types.ts";

export interface ChildSpec extends Omit<SpawnOptions, "near" | "apart" | "link" | "restarts"> {
  /** Unique among the children of a supervisor: 1 to 200 characters. */
  id: string;
  definition: AnyDefinition;
  /** As `init` of the definition takes them. */
  args?: readonly unknown[];
  /** Default: what the definition says, else "permanent". */
  restart?: RestartType;
  /** Default: what the definition says, else 5000 ms ("infinity" for supervisors). */
  shutdown?: ShutdownTime;
  /** Its end can end the supervisor: see `autoShutdown`. Not for permanent children. */
  significant?: boolean;
  /** Waits before it is started again, longer each time. Default: it is started at once. */
  backoff?: BackoffOptions;
  /** The thread of this actor, or of the child with this id, which stands before it. */
  near?: AnyRef | string;
  /**
   * Not a thread on which one of these lives: actors, or children that run when it is started; at
   * most 64. Two that are never to die together name each other.
   */
  apart?: AnyRef | string | readonly (AnyRef | string)[];
}

/** A specification that has been checked, with every default filled in. */
export interface CheckedChild {
  readonly id: string;
  readonly definition: AnyDefinition;
  readonly args: readonly unknown[];
  readonly restart: RestartType;
  readonly shutdown: ShutdownTime;
  readonly significant: boolean;
  /** The child is a supervisor. */
  readonly supervises: boolean;
  readonly backoff: BackoffOptions | undefined;
  /** The id of the child whose thread it shares. */
  readonly nearChild: string | undefined;
  /** The ids of those whose threads it keeps off. */
  readonly apartChildren: readonly string[];
  /** The rest of what `spawn` is given. */
  readonly options: CheckedOptions;
}

/** No list of arguments is needed where `init` takes none. */
type ChildRest<Args extends unknown[]> = [] extends Args
  ? [args?: Args, overrides?: Partial<ChildSpec>]
  : [args: Args, overrides?: Partial<ChildSpec>];

export const SHUTDOWN_MS_DEFAULT = 5000;
const ID_CHARACTERS_MAX = 200;
const OWN_KEYS = ["id", "definition", "args", "restart", "shutdown", "significant", "backoff"];
/** By the supervisor itself. */
const SAID_HERE = ["link", "restarts"];
const KEYS = [...OWN_KEYS, ...OPTIONS.filter((key) => !SAID_HERE.includes(key))];

/**
 * A child specification whose arguments are checked against the definition's `init`. Its id is the
 * definition's name, unless `overrides` say another.
 */
export function childSpec<Args extends unknown[], P>(
  definition: Definition<Args, P>,
  ...[args, overrides]: ChildRest<Args>
): ChildSpec {
  return { id: definition?.name, definition, args: args ?? [], ...overrides };
}

/** Where a specification stands, for errors. */
export interface Where {
  readonly supervisor: string;
  /** Like `children[2]`. */
  readonly path: string;
}

/**
 * The specification of one child, by itself: what it says of other children is not looked at.
 *
 * @throws InvalidSpec (ERR_INVALID_SPEC)
 */
export function checkChild(spec: unknown, where: Where): CheckedChild {
  const fail = failIn(where);
  const given = checkKeys(spec, fail);
  const { id, definition, args, restart, shutdown, significant, backoff, ...rest } = given;
  if (typeof id !== "string" || id === "" || id.length > ID_CHARACTERS_MAX) {
    fail("id", `a text of 1 to ${ID_CHARACTERS_MAX} characters`, id);
  }
  if (!isBlueprint(definition) && !isAbsent(definition)) {
    fail("definition", "what defineActor returned", definition);
  }
  const own = definition as Supervised;
  if (args !== undefined && !Array.isArray(args)) {
    fail("args", "a list, as init takes them", args);
  }
  const time = checkShutdown(shutdown ?? own.shutdown ?? SHUTDOWN_MS_DEFAULT, fail);
  const placed = checkRest(rest, where);
  const checked: CheckedChild = {
    id,
    definition,
    args: args ?? [],
    restart: checkRestart(restart ?? own.restart ?? "permanent", fail),
    shutdown: time,
    supervises: own.supervises,
    significant: checkFlag(significant, fail),
    backoff,
    ...placed,
    // Its `terminate` has as much time as its supervisor waits for it.
    options: { ...placed.options, shutdown: time },
  };
  refuse("backoff", backoff === undefined ? undefined : wrongBackoff(backoff), fail);
  checkTogether(checked, fail);
  return checked;
}

export type Fail = (key: string, allowed: string, got: unknown) => never;

/** Throws InvalidSpec for a key below `path`; "" is what stands at `path` itself. */
export function failIn({ supervisor, path }: Where): Fail {
  return (key, allowed, got) => {
    throw new InvalidSpec(supervisor, below(path, key), mustBe(allowed, got));
  };
}

export function refuse(key: string, wrong: Wrong | undefined, fail: Fail): void {
  if (wrong === undefined) return;
  fail(below(key, wrong.key), wrong.allowed, wrong.got);
}

/** What the next incarnation is started with. @param inherit as `spawn` knows it */
export function optionsFor(
  options: CheckedOptions,
  restarts: number,
  inherit: AnyRef | false | undefined,
): CheckedOptions {
  if (restarts === 0 && inherit === undefined) return options;
  return new CheckedOptions(options, restarts, inherit);
}

function below(path: string, key: string): string {
  return path === "" || key === "" ? path + key : `${path}.${key}`;
}

function mustBe(allowed: string, got: unknown): string {
  return `must be ${allowed}; got ${describe(got)}`;
}

export function checkKnown(spec: object, keys: readonly string[], fail: Fail): void {
  const unknown = Object.keys(spec).find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  fail(unknown, `left out: keys are ${keys.join(", ")}`, (spec as never)[unknown]);
}

function checkKeys(spec: unknown, fail: Fail): ChildSpec {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    return fail("", "an object with id, definition, … (childSpec() makes one)", spec);
  }
  checkKnown(spec, KEYS, fail);
  return spec as ChildSpec;
}

function checkRestart(restart: unknown, fail: Fail): RestartType {
  const known = RESTART_TYPES.find((type) => type === restart);
  return known ?? fail("restart", oneOf(RESTART_TYPES), restart);
}

export function checkShutdown(shutdown: unknown, fail: Fail): ShutdownTime {
  return isShutdownTime(shutdown) ? shutdown : fail("shutdown", SHUTDOWN_TIMES, shutdown);
}

function checkFlag(significant: unknown, fail: Fail): boolean {
  if (significant === undefined || typeof significant === "boolean") return significant ?? false;
  return fail("significant", "true or false", significant);
}

/** What `spawn` itself would refuse, and what it is given. */
function checkRest(
  { near, apart, ...rest }: Omit<ChildSpec, "id" | "definition">,
  where: Where,
): Pick<CheckedChild, "nearChild" | "apartChildren" | "options"> {
  const { supervisor, path } = where;
  const fail = failIn(where);
  const options = new CheckedOptions({ ...rest, link: true });
  try {
    checkOptions(rest);
    if (rest.thread !== undefined) checkPlacement(rest.thread);
  } catch (error) {
    if (!(error instanceof InvalidOptions)) throw error;
    const { option, message } = error;
    throw new InvalidSpec(supervisor, below(path, option), message.slice(option.length + 1));
  }
  if (near !== undefined && !isNeighbour(near)) fail("near", NEAR, near);
  if (near !== undefined && rest.thread !== undefined) {
    fail("thread", "left out where near says where", rest.thread);
  }
  if (near instanceof ActorRef) options.near = near;
  const neighbours = apart === undefined ? [] : Array.isArray(apart) ? apart : [apart];
  if (neighbours.length > APART_MAX) fail("apart", `at most ${APART_MAX} of them`, apart);
  const stranger = neighbours.find((one) => !isNeighbour(one));
  if (stranger !== undefined) fail("apart", APART, stranger);
  const refs = neighbours.filter((one) => one instanceof ActorRef);
  if (refs.length > 0) options.apart = refs;
  return {
    nearChild: typeof near === "string" ? near : undefined,
    apartChildren: neighbours.filter((one) => typeof one === "string"),
    options,
  };
}

export const NEAR = "a ref, or the id of a child that stands before it";
export const APART = "a ref, or the id of another child";

function isNeighbour(value: unknown): boolean {
  return typeof value === "string" || value instanceof ActorRef;
}

/** What is right by itself and cannot be meant together. */
function checkTogether({ restart, significant, backoff }: CheckedChild, fail: Fail): void {
  if (restart === "permanent" && significant) {
    const why = "a permanent one never ends for good";
    fail("restart", `"transient" or "temporary" for a significant child: ${why}`, restart);
  }
  if (restart === "temporary" && backoff !== undefined) {
    fail("backoff", "left out for a temporary child: it is never started again", backoff);
  }
}

export function oneOf(values: readonly unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
