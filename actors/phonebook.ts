/**
 * Refs and what is known of definitions, on one thread.
 *
 * A ref is one object per address and thread, so refs compare with `===`. An actor that lives here
 * holds its own; refs to others are held weakly, so that a thread does not keep every address it
 * ever heard of; entries whose ref is gone are swept when their number has doubled.
 */

import type { ReferencePort } from "../runtime/codec/reference.ts";
import { BadRecord } from "../runtime/errors.ts";
import { TableReader } from "../runtime/table.ts";
import { addressOf } from "./address.ts";
import { type Cell, DEAD } from "./cell.ts";
import type { Blueprint } from "./define.ts";
import { DefinitionsFull } from "./errors.ts";
import { numbersOf } from "./facade.ts";
import type { Host } from "./host.ts";
import type { Kind } from "./kind.ts";
import { checkMailbox } from "./options.ts";
import { originOf } from "./origin.ts";
import { CORRUPT } from "./payload.ts";
import { ActorRef, AliasRef, type Facts, NamedRef } from "./ref.ts";
import type { MailboxOptions } from "./types.ts";

const SWEEP_ENTRIES_MIN = 1024;

export class Phonebook implements ReferencePort {
  readonly #host: Host;
  readonly #definitions: TableReader;
  readonly #facts: Facts[] = [];
  readonly #kinds: Map<Blueprint, Kind> = new Map();
  readonly #refs: Map<number, WeakRef<ActorRef>> = new Map();
  #sweepAt = SWEEP_ENTRIES_MIN;

  constructor(host: Host, definitions: SharedArrayBuffer) {
    this.#host = host;
    this.#definitions = new TableReader(definitions);
  }

  /** What all threads know of a definition; undefined for an id that nobody published. */
  facts(id: number): Facts | undefined {
    const known = this.#facts[id];
    if (known !== undefined) return known;
    const text = this.#definitions.get(id);
    if (text === undefined) return undefined;
    const { url, name, hash, handlers, stamp, rewritten } = JSON.parse(text) as Facts;
    const numbers = numbersOf(handlers);
    // Written out, as in `makeKind`.
    const facts: Facts = Object.freeze({
      id,
      url,
      name,
      hash,
      handlers,
      numbers,
      stamp,
      rewritten,
    });
    this.#facts[id] = facts;
    return facts;
  }

  /** Publishes a definition at its first use. */
  kind(blueprint: Blueprint, mailbox: MailboxOptions | undefined): Kind | Promise<Kind> {
    const known = this.#kinds.get(blueprint);
    if (known !== undefined) return mailbox === undefined ? known : kindWith(known, mailbox);
    return this.#publish(blueprint, mailbox);
  }

  async #publish(blueprint: Blueprint, mailbox: MailboxOptions | undefined): Promise<Kind> {
    const { link, modules, settings } = this.#host;
    const own = modules.own(blueprint);
    const { name, hash, names: handlers } = own;
    const url = settings.actors ?? own.url;
    const origin = originOf(own, settings.development);
    const id = await link.define(JSON.stringify({ url, name, hash, handlers, ...origin }));
    if (id === undefined) throw new DefinitionsFull();
    this.#host.debug?.({ definition: name, id, url }, "a definition is published");
    const kind = this.adopt(own, id, undefined);
    this.#kinds.set(blueprint, kind);
    return mailbox === undefined ? kind : kindWith(kind, mailbox);
  }

  /** The kind of a definition whose id is known. */
  adopt(blueprint: Blueprint, id: number, mailbox: MailboxOptions | undefined): Kind {
    let kind = this.#kinds.get(blueprint);
    if (kind === undefined) {
      const host = this.#host;
      const own = checkMailbox("mailbox", blueprint.mailbox, host.settings.mailbox);
      kind = makeKind({ host, blueprint, id, mailbox: own });
      this.#kinds.set(blueprint, kind);
    }
    return mailbox === undefined ? kind : kindWith(kind, mailbox);
  }

  /** The facts of a definition that this thread has published, or knows as published. */
  factsOf(blueprint: Blueprint): Facts | undefined {
    const kind = this.#kinds.get(blueprint);
    return kind === undefined ? undefined : this.facts(kind.id);
  }

  of(cell: Cell): ActorRef {
    if (cell.known !== undefined) return cell.known;
    const { kind, slot, incarnation } = cell;
    // Asked for only after its end: an address like any other, and no way to the dead mailbox.
    if (cell.status === DEAD) return this.find(kind.id, slot, incarnation) as ActorRef;
    cell.known = this.#make(kind.id, slot, incarnation, cell);
    return cell.known;
  }

  /** A cell of a predecessor goes on here. Refs that came before it, as arguments, lead to it. */
  revived(cell: Cell): void {
    const ref = this.#refs.get(cell.address)?.deref();
    if (ref === undefined) return;
    ref.cell = cell;
    cell.known = ref;
  }

  #make(id: number, slot: number, incarnation: number, cell: Cell | undefined): ActorRef {
    // Made only from ids that `facts` has answered, or from a kind, whose id was published.
    const facts = this.facts(id) as Facts;
    const { directory } = this.#host.thread;
    const thread = directory.threadOf(slot);
    const Kind = cell === undefined && directory.isAlias(slot, incarnation) ? AliasRef : ActorRef;
    return new Kind(this.#host.sending, facts, { slot, incarnation, thread, cell });
  }

  /** The ref of an address from a message; CORRUPT if there can be no such actor. */
  find(id: number, slot: number, incarnation: number): ActorRef | typeof CORRUPT {
    const cell = this.#host.cells.get(slot);
    if (cell !== undefined && cell.incarnation === incarnation) return this.of(cell);
    const address = addressOf(slot, incarnation);
    const known = this.#refs.get(address)?.deref();
    if (known !== undefined) return known;
    const { directory } = this.#host.thread;
    if (!directory.inRange(slot) || incarnation > directory.incarnation(slot)) return CORRUPT;
    if (this.facts(id) === undefined) return CORRUPT;
    const ref = this.#make(id, slot, incarnation, undefined);
    this.#keep(address, ref);
    return ref;
  }

  /** The same by what the directory has there; undefined if there can be no such actor. */
  at(slot: number, incarnation: number): ActorRef | undefined {
    const ref = this.find(this.#host.thread.directory.definition(slot), slot, incarnation);
    return ref === CORRUPT ? undefined : ref;
  }

  #keep(address: number, ref: ActorRef): void {
    this.#refs.set(address, new WeakRef(ref));
    if (this.#refs.size < this.#sweepAt) return;
    for (const [key, held] of this.#refs) if (held.deref() === undefined) this.#refs.delete(key);
    this.#sweepAt = Math.max(SWEEP_ENTRIES_MIN, this.#refs.size * 2);
  }

  /** An actor of this thread is dead: its ref is now held weakly, like any other. */
  ended(cell: Cell): void {
    // An address that nobody was told cannot come back, and then there is nothing to find it by.
    if (cell.known?.told === true || cell.extra?.name !== undefined) {
      this.#keep(cell.address, this.of(cell));
    }
  }

  /** The address of `ref` leaves, and must lead back to this very object. */
  tell(ref: ActorRef): void {
    if (ref.told) return;
    ref.told = true;
    const { index } = this.#host.thread;
    const isDead = ref.thread === index && ref.cell === undefined;
    if (isDead) this.#keep(addressOf(ref.slot, ref.incarnation), ref);
  }

  isReference(value: object): boolean {
    // Numbers of another system would name some other actor in this one.
    return value instanceof ActorRef && value.sending === this.#host.sending;
  }

  write(value: object): readonly number[] | readonly [text: string] {
    const ref = value as ActorRef;
    if (ref instanceof NamedRef) return [this.#host.named.write(ref)];
    this.tell(ref);
    const { facts, slot, incarnation } = ref;
    return [facts.id, slot, incarnation | 0];
  }

  read(definition: number, slot: number, incarnation: number): object {
    const ref = this.find(definition, slot, incarnation >>> 0);
    if (ref === CORRUPT)
      throw new BadRecord(12, `no actor can have the address ${slot}.${incarnation}`);
    return ref;
  }

  readText(text: string): object {
    return this.#host.named.read(text);
  }
}

function makeKind(facts: Pick<Kind, "host" | "blueprint" | "id" | "mailbox">): Kind {
  const { host, blueprint, id, mailbox } = facts;
  const survives = host.survival.keeps(blueprint);
  const { max } = mailbox;
  const maxBytes = Math.min(mailbox.maxBytes, survives?.bytes ?? mailbox.maxBytes);
  // Of a backlog less than what lies in it: every entry has a head.
  const highBytes = survives === undefined ? maxBytes >> 1 : maxBytes >> 2;
  const [high, low] = [max >> 1, max >> 2];
  // Written out: of objects made by a spread each is a shape of its own.
  const mark = Math.min(high, host.settings.warnings?.mailbox ?? high);
  return Object.freeze({
    host,
    blueprint,
    id,
    mailbox,
    max,
    maxBytes,
    high,
    highBytes,
    low,
    mark,
    survives: survives !== undefined,
  });
}

function kindWith(kind: Kind, mailbox: MailboxOptions): Kind {
  const { host, blueprint, id } = kind;
  const all = checkMailbox("mailbox", mailbox, kind.mailbox);
  return makeKind({ host, blueprint, id, mailbox: all });
}
