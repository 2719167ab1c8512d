/** The start of a system: options checked, memory and threads made, and undone if one fails. */

import { hrtimeMs } from "../runtime/env.ts";
import { THREAD_RUNNING } from "../runtime/layout.ts";
import { Signals } from "../runtime/signals.ts";
import { findEntries } from "./entries.ts";
import { ModuleNotLoaded, NestedSystem, SystemFailed } from "./errors.ts";
import { KeeperThread } from "./keeper-thread.ts";
import { allocateBuffers, LocalKeeper } from "./link.ts";
import { checkSystemOptions, indexesOf, type SystemOptions } from "./options.ts";
import { System } from "./system.ts";
import { threadData } from "./thread-boot.ts";
import { loadTrace } from "./trace.ts";

/**
 * Starts a system: its threads run and actors can be spawned when this settles.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for a wrong option, naming what is allowed;
 *   NestedSystem (ERR_NESTED_SYSTEM) on a thread of a running system; ModuleNotLoaded
 *   (ERR_MODULE_NOT_LOADED) if a thread cannot load a module of `preload`; SystemFailed
 *   (ERR_SYSTEM_FAILED) if the threads do not start for another reason.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const outer = threadData();
  if (outer !== undefined) {
    outer.nested?.();
    throw new NestedSystem(outer.index ?? -1);
  }
  const { settings, log, signals: names } = checkSystemOptions(options);
  const trace = await loadTrace(settings.trace);
  const indexes = indexesOf(settings);
  const entries = indexes === 1 ? undefined : await findEntries();
  const buffers = allocateBuffers(settings.maxActors, indexes - 1);
  const epochMs = hrtimeMs();
  const signals = new Signals(buffers.signals);
  // Before there is a keeper; from then on it is the one writer of these words.
  signals.setState(0, THREAD_RUNNING, 1);
  const keeper =
    entries === undefined ? undefined : new KeeperThread(entries, buffers, settings, epochMs);
  const link = keeper === undefined ? new LocalKeeper(buffers) : keeper.link;
  const system = new System({ settings, log, trace, buffers, epochMs, link, keeper, names });
  try {
    await system.begin();
  } catch (error) {
    await system.stop();
    if (error instanceof ModuleNotLoaded) throw error;
    throw new SystemFailed("its threads did not start", error);
  }
  return system;
}
