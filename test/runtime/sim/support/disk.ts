/** A simulated disk in a time of its own, and what is done to it most. */

import { expect } from "vitest";
import type { DiskFile } from "../../../../runtime/disk.ts";
import { Random } from "../../../../runtime/random.ts";
import { SimulatedDisk } from "../../../../runtime/sim/disk.ts";
import type { Unsynced } from "../../../../runtime/sim/stored.ts";

/** Steps in the order of their times, each with all that follows from it at once. */
export class Timer {
  nowNs = 0;
  #waiting: { atNs: number; step: () => void }[] = [];

  readonly delay = (ns: number, step: () => void): void => {
    this.#waiting.push({ atNs: this.nowNs + ns, step });
    this.#waiting.sort((one, other) => one.atNs - other.atNs);
  };

  /** Until nothing waits, or the time has come. */
  async run(untilNs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#waiting[0];
      if (next === undefined || next.atNs > untilNs) break;
      this.#waiting.shift();
      this.nowNs = next.atNs;
      next.step();
    }
    if (untilNs !== Number.POSITIVE_INFINITY) this.nowNs = untilNs;
  }

  async until<Result>(promise: Promise<Result>): Promise<Result> {
    promise.catch(() => undefined);
    await this.run();
    return promise;
  }
}

export function setUp(seed: number | string = 1) {
  const timer = new Timer();
  const disk = new SimulatedDisk({ random: new Random(seed), delay: timer.delay });
  const go = <Result>(act: () => Promise<Result>): Promise<Result> => timer.until(act());
  const open = (path: string): Promise<DiskFile> => go(() => disk.open(path, { create: true }));
  /** A file that survives, with these bytes. */
  const saved = (path: string, content: Uint8Array | string): Promise<DiskFile> =>
    go(async () => {
      const file = await disk.open(path, { create: true });
      await file.write(0, bytes(content));
      await file.sync();
      await disk.syncFolder("");
      return file;
    });
  const content = (path: string): Promise<string> =>
    go(async () => text(await (await disk.open(path)).read(0, 1e6)));
  const crash = (unsynced?: Unsynced): void => {
    disk.crash(unsynced);
    disk.restart();
  };
  return { timer, disk, go, open, saved, content, crash };
}

export const bytes = (content: Uint8Array | string): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;
const text = (some: Uint8Array): string => new TextDecoder().decode(some);
export const failed = (reason: string) => expect.objectContaining({ code: "ERR_DISK", reason });
export const MS = 1_000_000;
