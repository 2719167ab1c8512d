/**
 * The definitions of one thread: found in its registry, their modules imported if need be.
 *
 *     facts from the table ──▶ registered? ──no──▶ import(url) ──▶ registered?
 *                                  └──yes─────────────────────────────yes──▶ the same code?
 */

import { summarise } from "../runtime/errors.ts";
import { adviceFor } from "./advice.ts";
import {
  type AbsentDefinition,
  addressOfCopy,
  type Blueprint,
  definitions,
  findByName,
  findDefinition,
} from "./define.ts";
import { InvalidDefinition, ModuleNotLoaded } from "./errors.ts";
import type { Host } from "./host.ts";
import { isSameCode } from "./origin.ts";
import type { Facts } from "./ref.ts";
import { isBuiltIn } from "./supervision/built-in.ts";

const ELSEWHERE =
  "The thread found the module under another URL: pass import.meta.url to defineActor, and name " +
  "a bundle with startSystem({ actors })";

const OTHER_CODE =
  "The file has changed since another thread loaded it (start the program anew), or what it " +
  "defines depends on the thread (it must not), or a loader rewrites it on one thread only (in " +
  "production that is refused too: load built files)";

export interface ModulesOptions {
  /** Modules whose import has failed on this thread already. */
  broken?: Set<string> | undefined;
  /** This thread has copies of modules that no other has, under this name. */
  copy?: string | undefined;
}

type Named = Pick<Facts, "url" | "name"> & Partial<Pick<Facts, "id">>;
/** In place of the id of a definition that is known by its name only. */
const UNPUBLISHED = -2;

export class Modules {
  readonly #host: Host;
  readonly #copy: string;
  readonly #load: (url: string) => Promise<object>;
  /** Modules whose import has failed; what they defined until then does not count. */
  readonly #broken: Set<string>;
  /** For which definitions modules are being imported. */
  readonly #importing: Set<{ readonly id: number }> = new Set();

  constructor(
    host: Host,
    load: (url: string) => Promise<object>,
    { broken = new Set(), copy = "" }: ModulesOptions = {},
  ) {
    this.#host = host;
    this.#copy = copy;
    this.#load = load;
    this.#broken = broken;
  }

  /**
   * What is spawned for a definition: itself, or with option `actors` the bundle's of its name,
   * whose code all threads have.
   *
   * @throws InvalidDefinition if the two do not understand the same messages
   */
  own(blueprint: Blueprint): Blueprint {
    const { actors } = this.#host.settings;
    if (actors === undefined) return blueprint;
    const own = findByName(blueprint.name, actors) ?? blueprint;
    const [theirs, ours] = [own.names.join(", "), blueprint.names.join(", ")];
    if (theirs === ours) return own;
    throw new InvalidDefinition(
      `${blueprint.name} in ${blueprint.url}`,
      `its handlers are ${ours}, but ${theirs} in ${actors}; build both from the same sources`,
    );
  }

  /** The definition that this thread has under these facts. @throws ModuleNotLoaded */
  async load(facts: Facts): Promise<Blueprint> {
    const known = this.#broken.has(facts.url) ? undefined : this.#look(facts);
    const found = known ?? (await this.#import(facts));
    if (isSameCode(facts, found)) return found;
    throw this.#failure(facts, `its ${facts.name} has other code on this thread`, OTHER_CODE);
  }

  /** One that came in a message, known by its name only. @throws ModuleNotLoaded */
  async find({ url, name }: AbsentDefinition): Promise<Blueprint> {
    const facts = { url, name };
    return (this.#broken.has(url) ? undefined : this.#look(facts)) ?? (await this.#import(facts));
  }

  async #import(facts: Named): Promise<Blueprint> {
    const { url } = facts;
    const before = new Set(definitions());
    const ended = this.#begins(facts);
    try {
      await this.#load(this.#copy === "" ? url : addressOfCopy(url, this.#copy));
      this.#host.debug?.({ url, thread: this.#host.thread.index }, "a module is loaded");
    } catch (error) {
      // A module that ends at its own startSystem has defined what it defines before.
      const found = isNested(error) ? this.#look(facts) : undefined;
      if (found !== undefined) return found;
      this.#broken.add(url);
      throw this.#failure(facts, summarise(error), adviceFor(url, error), error);
    } finally {
      ended();
    }
    const found = this.#look(facts);
    if (found !== undefined) return found;
    throw this.#missing(
      facts,
      definitions().filter((one) => !before.has(one) && !isBuiltIn(one)),
    );
  }

  /** The heartbeat tells of the import that was begun last, until what is returned is called. */
  #begins({ id = UNPUBLISHED }: Partial<Facts>): () => void {
    const { heartbeat } = this.#host.thread;
    const one = { id };
    this.#importing.add(one);
    heartbeat.loading = id;
    return () => {
      this.#importing.delete(one);
      heartbeat.loading = [...this.#importing].at(-1)?.id;
    };
  }

  /** The module has been imported and defines only `others`. */
  #missing(facts: Named, others: readonly Blueprint[]): ModuleNotLoaded {
    const same = others.find(({ name }) => name === facts.name);
    if (same !== undefined) {
      return this.#failure(facts, `there ${same.name} is one of ${same.url}`, ELSEWHERE);
    }
    const names = others.map(({ name }) => name).join(", ") || "none at all";
    const problem = `it defines no actor named ${facts.name}, but ${names}`;
    return this.#failure(facts, problem, adviceFor(facts.url));
  }

  #failure({ url }: Named, problem: string, advice: string, cause?: unknown): ModuleNotLoaded {
    return new ModuleNotLoaded(url, this.#host.thread.index, problem, { advice, cause });
  }

  #look({ url, name }: Named): Blueprint | undefined {
    const { actors } = this.#host.settings;
    if (actors !== undefined) return findByName(name, actors);
    const shared = findDefinition(url, name);
    if (this.#copy === "" || (shared !== undefined && isBuiltIn(shared))) return shared;
    return findDefinition(url, name, this.#copy);
  }
}

/** True for what startSystem throws on a thread. By code: a bundle may hold a second class. */
export function isNested(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ERR_NESTED_SYSTEM";
}
