/**
 * Actors of one node as another node reaches them: over the network of the simulation.
 *
 *     actor on a ──▶ stand-in on a ──network──▶ main of b ──▶ the actor of that name on b
 *                          ◀──────network────── its answer
 *
 * The stand-in takes the same messages and hands each on, at most once and in no order: the network
 * may lose, delay and repeat it, and its answer too. A call that is lost ends by its time-out. The
 * name is looked up when a message arrives, so it leads to the actor of whatever life b has then.
 */

import { Codec } from "../../runtime/codec/codec.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { summarise } from "../../runtime/errors.ts";
import { FNV_START, fnv1a } from "../../runtime/hash.ts";
import { MACHINE } from "../../runtime/sim/virtual-thread.ts";
import type { Cell } from "../cell.ts";
import { type Blueprint, defineActor, findDefinition } from "../define.ts";
import { builtIn } from "../supervision/built-in.ts";
import type { System } from "../system.ts";
import type { Deferred, Definition, Ref, Self } from "../types.ts";
import { NodeDown } from "./errors.ts";
import type { SimNode } from "./node.ts";
import type { Run } from "./run.ts";

const HOME = "sabeam:sim-remote";
const MESSAGE_BYTES_MAX = 1024 * 1024;

/** One way to an actor: which, and from where. */
interface Way {
  readonly from: SimNode;
  readonly to: SimNode;
  readonly definition: Definition<unknown[], unknown>;
  readonly name: string;
}

type Answer = { readonly value: unknown } | { readonly error: Error };
/** Facades by handlers' names. */
type Facade = Record<string, (...args: unknown[]) => unknown>;

/** Of the run that plays now: a stand-in finds its way there by number, as functions stay. */
let playing: Remotes | undefined;

/** All of one run. */
export class Remotes {
  readonly #run: Run;
  readonly #ways: Way[] = [];
  readonly #codec: Codec = new Codec({
    shapes: new LocalShapes(),
    // A ref leads to an actor of its own system only, so none crosses.
    references: { isReference: () => false, write: () => [""], read: () => ({}) },
    maxBytes: MESSAGE_BYTES_MAX,
  });

  constructor(run: Run) {
    this.#run = run;
    playing = this;
  }

  /** @throws (rejects with) InvalidOptions, NodeDown, and what a spawn does */
  async reach<Args extends unknown[], P>(
    from: SimNode,
    to: SimNode,
    definition: Definition<Args, P>,
    name: string,
  ): Promise<Ref<P>> {
    const { names } = definition as unknown as Blueprint;
    const standIn = standInOf(definition.name, names);
    const number = this.#ways.push({ from, to, name, definition: definition as never }) - 1;
    const ref = await from.system.spawn(standIn, [number], {
      thread: 0,
      label: `${to.name}/${name}`,
    });
    return ref as unknown as Ref<P>;
  }

  way(number: number): Way | undefined {
    return this.#ways[number];
  }

  /** The run is over. */
  close(): void {
    playing = undefined;
  }

  /** @param answered is called at most once, on main of `from`; undefined for a cast */
  send(
    way: Way,
    handler: string,
    args: unknown[],
    answered: ((answer: Answer) => void) | undefined,
  ): void {
    const { from, to, definition, name } = way;
    const sent = this.#codec.copy(args, "args") as unknown[];
    const { lives } = from;
    let open = true;
    const answer = (given: Answer): void => {
      this.#cross(to, from, () => {
        // Whoever asked has died with that life of his node.
        if (open && from.lives === lives) answered?.(given);
        open = false;
      });
    };
    this.#cross(from, to, () => {
      const ref = systemOf(to)?.named(definition, name);
      if (answered === undefined) {
        (ref?.cast as Facade | undefined)?.[handler]?.(...sent);
        return;
      }
      const called = (ref?.call as Facade | undefined)?.[handler]?.(...sent);
      (called as Promise<unknown> | undefined)?.then(
        (value) => answer(this.#answerOf(value)),
        (error: Error) => answer({ error }),
      );
    });
  }

  /** As it arrives; or why it cannot cross: it has a ref in it, or is too large. */
  #answerOf(value: unknown): Answer {
    try {
      return { value: this.#codec.copy(value, "answer") };
    } catch (error) {
      return { error: error as Error };
    }
  }

  /** Runs `arrive` on main of the other node, as often as the network brings it there. */
  #cross(from: SimNode, to: SimNode, arrive: () => void): void {
    const { network, world } = this.#run;
    const sentNs = world.nowNs;
    for (const atNs of network.route(from.name, to.name, sentNs)) {
      world.driver.at(atNs, MACHINE, () => {
        const host = to.hosts[0];
        // Nobody is there to take it, as with a packet for a machine that is off.
        if (host === undefined || !network.arrives(from.name, to.name, sentNs)) return;
        host.virtual.at(world.nowNs, MACHINE, arrive);
      });
    }
  }
}

/** Undefined while it does not run, or starts and takes nothing yet. */
function systemOf(node: SimNode): System | undefined {
  try {
    return node.system;
  } catch (error) {
    if (error instanceof NodeDown) return undefined;
    throw error;
  }
}

/** The definition of stand-ins for all actors that take these messages. */
function standInOf(name: string, names: readonly string[]): Definition<[number], unknown> {
  const hash = (names.reduce((sum, one) => fnv1a(`${one} `, sum), FNV_START) >>> 0).toString(36);
  const own = `${name}.remote.${hash}`;
  const known = findDefinition(HOME, own);
  if (known !== undefined) return known as unknown as Definition<[number], unknown>;
  const handlers = Object.fromEntries(names.map((handler) => [handler, forward(handler)]));
  const init = (_self: unknown, number: number): { number: number } => ({ number });
  return builtIn(defineActor(HOME, own, { init, handlers })) as Definition<[number], unknown>;
}

function settle(deferred: Deferred<unknown>, answer: Answer): void {
  if ("error" in answer) deferred.reject(answer.error);
  else deferred.resolve(answer.value);
}

function forward(handler: string) {
  return (self: Self<{ number: number }>, ...args: never[]): unknown => {
    const remotes = playing;
    const way = remotes?.way(self.state.number);
    if (remotes === undefined || way === undefined) return undefined;
    const cell = self as unknown as Cell;
    const called = cell.host.ambient.requestOf(cell) !== undefined;
    const deferred = called ? self.defer<unknown>() : undefined;
    try {
      remotes.send(way, handler, args, deferred && ((answer) => settle(deferred, answer)));
    } catch (error) {
      self.log.warn({ handler, error: summarise(error) }, "it cannot cross the network");
      deferred?.reject(error as Error);
    }
    return deferred;
  };
}
