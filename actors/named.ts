/**
 * Refs by name: each leads to whoever has its name when something is sent.
 *
 *     ref.cast.add(5) ─▶ the one it led to last lives? ─no─▶ the table of names ─▶ that actor's way
 *
 * An actor has its name as long as it lives, so whom a ref led to is right until that one is dead,
 * and no change of the table need be looked at. In a message such a ref is a text, and every thread
 * that gets it resolves it for itself.
 *
 *     ["hits", 4]                                      name, id of the definition
 *     ["hits", "Counter", "file:///…", ["add"]]        of one that nobody has published yet
 *
 * A name may pass to an actor of another definition. That one does not get what was meant for
 * somebody else, though it may have a handler of that name: it is as if nobody had the name.
 */

import { BadRecord } from "../runtime/errors.ts";
import { type Blueprint, HANDLERS_MAX, isAbsent, isBlueprint, isHandlerName } from "./define.ts";
import { InvalidDefinition, NoSuchActor } from "./errors.ts";
import { numbersOf } from "./facade.ts";
import type { Host } from "./host.ts";
import { checkName } from "./options.ts";
import { type ActorRef, type Facts, NamedRef } from "./ref.ts";

/** Refs that are kept before those that nobody holds any more are looked for. */
const SWEEP_MIN = 1024;

export class NamedRefs {
  readonly #host: Host;
  readonly #refs: Map<string, WeakRef<NamedRef>> = new Map();
  #sweepAt = SWEEP_MIN;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The living actor of this name. @throws NoSuchActor if it is of another definition */
  whereis(definition: unknown, name: string): ActorRef | undefined {
    const { names, settings } = this.#host;
    const blueprint = loaded(definition);
    const found = names.refOf(checkName(name));
    const url = settings.actors ?? blueprint.url;
    if (found === undefined || isOf(found, url, blueprint.name)) return found;
    throw noSuchActor(blueprint.name, name, `the name belongs to ${found.facts.name}`);
  }

  /** The ref of a name; nobody need have it. @throws InvalidDefinition, InvalidOptions */
  of(definition: unknown, name: string): NamedRef {
    const blueprint = this.#host.modules.own(loaded(definition));
    checkName(name);
    const url = this.#host.settings.actors ?? blueprint.url;
    const known = this.#known(url, blueprint.name, name);
    if (known !== undefined) return known;
    const { name: kind, hash, names: handlers } = blueprint;
    const facts = this.#host.phonebook.factsOf(blueprint) ?? unpublished(url, kind, handlers, hash);
    return this.#make(facts, name);
  }

  #known(url: string, definition: string, name: string): NamedRef | undefined {
    return this.#refs.get(keyOf(url, definition, name))?.deref();
  }

  #make(facts: Facts, name: string): NamedRef {
    const { sending, thread } = this.#host;
    const ref = new NamedRef(sending, facts, thread.index, name);
    this.#refs.set(keyOf(facts.url, facts.name, name), new WeakRef(ref));
    if (this.#refs.size < this.#sweepAt) return ref;
    for (const [key, held] of this.#refs) if (held.deref() === undefined) this.#refs.delete(key);
    this.#sweepAt = Math.max(SWEEP_MIN, this.#refs.size * 2);
    return ref;
  }

  /** Whoever has the name now; undefined: nobody, or an actor of another definition. */
  holder(definition: unknown, name: string): ActorRef | undefined {
    const blueprint = loaded(definition);
    const found = this.#host.names.refOf(name);
    const url = this.#host.settings.actors ?? blueprint.url;
    return found !== undefined && isOf(found, url, blueprint.name) ? found : undefined;
  }

  /** As far as can be known here: whoever lives has the name that it was found by. */
  lives({ cell, thread, slot, incarnation }: ActorRef): boolean {
    if (cell !== undefined) return true;
    const { directory, index } = this.#host.thread;
    return thread !== index && directory.seemsAlive(slot, incarnation);
  }

  /** Whoever has the name now; the ref itself if nobody has, or an actor of another definition. */
  resolve(ref: NamedRef): ActorRef {
    const { target } = ref;
    if (target !== undefined && this.lives(target)) return target;
    return this.#find(ref) ?? ref;
  }

  #find(ref: NamedRef): ActorRef | undefined {
    ref.target = undefined;
    ref.stranger = undefined;
    const found = this.#host.names.refOf(ref.name);
    if (found === undefined) return undefined;
    const { facts } = ref;
    if (!isOf(found, facts.url, facts.name)) {
      ref.stranger = found.facts.name;
      return undefined;
    }
    // The same code, but for how it reads on two threads; or another version of it.
    ref.sameHandlers = found.facts.handlers.join() === facts.handlers.join();
    if (ref.sameHandlers) ref.published = found.facts.id;
    ref.target = found;
    return found;
  }

  /** What is wrong where `resolve` has found nobody. */
  absent(ref: ActorRef): NoSuchActor {
    const { facts, name, problem } = ref as NamedRef;
    return noSuchActor(facts.name, name, problem ?? "nobody has it");
  }

  /** What it is in a message. */
  write({ name, facts, published }: NamedRef): string {
    if (published >= 0) return JSON.stringify([name, published]);
    return JSON.stringify([name, facts.name, facts.url, facts.handlers]);
  }

  /** @throws BadRecord for a text that `write` has not made */
  read(text: string): NamedRef {
    const [name, ...about] = JSON.parse(text) as unknown[];
    const facts = about.length === 1 ? this.#published(about[0]) : described(about);
    if (facts === undefined) throw new BadRecord(text.length, "a name with no definition");
    return (
      this.#known(facts.url, facts.name, checkName(name)) ?? this.#make(facts, checkName(name))
    );
  }

  #published(id: unknown): Facts | undefined {
    return typeof id === "number" ? this.#host.phonebook.facts(id) : undefined;
  }
}

function loaded(definition: unknown): Blueprint {
  if (isBlueprint(definition)) return definition;
  throw isAbsent(definition)
    ? new InvalidDefinition(definition.name, "import the module that defines it on this thread")
    : new InvalidDefinition(String(definition), "pass what defineActor returned");
}

function isOf({ facts }: ActorRef, url: string, definition: string): boolean {
  return facts.name === definition && facts.url === url;
}

function noSuchActor(definition: string, name: string, why: string): NoSuchActor {
  return new NoSuchActor(`${definition} with the name ${JSON.stringify(name)}`, why);
}

/** The two in front have no spaces in them or are of a known length. */
function keyOf(url: string, definition: string, name: string): string {
  return `${definition} ${url.length} ${url}${name}`;
}

function unpublished(url: string, name: string, handlers: readonly string[], hash: string): Facts {
  const about = { id: -1, url, name, hash, handlers, numbers: numbersOf(handlers) };
  return Object.freeze({ ...about, stamp: undefined, rewritten: undefined });
}

/** From a message, so nothing of it is believed. */
function described([name, url, handlers]: readonly unknown[]): Facts | undefined {
  if (typeof name !== "string" || typeof url !== "string" || !Array.isArray(handlers)) return;
  if (handlers.length > HANDLERS_MAX || !handlers.every(isHandlerName)) return;
  return unpublished(url, name, handlers, "");
}
