/**
 * Links: two actors that end together.
 *
 *     link ─▶ LINK ─▶ the other's half          exit ─▶ LINKED_EXIT ─▶ counts if the link holds
 *     unlink ─▶ UNLINK ─▶ gone there ─▶ UNLINKED ─▶ forgotten here
 *
 * At most one per pair. Between threads both halves are kept, and agree because signals of a pair
 * arrive in the order sent: whoever unlinks ignores exits and links of the other until it has
 * heard that the other knows. To link with the dead is to get an exit signal `noproc`.
 *
 * Follows OTP's link protocol (erts, "Link Protocol": unlink ids and acknowledgements).
 */

import { type Address, addressOf } from "./address.ts";
import { Bonds, Unlinking } from "./bonds.ts";
import type { Cell } from "./cell.ts";
import { type ExitReason, type Fate, NOPROC } from "./exit.ts";
import type { Host } from "./host.ts";
import type { ActorRef } from "./ref.ts";
import { LINK, LINKED_EXIT, UNLINK, UNLINKED } from "./wire.ts";

export class Links {
  readonly #host: Host;
  #unlinks = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  add(cell: Cell, ref: ActorRef): void {
    if (ref.cell === cell) return;
    const { links } = bondsOf(cell);
    const key = keyOf(ref);
    const known = links.get(key);
    if (known === ref) return;
    if (ref.cell !== undefined) {
      links.set(key, ref);
      bondsOf(ref.cell).links.set(cell.address, cell.ref);
    } else if (this.#host.outgoing.signal(LINK, ref, cell, 0)) {
      links.set(key, ref);
    } else {
      this.#host.exits.arrive(cell, ref, NOPROC, false);
    }
  }

  /** When this returns no exit through the link can reach the actor any more. */
  remove(cell: Cell, ref: ActorRef): void {
    const links = cell.bonds?.links;
    const key = keyOf(ref);
    if (links === undefined || links.get(key) !== ref) return;
    const other = ref.cell;
    if (other !== undefined) {
      links.delete(key);
      other.bonds?.links.delete(cell.address);
      return;
    }
    this.#unlinks = (this.#unlinks + 1) & 0x7fffffff || 1;
    if (this.#host.outgoing.signal(UNLINK, ref, cell, this.#unlinks)) {
      links.set(key, new Unlinking(ref, this.#unlinks));
    } else links.delete(key);
  }

  /** An actor of another thread has linked itself. */
  linked(cell: Cell | undefined, from: ActorRef, target: Address): void {
    if (cell === undefined) {
      this.#host.outgoing.signal(LINKED_EXIT, from, target, 0, NOPROC);
      return;
    }
    const { links } = bondsOf(cell);
    const key = keyOf(from);
    if (links.get(key) === undefined) links.set(key, from);
  }

  unlinked(cell: Cell | undefined, from: ActorRef, id: number): void {
    const links = cell?.bonds?.links;
    const key = keyOf(from);
    if (links?.get(key) === from) links.delete(key);
    if (cell !== undefined) this.#host.outgoing.signal(UNLINKED, from, cell, id);
  }

  /** The other knows of the unlink `id`. */
  acknowledged(cell: Cell | undefined, from: ActorRef, id: number): void {
    const links = cell?.bonds?.links;
    const key = keyOf(from);
    const link = links?.get(key);
    if (link instanceof Unlinking && link.id === id) links?.delete(key);
  }

  /** The actor at the other end has ended. */
  exited(cell: Cell, from: ActorRef, reason: ExitReason): void {
    const links = cell.bonds?.links;
    const key = keyOf(from);
    const link = links?.get(key);
    if (links === undefined || link === undefined) return;
    links.delete(key);
    if (link === from) this.#host.exits.arrive(cell, from, reason, false);
  }

  /** `cell` is dead: everybody linked to it is told. */
  bury(cell: Cell, bonds: Bonds, reason: ExitReason): void {
    if (bonds.links.size === 0) return;
    const ref = cell.ref;
    for (const link of bonds.links.values()) {
      // Whoever is being unlinked has been told, or is about to be.
      if (link instanceof Unlinking) continue;
      if (link.cell !== undefined) this.exited(link.cell, ref, reason);
      else this.#host.outgoing.signal(LINKED_EXIT, link, cell, 0, reason);
    }
  }

  /** The actors of a thread have died with it. */
  threadDied(cell: Cell, index: number, generation: number, fate: Fate): void {
    const links = cell.bonds?.links;
    if (links === undefined || links.size === 0) return;
    const { directory } = this.#host.thread;
    for (const link of links.values()) {
      const ref = link instanceof Unlinking ? link.ref : link;
      if (ref.thread === index && directory.endedWith(ref, generation)) {
        this.exited(cell, ref, fate(ref));
      }
    }
  }
}

function keyOf({ slot, incarnation }: ActorRef): number {
  return addressOf(slot, incarnation);
}

export function bondsOf(cell: Cell): Bonds {
  const { kin } = cell;
  if (kin instanceof Bonds) return kin;
  const bonds = new Bonds(kin);
  cell.kin = bonds;
  return bonds;
}
