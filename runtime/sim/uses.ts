/**
 * Who used a virtualised global first: one report for each global and each owner of the code that
 * runs, with the place in the user's code.
 *
 *     Date.now() ─▶ the owner that runs now has one of these ─▶ nothing, after a look into a Set
 *                └▶ it has none ─▶ stack ─▶ the first frame that is not Node's
 *                                             ├▶ sabeam's or a dependency's: no report
 *                                             └▶ used("Date.now", place)
 *
 * Looking at a stack costs 10 µs; so it is done once for an owner, and no more than
 * `OWN_LOOKS_MAX` times if it was sabeam that called. A report that would have come after that many
 * calls of sabeam itself within the same handler is not made.
 */

import { fileURLToPath } from "node:url";

/** A place in the user's code. */
export interface CallSite {
  /** As V8 names it: a path, or a URL like `file:///app/counter.js`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** As V8 names it, like `Object.add` or `new Order`; undefined for the top level of a module. */
  readonly function: string | undefined;
}

export type AnyFunction = (...args: never[]) => unknown;

/** Calls of sabeam's own that are told apart from the user's for one owner. */
const OWN_LOOKS_MAX = 8;
/** Owners that are remembered of one global; a program has as many as it has handlers. */
const OWNERS_MAX = 100_000;
/** Frames that are looked through. */
const FRAMES_MAX = 50;

export class Use {
  readonly #what: string;
  readonly #owner: () => unknown;
  readonly #used: (what: string, where: CallSite) => void;
  readonly #seen: Set<unknown> = new Set();
  readonly #ownLooks: Map<unknown, number> = new Map();
  #last: unknown;

  constructor(what: string, owner: () => unknown, used: (what: string, where: CallSite) => void) {
    this.#what = what;
    this.#owner = owner;
    this.#used = used;
  }

  /** Notes a call of the function `below`. 10 ns if its owner is known or nobody. */
  note(below: AnyFunction): void {
    const owner = this.#owner();
    if (owner === undefined || owner === this.#last) return;
    if (!this.#seen.has(owner)) this.#look(owner, below);
    else this.#last = owner;
  }

  #look(owner: unknown, below: AnyFunction): void {
    const where = userFrame(below);
    const looks = this.#ownLooks.get(owner) ?? 0;
    if (where === undefined && looks + 1 < OWN_LOOKS_MAX) {
      this.#ownLooks.set(owner, looks + 1);
      return;
    }
    this.#ownLooks.delete(owner);
    if (this.#seen.size < OWNERS_MAX) this.#seen.add(owner);
    if (where !== undefined) this.#used(this.#what, where);
  }
}

/** The place that called the function `below`, unless that is sabeam or nobody that V8 knows. */
export function userFrame(below: AnyFunction): CallSite | undefined {
  const frame = captureFrames(below).find(({ file }) => !isNode(file));
  return frame === undefined || isOwn(frame.file) ? undefined : frame;
}

/** Who called the function `below`, innermost first. */
export function captureFrames(below: AnyFunction): CallSite[] {
  const before = Error.stackTraceLimit;
  const site: { stack?: unknown } = {};
  // Never throws, where intrinsics are frozen.
  Reflect.set(Error, "stackTraceLimit", FRAMES_MAX);
  Error.captureStackTrace(site, below);
  const { stack } = site;
  Reflect.set(Error, "stackTraceLimit", before);
  return framesOf(stack);
}

/** All frames of a stack's text that have a place. */
export function framesOf(stack: unknown): CallSite[] {
  if (typeof stack !== "string") return [];
  return stack.split("\n").flatMap((line) => {
    const [, name, ...places] = FRAME.exec(line) ?? [];
    const [file, row, column] = places.filter((part) => part !== undefined);
    if (file === undefined) return [];
    return [{ file, line: Number(row), column: Number(column), function: name }];
  });
}

/** `at name (file:1:2)` or `at file:1:2`, both perhaps with `async` before them. */
const FRAME = /^\s+at (?:async )?(?:(.+?) \((.+):(\d+):(\d+)\)|(.+):(\d+):(\d+))$/;

export function isNode(file: string): boolean {
  return file.startsWith("node:") || file === "<anonymous>";
}

/** True for a module of this package, or of a package that it calls users' code through. */
export function isOwn(file: string): boolean {
  const path = pathOf(file);
  return OWN.some((folder) => path.startsWith(folder)) || DEPENDENCY.test(path);
}

function pathOf(file: string): string {
  try {
    return (file.startsWith("file://") ? fileURLToPath(file) : file).replaceAll("\\", "/");
  } catch {
    return file;
  }
}

const DEPENDENCY = /\/node_modules\/(comlink|msgpackr|piscina)\//;

/** Folders that hold nothing but the package: in a bundle of the user's there are none. */
export function foldersOf(url: string): string[] {
  const [, root] = BUNDLED.exec(url) ?? COMPILED.exec(url) ?? [];
  if (root === undefined) return [];
  return ["runtime/", "actors/", "protocols/"].map((name) => pathOf(`${root}${name}`));
}

const BUNDLED = /^(.*\/dist\/bundle\/)(?:runtime|actors)\/.+\.js$/;
const COMPILED = /^(.*\/)runtime\/sim\/uses\.[jt]s$/;

const OWN: readonly string[] = foldersOf(import.meta.url);
