/**
 * An alias: a second address, held by one actor, that leads to whichever actor it was last told.
 *
 *     alias.ref.cast.add(5) ─▶ which actor now? (two loads of shared memory) ─▶ that actor's way
 *
 * It is a slot of the directory that holds no actor but another one's address, so every thread
 * resolves it by itself, at each send, and nobody need be told of a change. It ends with the actor
 * that made it. A supervisor gives its children one each: their refs survive restarts.
 */

import { type Cell, DEAD } from "./cell.ts";
import { InvalidOptions, TooManyActors } from "./errors.ts";
import type { Host } from "./host.ts";
import { bondsOf } from "./links.ts";
import { type ActorRef, NamedRef } from "./ref.ts";
import type { AnyRef } from "./types.ts";

/** That one actor may hold at a time. */
export const ALIASES_MAX: number = 2 ** 18;

export class Alias {
  readonly ref: ActorRef;
  readonly #host: Host;
  readonly #owner: Cell;
  #over = false;

  constructor(host: Host, owner: Cell, ref: ActorRef) {
    this.#host = host;
    this.#owner = owner;
    this.ref = ref;
  }

  /**
   * Leads to `target` from the next send on; undefined: to nobody, and what is sent is a dead
   * letter `noproc`. An actor of another definition gets messages by the names of their handlers.
   */
  to(target: AnyRef | undefined): void {
    if (this.#over || this.#owner.status === DEAD) {
      throw this.#host.ended(this.#owner, "an alias");
    }
    const ref = target === undefined ? undefined : this.#host.own("alias.to", target);
    this.#host.thread.directory.point(this.ref.slot, ref);
  }

  /** Gives the address up for ever. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#owner.bonds?.aliases?.delete(this);
    this.#host.thread.directory.release(this.ref.slot);
  }
}

export class Aliases {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @throws InvalidOptions at the bound, TooManyActors if the directory is full */
  make(cell: Cell, target: AnyRef): Alias {
    const ref = this.#host.own("alias", target);
    const bonds = bondsOf(cell);
    bonds.aliases ??= new Set();
    const { size } = bonds.aliases;
    if (size >= ALIASES_MAX) throw new InvalidOptions("alias", `at most ${ALIASES_MAX}`, size);
    const { directory } = this.#host.thread;
    const slot = directory.takeAlias(ref.facts.id);
    if (slot === 0) throw new TooManyActors(directory.capacity);
    directory.point(slot, ref);
    const found = this.#host.phonebook.find(ref.facts.id, slot, directory.incarnation(slot));
    const alias = new Alias(this.#host, cell, found as ActorRef); // Taken right now, so it is one.
    bonds.aliases.add(alias);
    return alias;
  }

  /** Where `ref` leads now: itself, unless it is an alias or a name that leads to somebody. */
  resolve(ref: ActorRef): ActorRef {
    if (!ref.alias) return ref;
    if (ref instanceof NamedRef) return this.#host.named.resolve(ref);
    const { directory } = this.#host.thread;
    const target = directory.pointed(ref.slot, ref.incarnation);
    if (target === undefined) return ref;
    const found = this.#host.phonebook.at(target.slot, target.incarnation);
    return found === undefined || found.alias ? ref : found;
  }

  /** The number of a handler of `alias` for `target`; undefined if that has none of its name. */
  handler(alias: ActorRef, target: ActorRef, handler: number): number | undefined {
    if (alias.facts === target.facts || handler < 0) return handler;
    if (alias instanceof NamedRef && alias.sameHandlers) return handler;
    const found = target.facts.handlers.indexOf(alias.facts.handlers[handler] ?? "");
    return found < 0 ? undefined : found;
  }
}
