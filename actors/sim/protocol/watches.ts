/**
 * `watch` of protocols over the members that live in a simulation, on whatever node.
 *
 *     turn of a shell ──▶ its instance is looked at after the step ──▶ PropertyViolated
 *
 * Costs a look-up per turn, and a look for each step in which a member had a turn.
 */

import { summarise } from "../../../runtime/errors.ts";
import { type Cell, DEAD } from "../../cell.ts";
import type { MemberId, Protocol, ProtocolSpec } from "../../protocol/contract.ts";
import { PropertyViolated } from "../errors.ts";
import type { SimHost } from "../stage.ts";

interface Place {
  readonly host: SimHost;
  readonly cell: Cell;
}

interface Watched<S extends ProtocolSpec = ProtocolSpec> {
  readonly name: string;
  readonly protocol: Protocol<S>;
  /** Where each member had its last turn. */
  readonly places: Map<MemberId, Place>;
  seen: S["history"] | undefined;
}

interface Found {
  readonly watched: Watched;
  readonly member: MemberId;
}

/** What the core of a member knows; undefined while it has none: its log cannot be opened. */
export function coreStateOf({ local }: Cell): object | undefined {
  // Where a shell keeps itself (define-protocol.ts).
  return (local?.shell as { readonly state: object } | undefined)?.state;
}

export class ProtocolWatches {
  /** By the names of shells. */
  readonly #names: Map<string, Found> = new Map();
  /** Undefined: no shell that is watched. */
  #cells: WeakMap<Cell, Found | undefined> = new WeakMap();
  readonly #stirred: Set<Watched> = new Set();
  /** How often one was looked at. */
  looks = 0;

  /**
   * From now on, until `end`.
   *
   * @param name of the instance, for reports
   * @param names of its shells, by member
   */
  begin<S extends ProtocolSpec>(
    name: string,
    protocol: Protocol<S>,
    names: ReadonlyMap<MemberId, string>,
  ): () => void {
    // What a watch is given is what it has made.
    const watched = { name, protocol, places: new Map(), seen: undefined } as unknown as Watched;
    for (const [member, shell] of names) this.#names.set(shell, { watched, member });
    this.#cells = new WeakMap();
    return () => {
      for (const shell of names.values()) {
        if (this.#names.get(shell)?.watched === watched) this.#names.delete(shell);
      }
      this.#cells = new WeakMap();
    };
  }

  /** A turn of an actor is about to begin. */
  turn(host: SimHost, cell: Cell): void {
    if (this.#names.size === 0) return;
    if (!this.#cells.has(cell)) {
      const { name } = cell;
      this.#cells.set(cell, name === undefined ? undefined : this.#names.get(name));
    }
    const found = this.#cells.get(cell);
    if (found === undefined) return;
    const { watched, member } = found;
    if (watched.places.get(member)?.cell !== cell) watched.places.set(member, { host, cell });
    this.#stirred.add(watched);
  }

  /** After a step. @throws PropertyViolated */
  look(): void {
    if (this.#stirred.size === 0) return;
    for (const watched of this.#stirred) this.#look(watched);
    this.#stirred.clear();
  }

  #look(watched: Watched): void {
    const { name, protocol, places } = watched;
    if (protocol.watch === undefined) return;
    const states = new Map<MemberId, object>();
    for (const [member, { host, cell }] of places) {
      const lives = !host.virtual.dead && cell.status !== DEAD;
      const state = lives ? coreStateOf(cell) : undefined;
      if (state !== undefined) states.set(member, state);
    }
    this.looks += 1;
    try {
      watched.seen = protocol.watch(states, watched.seen);
    } catch (cause) {
      const violated = new PropertyViolated(`watch of ${name}`, summarise(cause));
      violated.cause = cause;
      throw violated;
    }
  }
}
