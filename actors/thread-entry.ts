/**
 * First module of a worker thread. It boots everything that needs no index, then waits to be
 * assigned one: that is what lets a standby thread take over a dead one's place without a boot.
 */

import { type MessagePort, threadId, workerData } from "node:worker_threads";
import { Control, serve } from "../runtime/control.ts";
import { realEnv } from "../runtime/env.ts";
import type { KeeperApi, ThreadApi } from "../runtime/keeper.ts";
import type { SystemBuffers } from "../runtime/ledger.ts";
import { Host } from "./host.ts";
import { ControlLink } from "./link.ts";
import type { Settings } from "./options.ts";
import { Shutdown } from "./shutdown.ts";

/** What the keeper hands to each thread. */
export interface Boot {
  readonly sabeam: true;
  readonly buffers: SystemBuffers;
  readonly settings: Settings;
  readonly epochMs: number;
  readonly keeper: MessagePort;
  readonly control: MessagePort;
}

const { buffers, settings, epochMs, keeper, control } = workerData as Boot;
const link = new ControlLink(new Control<KeeperApi>("the keeper", keeper));
const bundle = settings.actors === undefined ? undefined : import(settings.actors);
// Reported by `assign`, which awaits it; not before, or a broken bundle would end the thread twice.
bundle?.catch(() => {});

/** This thread once it has an index. */
let host: Host | undefined;

const api: ThreadApi = {
  async assign(index, generation) {
    await bundle;
    // Where startSystem looks, to say on which thread it was called.
    Object.assign(workerData, { index });
    const seed = `thread ${index} life ${generation} of ${threadId}`;
    const { spinMs, cores } = settings;
    const env = realEnv({ epochMs, seed, spinMs, cores, threads: settings.threads + 1 });
    host = new Host({ env, memory: buffers, index, generation, settings, link });
    host.begin();
  },
  acceptLane: (lane) => host?.thread.acceptLane(lane),
  laneRefused: (by) => host?.laneClosed(by),
  threadDied: (index, generation, cause) => host?.threadDied(index, generation, cause),
  threadReplaced: () => {},
  // What is wrong with the module is told by the spawn that needs it.
  preload: (url) => void import(url).catch(() => {}),
  stop: async () => (host === undefined ? [] : new Shutdown(host).run()),
  quiesce: async () => host?.quiesce(),
  failed: () => {},
};

/** What cannot be laid at an actor's door ends the thread, as it would without a listener. */
function uncaught(error: unknown): void {
  if (host?.ambient.blame(error) !== true) throw error;
}

process.on("unhandledRejection", uncaught);
process.on("uncaughtException", uncaught);

serve(control, api);
