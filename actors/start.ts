/** The start of a system: options checked, memory and threads made, and undone if one fails. */

import { hrtimeMs } from "../runtime/env.ts";
import { THREAD_RUNNING } from "../runtime/layout.ts";
import { Signals } from "../runtime/signals.ts";
import { findEntries } from "./entries.ts";
import { ModuleNotLoaded, NestedSystem, SystemFailed } from "./errors.ts";
import { KeeperThread } from "./keeper-thread.ts";
import { allocateBuffers, LocalKeeper } from "./link.ts";
import { checkSystemOptions, indexesOf, type SystemOptions } from "./options.ts";
import { checkRoot, type Root, type RootSpec } from "./root-actor.ts";
import { type MainStage, realStage } from "./stage.ts";
import { type RootedSystem, System } from "./system.ts";
import { threadData } from "./thread-boot.ts";
import { loadTrace } from "./trace.ts";

export interface RootedOptions<Args extends unknown[], P> extends SystemOptions {
  /**
   * The definition of an actor, mostly a supervisor, that starts and ends with the system; or
   * `{ definition, args, thread }`. Its name is "root", its thread main unless told otherwise. When
   * it ends by itself, the system stops.
   */
  root: Root<Args, P>;
}

/**
 * Starts a system: its threads run and actors can be spawned when this settles.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for a wrong option, naming what is allowed;
 *   NestedSystem (ERR_NESTED_SYSTEM) on a thread of a running system; ModuleNotLoaded
 *   (ERR_MODULE_NOT_LOADED) if a thread cannot load a module of `preload`; SystemFailed
 *   (ERR_SYSTEM_FAILED) if the threads do not start for another reason, or the root does not;
 *   `cause` has the error, and what had been started has been ended.
 */
export function startSystem<Args extends unknown[], P>(
  options: RootedOptions<Args, P>,
): Promise<RootedSystem<P>>;
export function startSystem(options?: SystemOptions): Promise<System>;
export async function startSystem(
  options: SystemOptions & { root?: unknown } = {},
): Promise<System> {
  const outer = threadData();
  if (outer !== undefined) {
    outer.nested?.();
    throw new NestedSystem(outer.index ?? -1);
  }
  return startOn({ ...realStage, entries: findEntries }, options);
}

/** The same on any stage. */
export async function startOn(
  stage: MainStage,
  options: SystemOptions & { root?: unknown },
): Promise<System> {
  const { settings, log, signals: names } = checkSystemOptions(options);
  const root = checkRoot(options.root, settings.threads);
  const trace = await loadTrace(settings.trace);
  const indexes = indexesOf(settings);
  const entries = indexes === 1 ? undefined : await stage.entries();
  const buffers = allocateBuffers(settings.maxActors, indexes - 1, settings.maxNames);
  const epochMs = hrtimeMs();
  const signals = new Signals(buffers.signals);
  // Before there is a keeper; from then on it is the one writer of these words.
  signals.setState(0, THREAD_RUNNING, 1);
  const { machine } = stage;
  const keeper =
    entries === undefined
      ? undefined
      : new KeeperThread({ machine, entries, buffers, settings, epochMs });
  const link = keeper === undefined ? new LocalKeeper(buffers) : keeper.link;
  const parts = { stage, settings, log, trace, buffers, epochMs, link, keeper, names };
  const system = new System(parts);
  try {
    await system.begin();
  } catch (error) {
    await system.abandon();
    if (error instanceof ModuleNotLoaded) throw error;
    throw new SystemFailed("its threads did not start", error);
  }
  if (root !== undefined) await plant(system, root);
  return system;
}

async function plant(system: System, root: RootSpec): Promise<void> {
  try {
    await system.plant(root);
  } catch (error) {
    await system.abandon();
    throw new SystemFailed("its root did not start", error);
  }
}
