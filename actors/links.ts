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
import { Bonds, type Link } from "./bonds.ts";
import type { Cell } from "./cell.ts";
import { type ExitReason, NOPROC } from "./exit.ts";
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
    const key = addressOf(ref.slot, ref.incarnation);
    const known = links.get(key);
    if (known?.unlinking === 0) return;
    if (ref.cell !== undefined) {
      links.set(key, { ref, unlinking: 0 });
      bondsOf(ref.cell).links.set(cell.address, { ref: cell.ref, unlinking: 0 });
      return;
    }
    if (!this.#host.outgoing.signal(LINK, ref, cell, 0)) {
      return this.#host.exits.arrive(cell, ref, NOPROC, false);
    }
    if (known === undefined) links.set(key, { ref, unlinking: 0 });
    else known.unlinking = 0;
  }

  /** When this returns no exit through the link can reach the actor any more. */
  remove(cell: Cell, ref: ActorRef): void {
    const links = cell.extra?.bonds?.links;
    const key = addressOf(ref.slot, ref.incarnation);
    const known = links?.get(key);
    if (links === undefined || known === undefined || known.unlinking !== 0) return;
    const other = ref.cell;
    if (other !== undefined) {
      links.delete(key);
      other.extra?.bonds?.links.delete(cell.address);
      return;
    }
    this.#unlinks = (this.#unlinks + 1) & 0x7fffffff || 1;
    known.unlinking = this.#unlinks;
    if (!this.#host.outgoing.signal(UNLINK, ref, cell, this.#unlinks)) links.delete(key);
  }

  /** An actor of another thread has linked itself. */
  linked(cell: Cell | undefined, from: ActorRef, target: Address): void {
    if (cell === undefined) {
      this.#host.outgoing.signal(LINKED_EXIT, from, target, 0, NOPROC);
      return;
    }
    const { links } = bondsOf(cell);
    const key = addressOf(from.slot, from.incarnation);
    if (links.get(key) === undefined) links.set(key, { ref: from, unlinking: 0 });
  }

  unlinked(cell: Cell | undefined, from: ActorRef, id: number): void {
    const links = cell?.extra?.bonds?.links;
    const key = addressOf(from.slot, from.incarnation);
    if (links?.get(key)?.unlinking === 0) links.delete(key);
    if (cell !== undefined) this.#host.outgoing.signal(UNLINKED, from, cell, id);
  }

  /** The other knows of the unlink `id`. */
  acknowledged(cell: Cell | undefined, from: ActorRef, id: number): void {
    const links = cell?.extra?.bonds?.links;
    const key = addressOf(from.slot, from.incarnation);
    if (links?.get(key)?.unlinking === id) links.delete(key);
  }

  /** The actor at the other end has ended. */
  exited(cell: Cell, from: ActorRef, reason: ExitReason): void {
    const links = cell.extra?.bonds?.links;
    const key = addressOf(from.slot, from.incarnation);
    const link = links?.get(key);
    if (links === undefined || link === undefined) return;
    links.delete(key);
    if (link.unlinking === 0) this.#host.exits.arrive(cell, from, reason, false);
  }

  /** `cell` is dead: everybody linked to it is told. */
  bury(cell: Cell, bonds: Bonds, reason: ExitReason): void {
    if (bonds.links.size === 0) return;
    const ref = cell.ref;
    for (const link of bonds.links.values()) this.#tell(cell, ref, link, reason);
  }

  #tell(cell: Cell, dead: ActorRef, { ref, unlinking }: Link, reason: ExitReason): void {
    if (ref.cell !== undefined) this.exited(ref.cell, dead, reason);
    else if (unlinking === 0) this.#host.outgoing.signal(LINKED_EXIT, ref, cell, 0, reason);
  }

  /** The actors of a thread have died with it. */
  threadDied(cell: Cell, index: number, generation: number, reason: ExitReason): void {
    const links = cell.extra?.bonds?.links;
    if (links === undefined || links.size === 0) return;
    for (const { ref } of links.values()) {
      if (ref.thread === index && this.#host.isLost(ref, generation)) {
        this.exited(cell, ref, reason);
      }
    }
  }
}

export function bondsOf(cell: Cell): Bonds {
  const extra = cell.more();
  extra.bonds ??= new Bonds();
  return extra.bonds;
}
