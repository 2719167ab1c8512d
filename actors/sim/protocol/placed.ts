/**
 * An instance whose members are on several nodes of a simulation.
 *
 *     node a: home ◀─stand-in─ network ─stand-in─▶ node b: left      each node that starts again
 *                                                                    starts its members again, if
 *                                                                    they keep what they know
 */

import { ActorDown, InvalidOptions, NameTaken } from "../../errors.ts";
import type { MemberId, OptionsOf, ProtocolSpec, States } from "../../protocol/contract.ts";
import type { ProtocolDefinition } from "../../protocol/define-protocol.ts";
import type { Handle } from "../../protocol/handle.ts";
import { HOME, shellName } from "../../protocol/order.ts";
import { joinProtocol } from "../../protocol/start-protocol.ts";
import type { Placement } from "../../spawn-options.ts";
import type { System } from "../../system.ts";
import type { AnyRef } from "../../types.ts";
import type { SimNode } from "../node.ts";
import type { Run } from "../run.ts";
import { type Clock, OutsideHandle } from "./outside.ts";
import { coreStateOf } from "./watches.ts";

/** Where a member lives, and what stands behind it. */
export interface PlacedMember {
  /** The name of its node. */
  readonly node: string;
  readonly thread?: Placement;
  /** Made in each life of its node: the actor that it may ask. */
  readonly participant?: (system: System, member: MemberId) => AnyRef | Promise<AnyRef>;
}

export interface PlacedOptions<S extends ProtocolSpec> {
  readonly id: string;
  /** Of the instance: "home" is given it. */
  readonly config?: OptionsOf<S>;
  /** By id: the node of each, or more. */
  readonly members: { readonly [member: MemberId]: string | PlacedMember };
  /** In each life of a node, before its first member: what it keeps its logs in. */
  readonly journal?: (system: System, node: SimNode) => AnyRef | Promise<AnyRef>;
  readonly lingerMs?: number;
}

/** Starts of a member that fail, one after the other. */
const TRIES_MAX = 1000;
const PAUSE_MS = 100;

/** Journals of lives of nodes, by what has opened them: instances share them. */
type Journals = WeakMap<System, Map<unknown, Promise<AnyRef>>>;
const journals: Journals = new WeakMap();

export class PlacedInstance<S extends ProtocolSpec, Client> {
  readonly #run: Run;
  readonly #clock: Clock;
  readonly #definition: ProtocolDefinition<S, Client>;
  readonly #options: PlacedOptions<S>;
  readonly #places: ReadonlyMap<MemberId, PlacedMember>;
  readonly #endWatch: () => void;
  #clients = 0;
  readonly #again: Map<SimNode, () => Promise<void>> = new Map();

  constructor(
    run: Run,
    clock: Clock,
    definition: ProtocolDefinition<S, Client>,
    options: PlacedOptions<S>,
  ) {
    this.#run = run;
    this.#clock = clock;
    this.#definition = definition;
    this.#options = options;
    const places = Object.entries(options.members).map(
      ([member, place]): [string, PlacedMember] => [
        member,
        typeof place === "string" ? { node: place } : place,
      ],
    );
    this.#places = new Map(places);
    for (const { node } of this.#places.values()) run.node(node);
    const names = new Map([...this.#places.keys()].map((id) => [id, this.#nameOf(id)]));
    this.#endWatch = run.watches.begin(
      `${definition.name}/${options.id}`,
      definition.protocol,
      names,
    );
  }

  /** Its members are started again. */
  get #comesBack(): boolean {
    return this.#options.journal !== undefined || this.#definition.protocol.lifetime === "service";
  }

  /** Settles when all members have started whose nodes run. */
  async start(): Promise<void> {
    const nodes = new Set([...this.#places.values()].map(({ node }) => this.#run.node(node)));
    await Promise.all(
      [...nodes].map((node) => {
        const start = (): Promise<void> => this.#startOn(node);
        if (this.#comesBack) {
          this.#again.set(node, start);
          node.whenStarted.add(start);
        }
        return node.runs ? start() : undefined;
      }),
    );
  }

  /**
   * What a member's clients hold. What it asks goes on when the member's node has crashed and runs
   * again. @throws InvalidOptions for a member that there is not
   */
  client(member: MemberId = HOME): Client {
    const { id: instance } = this.#options;
    const { node } = this.#placeOf(member);
    this.#clients += 1;
    const handle = new OutsideHandle<S, Client>({
      clock: this.#clock,
      node: this.#run.node(node),
      definition: this.#definition,
      instance,
      member,
      isDurable: this.#comesBack,
      number: this.#clients,
    });
    // It has the methods of one, and stands for one in each life of the node.
    return this.#definition.client(handle as unknown as Handle<S>);
  }

  /** A member that lives right now, for faults and properties. @throws InvalidOptions */
  ref(member: MemberId): AnyRef | undefined {
    const node = this.#run.node(this.#placeOf(member).node);
    if (!node.runs) return undefined;
    return node.system.whereis(this.#definition.actor, this.#nameOf(member));
  }

  /** States of the members that live, for properties, which must not change them. */
  get states(): States<S> {
    const states = new Map<MemberId, S["state"]>();
    for (const [member, { node }] of this.#places) {
      const found = this.#run.node(node).find(this.#nameOf(member));
      const state = found && coreStateOf(found.cell);
      if (state !== undefined) states.set(member, state as S["state"]);
    }
    return states;
  }

  /** Its members are not started again any more, and not watched. */
  end(): void {
    for (const [node, start] of this.#again) node.whenStarted.delete(start);
    this.#again.clear();
    this.#endWatch();
  }

  #placeOf(member: MemberId): PlacedMember {
    const place = this.#places.get(member);
    if (place !== undefined) return place;
    const allowed = `one of ${[...this.#places.keys()].join(", ")}`;
    throw new InvalidOptions("member", allowed, member);
  }

  #nameOf(member: MemberId): string {
    return shellName(this.#definition.name, this.#options.id, member);
  }

  /** The members of a node, in its present life; what waits for a node that crashes waits on. */
  async #startOn(node: SimNode): Promise<void> {
    const started = this.#startAll(node);
    // It may fail because of the crash, and later.
    started.catch(() => {});
    await Promise.race([started, node.ended]);
  }

  async #startAll(node: SimNode): Promise<void> {
    const { lives } = node;
    const here = [...this.#places].filter(([, place]) => place.node === node.name);
    for (const [member, place] of here) {
      await this.#joinAtLast(node, member, place);
      if (node.lives !== lives || node.down) return;
    }
  }

  /**
   * A start that a fault has cut short is made again, if the member comes back; so is one without a
   * disk that does as it is told.
   */
  async #joinAtLast(node: SimNode, member: MemberId, place: PlacedMember): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#join(node, member, place);
      } catch (error) {
        if (error instanceof NameTaken) return;
        if (!this.#comesBack || !isForNow(error) || tries === TRIES_MAX) throw error;
      }
      await this.#clock.sleep(PAUSE_MS);
    }
  }

  async #join(node: SimNode, member: MemberId, place: PlacedMember): Promise<void> {
    const { id, config, journal, lingerMs } = this.#options;
    const { system } = node;
    const { participant, thread } = place;
    const store = journal && (await this.#journalOf(node, journal));
    const behind = participant && (await participant(system, member));
    const away = await this.#away(node);
    await joinProtocol(system, this.#definition, {
      id,
      member,
      away,
      ...(member === HOME && config !== undefined && { config }),
      ...(store !== undefined && { journal: store }),
      ...(behind !== undefined && { participant: behind }),
      ...(thread !== undefined && { thread }),
      ...(lingerMs !== undefined && { lingerMs }),
    });
  }

  #journalOf(node: SimNode, open: NonNullable<PlacedOptions<S>["journal"]>): Promise<AnyRef> {
    const { system } = node;
    const opened = journals.get(system) ?? new Map<unknown, Promise<AnyRef>>();
    journals.set(system, opened);
    const known = opened.get(open);
    if (known !== undefined) return known;
    const store = Promise.resolve(open(system, node));
    opened.set(open, store);
    store.catch(() => opened.delete(open));
    return store;
  }

  async #away(node: SimNode): Promise<{ [member: MemberId]: AnyRef }> {
    const others = [...this.#places].filter(([, place]) => place.node !== node.name);
    const refs = others.map(async ([member, place]): Promise<[MemberId, AnyRef]> => {
      const to = this.#run.node(place.node);
      const { actor } = this.#definition;
      return [member, await this.#run.remotes.reach(node, to, actor, this.#nameOf(member))];
    });
    return Object.fromEntries(await Promise.all(refs));
  }
}

/** A start of its store that another one may mend; errors lose their class on their way. */
const FOR_NOW = [
  ...["ERR_STORE_FAILED", "ERR_STORE_LOST", "ERR_DISK", "ERR_JOURNAL_FULL", "ERR_CHILD_FAILED"],
  ...["ERR_CALL_TIMEOUT", "ERR_JOURNAL_FOLDER"],
];

function isForNow(error: unknown): boolean {
  // It, or its thread, was struck while it started.
  if (error instanceof ActorDown) return true;
  const { code } = error as { readonly code?: unknown };
  return FOR_NOW.includes(String(code));
}
