/** Which index an own thread gets, who waits for one, and what it takes until it is free again. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { allocateDirectory, Directory } from "../../runtime/directory.ts";
import type { NotLoaded } from "../../runtime/keeper-api.ts";
import type { Heap, Kept } from "../../runtime/kept.ts";
import { THREAD_DEAD, THREAD_RUNNING } from "../../runtime/layout.ts";
import { type OwnKeeping, OwnThreads } from "../../runtime/own-threads.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

const THREADS = 2;
const FIRST = THREADS + 1;
const BUFFER = allocateSignals();

/** A keeper without workers: the test says when one has ended. */
class Keeping implements OwnKeeping {
  readonly signals = new Signals(BUFFER);
  readonly memory = allocateDirectory(64 * 1024);
  readonly directory = new Directory(this.memory, this.signals, 254, 0);
  readonly threads: (Kept | undefined)[] = [];
  readonly done: string[] = [];
  running = true;
  fails: NotLoaded | Error | undefined;
  readonly own: OwnThreads;

  constructor(ownThreads: number) {
    this.own = new OwnThreads(this, { threads: THREADS, ownThreads });
  }

  boot(name: string, heap: Heap | undefined): Kept {
    this.done.push(`boot ${name} ${heap?.mb}`);
    const worker = { terminate: async () => this.done.push(`end ${name}`) };
    const life = { index: 0, generation: 0, cause: undefined, left: false };
    return { worker, name, ...life } as unknown as Kept;
  }

  async assign(kept: Kept, index: number, generation: number): Promise<NotLoaded | undefined> {
    Object.assign(kept, { index, generation });
    this.threads[index] = kept;
    if (this.fails instanceof Error) throw this.fails;
    if (this.fails === undefined) this.signals.setState(index, THREAD_RUNNING, generation);
    return this.fails;
  }

  ended({ name }: Kept): void {
    this.done.push(`told ${name}`);
  }

  /** An actor on that thread. */
  live(index: number): { end(): void } {
    const generation = this.signals.generation(index);
    const own = new Directory(this.memory, this.signals, index, generation);
    const slot = own.take(1);
    return { end: () => own.release(slot) };
  }
}

let keeping: Keeping;
const started = (index: number, generation: number) => ({ type: "started", index, generation });
const lives = (index: number) => keeping.live(index);

beforeEach(() => {
  new Int32Array(BUFFER).fill(0);
  keeping = new Keeping(2);
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("indexes", () => {
  test("the lowest that is free, behind those of the worker threads; then none", async () => {
    expect(await keeping.own.start(64)).toEqual(started(FIRST, 1));
    expect(await keeping.own.start(undefined)).toEqual(started(FIRST + 1, 1));
    expect(keeping.done).toEqual([
      "boot sabeam own thread 3 64",
      "boot sabeam own thread 4 undefined",
    ]);
    lives(FIRST);
    lives(FIRST + 1);
    expect(await keeping.own.start(undefined)).toEqual({ type: "taken" });
  });

  test("free once the worker has ended, not before, with the next generation", async () => {
    await keeping.own.start(undefined);
    keeping.own.close(FIRST, 1);
    expect(keeping.signals.state(FIRST)).toBe(THREAD_DEAD);
    keeping.own.left(FIRST, 1);
    expect(keeping.done.slice(1)).toEqual(["told sabeam own thread 3", "end sabeam own thread 3"]);
    expect(keeping.threads[FIRST]?.left).toBe(true);
    expect(await keeping.own.start(undefined)).toEqual(started(FIRST + 1, 1));
    keeping.own.freed(FIRST);
    expect(await keeping.own.start(undefined)).toEqual(started(FIRST, 2));
  });

  test("what an earlier life says is not heard", async () => {
    await keeping.own.start(undefined);
    keeping.own.freed(FIRST);
    await keeping.own.start(undefined);
    const before = keeping.done.length;
    keeping.own.close(FIRST, 1);
    keeping.own.left(FIRST, 1);
    keeping.own.close(1, 1);
    expect(keeping.done.length).toBe(before);
    expect(keeping.signals.isRunning(FIRST, 2)).toBe(true);
  });

  test("threads that are awake are counted up to the last one that is there", async () => {
    const { signals } = keeping;
    for (const index of [0, 1, 2]) signals.setState(index, THREAD_RUNNING, 1);
    expect(signals.awake(FIRST)).toBe(3);
    await keeping.own.start(undefined);
    await keeping.own.start(undefined);
    expect(signals.awake(FIRST)).toBe(5);
    keeping.own.close(FIRST + 1, 1);
    keeping.own.freed(FIRST + 1);
    expect(signals.awake(FIRST)).toBe(4);
    keeping.own.close(FIRST, 1);
    keeping.own.freed(FIRST);
    expect(signals.awake(FIRST)).toBe(3);
  });
});

describe("all in use", () => {
  test("one where nobody lives any more is waited for, in the order of asking", async () => {
    await keeping.own.start(undefined);
    await keeping.own.start(undefined);
    lives(FIRST).end();
    lives(FIRST + 1);
    const waiting = [keeping.own.start(1), keeping.own.start(2)];
    await vi.advanceTimersByTimeAsync(10);
    keeping.own.freed(FIRST);
    expect(await waiting[0]).toEqual(started(FIRST, 2));
    expect(keeping.done.at(-1)).toContain(" 1");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waiting[1]).toEqual({ type: "taken" });
  });

  test("the system stops while somebody waits", async () => {
    await keeping.own.start(undefined);
    await keeping.own.start(undefined);
    const waiting = keeping.own.start(undefined);
    keeping.running = false;
    keeping.own.freed(FIRST);
    expect(await waiting).toEqual({ type: "stopping" });
  });
});

describe("a thread that does not start", () => {
  test("it cannot load a module: its worker ends in peace", async () => {
    const failed = { url: "file:///a.mjs", thread: 3, problem: "x", advice: "y", stack: undefined };
    keeping.fails = failed;
    expect(await keeping.own.start(undefined)).toEqual({ type: "not-loaded", failed });
    expect(keeping.threads[FIRST]?.left).toBe(true);
    expect(keeping.signals.state(FIRST)).toBe(THREAD_DEAD);
    expect(keeping.done.at(-1)).toBe("end sabeam own thread 3");
  });

  test("it dies, or the system stops meanwhile", async () => {
    keeping.fails = new Error("heap");
    const failed = { type: "failed", index: FIRST, cause: "Error: heap" };
    expect(await keeping.own.start(undefined)).toEqual(failed);
    const start = keeping.own.start(undefined);
    keeping.running = false;
    expect(await start).toEqual({ type: "stopping" });
  });
});
