/**
 * The root of a system's tree: started with the system, which does not outlive it.
 *
 *     startSystem ──▶ threads run ──▶ root starts, and its tree ──▶ system
 *     root ends by itself ──▶ the system stops, in order; after a failure with exit code 1
 *     system stops ──▶ phase `tree`: the root ends, and before it what it supervises
 *
 * It lives on main unless told otherwise: a supervisor has little to do, main is the one thread
 * that cannot be lost without the process, and so the death of no other thread costs the tree.
 */

import { isAbsent, isBlueprint } from "./define.ts";
import { InvalidOptions } from "./errors.ts";
import type { ExitReason } from "./exit.ts";
import type { Host } from "./host.ts";
import { known } from "./options.ts";
import type { Passed } from "./phases.ts";
import type { ActorRef } from "./ref.ts";
import type { AnyDefinition, Definition, Ref } from "./types.ts";

/** A definition, or with what it is started: the root of a system. */
export type Root<Args extends unknown[], P> = Definition<[], P> | RootWith<Args, P>;

export type RootWith<Args extends unknown[], P> = {
  definition: Definition<Args, P>;
  /** A thread's index; default 0, which is main. */
  thread?: number;
} & ([] extends Args ? { args?: Args } : { args: Args });

export interface RootSpec {
  readonly definition: AnyDefinition;
  readonly args: unknown[];
  readonly thread: number;
}

/** Its name among the actors of the system. */
const NAME = "root";
const OPTIONS = ["definition", "args", "thread"];

/** @throws InvalidOptions */
export function checkRoot(root: unknown, threads: number): RootSpec | undefined {
  if (root === undefined) return undefined;
  if (isDefinition(root)) return { definition: root, args: [], thread: 0 };
  known("root", root, OPTIONS);
  const { definition, args = [], thread = 0 } = root as Partial<RootSpec>;
  if (!isDefinition(definition)) {
    throw new InvalidOptions("root", "a definition, or { definition, args }", definition);
  }
  if (!Array.isArray(args)) {
    throw new InvalidOptions("root.args", "an array, as init takes them", args);
  }
  if (!Number.isInteger(thread) || thread < 0 || thread > threads) {
    throw new InvalidOptions("root.thread", `a whole number from 0 to ${threads}`, thread);
  }
  return { definition, args, thread };
}

function isDefinition(value: unknown): value is AnyDefinition {
  return isBlueprint(value) || isAbsent(value);
}

export class RootActor {
  readonly ref: ActorRef;
  /** Settles with how it ended. */
  readonly ended: Promise<ExitReason>;
  readonly #host: Host;
  #lives = true;

  private constructor(host: Host, ref: ActorRef) {
    this.#host = host;
    this.ref = ref;
    this.ended = host.monitors.whenDown(ref).then((reason) => {
      this.#lives = false;
      return reason;
    });
  }

  /** Rejects with what its `init` threw, as `spawn` does. */
  static async start(host: Host, spec: RootSpec): Promise<RootActor> {
    const { definition, args, thread } = spec;
    const ref = await host.spawner.spawn(definition, args, { name: NAME, thread });
    return new RootActor(host, ref);
  }

  get lives(): boolean {
    return this.#lives;
  }

  /** Ends it, and before it its tree; says so if that takes longer. */
  async stop(withinMs: number): Promise<Passed> {
    if (withinMs === 0) return {};
    const { inspection } = this.#host;
    const options = { reason: "shutdown", timeout: withinMs } as const;
    const asked = inspection.stop(this.ref as Ref<unknown>, options);
    // Whatever it says, the root has ended or it has not.
    await asked.catch(() => {});
    if (!this.#lives) return {};
    return { stillRunning: [`${this.ref}: has not ended, nor has all that it supervises`] };
  }
}
