/** The keeper's thread as main holds it: started here, asked over the control plane, ended here. */

import { Control, serve } from "../runtime/control.ts";
import { summarise } from "../runtime/errors.ts";
import type { KeeperApi, KeeperOptions, ThreadApi } from "../runtime/keeper-api.ts";
import type { SystemBuffers } from "../runtime/ledger.ts";
import type { Channel, Machine, ThreadHandle } from "../runtime/machine.ts";
import type { Entries } from "./entries.ts";
import { ControlLink, type KeeperLink } from "./link.ts";
import { isTold } from "./log.ts";
import type { Settings } from "./options.ts";

/** The keeper looks now and then only; a turn that is told while it still runs takes as long. */
const SLOW_MS_MIN = 1000;

/** What the keeper may ask of main. */
export type MainApi = Omit<ThreadApi, "assign" | "inheritLane" | "remains" | "stop" | "preload">;

interface KeeperParts {
  readonly machine: Machine;
  readonly entries: Entries;
  readonly buffers: SystemBuffers;
  readonly settings: Settings;
  readonly epochMs: number;
}

export class KeeperThread {
  readonly worker: ThreadHandle;
  readonly control: Control<KeeperApi>;
  readonly link: KeeperLink;
  readonly #up: Channel;
  readonly #down: Channel;
  #ends = false;

  constructor({ machine, entries, buffers, settings, epochMs }: KeeperParts) {
    this.#up = machine.channel();
    this.#down = machine.channel();
    const boot = { sabeam: true, buffers, settings, epochMs, home: entries.home };
    const options: KeeperOptions = {
      buffers,
      threads: settings.threads,
      epochMs,
      socket: settings.socket,
      ownThreads: settings.ownThreads,
      standbys: settings.standbys,
      heapMb: settings.heapMb,
      threadIntensity: settings.threadIntensity,
      stopTimeoutMs: settings.stopTimeout,
      slowMs: Math.max(SLOW_MS_MIN, settings.warnings?.turnMs ?? Number.POSITIVE_INFINITY),
      stallMs: settings.stallAfter,
      writes: isTold("warn", settings.logs),
      entry: entries.thread.href,
      boot,
    };
    this.worker = machine.thread(entries.keeper, {
      name: "sabeam keeper",
      data: { sabeam: true, options, keeper: this.#up.port1, control: this.#down.port1 },
      ports: [this.#up.port1, this.#down.port1],
    });
    this.control = new Control<KeeperApi>("the keeper", this.#up.port2);
    this.link = new ControlLink(this.control);
    // The worker keeps the process alive, and `unref` lets go of it; the ports would not.
    this.#up.port2.unref();
  }

  serve(api: MainApi): void {
    serve(this.#down.port2, api);
    this.#down.port2.unref();
  }

  /**
   * Tells of an end that nobody has asked for: at once why, and when it and the threads that it had
   * made have ended. The threads end with it, whatever they run.
   */
  watch(failed: (cause: string) => void, ended: (cause: string) => void): void {
    let cause: string | undefined;
    this.worker.on("error", (error) => {
      cause = `the keeper died: ${summarise(error)}`;
      if (!this.#ends) failed(cause);
    });
    this.worker.on("exit", (code) => {
      if (this.#ends && cause === undefined) return;
      cause ??= `the keeper ended with exit code ${code}`;
      failed(cause);
      ended(cause);
    });
  }

  async end(): Promise<void> {
    this.#ends = true;
    this.control.lose("the system has been stopped");
    this.#down.port2.close();
    await this.worker.terminate();
  }
}
