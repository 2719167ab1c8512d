/**
 * Goal: whoever asks Env for something, and whatever was done to the context before, the step runs
 * in the root context. `enterWith` is the worst there is: it lasts beyond the step that calls it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { type Env, hrtimeMs, realEnv } from "../../runtime/env.ts";

const storage = new AsyncLocalStorage<string>();
const options = { epochMs: hrtimeMs(), seed: "root", spinMs: 0, cores: 2, threads: 1 };
// As where a system is started from within a request.
const env: Env = storage.run("whoever started it", () => realEnv(options));
const words = new Int32Array(new SharedArrayBuffer(4));

/** One entrance each: makes `step` run, once. */
const ENTRANCES: Record<string, (step: () => void) => void> = {
  root: (step) => env.root(step),
  macrotask: (step) => env.macrotask(step),
  timer: (step) => void env.timer(1, step),
  wait: (step) => {
    env.wait(words, 0, 0, step);
    Atomics.notify(words, 0);
  },
};
/** Made once and used again and again. */
const GATES: Record<string, (step: () => void) => () => void> = {
  microtask: (step) => env.microtask(step),
  afterMicrotasks: (step) => env.afterMicrotasks(step),
};

/** What a step saw; it leaves the context as dirty as it can, for those after it. */
function stepOf(done: (seen: string | undefined) => void): () => void {
  return () => {
    done(storage.getStore());
    storage.enterWith("entered before");
  };
}

describe.each(Object.keys(ENTRANCES))("%s", (name) => {
  const enter = (done: (seen: string | undefined) => void): void => ENTRANCES[name]?.(stepOf(done));

  test("from within a context, again and again", async () => {
    for (let round = 0; round < 3; round += 1) {
      const seen = storage.run("whoever asks", () => new Promise((done) => enter(done)));
      expect(await seen).toBe(undefined);
    }
  });

  test("from within a step", async () => {
    const seen = new Promise((done) => {
      enter(() => {
        storage.enterWith("entered by the step");
        enter(done);
      });
    });
    expect(await seen).toBe(undefined);
  });
});

describe.each(Object.keys(GATES))("%s", (name) => {
  test("opened from within a context, and from within its own step", async () => {
    const seen: unknown[] = [];
    let told = (): void => {};
    const open =
      GATES[name]?.(() => {
        seen.push(storage.getStore());
        storage.enterWith("entered before");
        if (seen.length % 2 === 1) open();
        else told();
      }) ?? (() => {});
    for (let round = 1; round <= 3; round += 1) {
      await storage.run("whoever asks", () => {
        const both = new Promise<void>((resolve) => {
          told = resolve;
        });
        open();
        return both;
      });
      expect(seen).toEqual(new Array(2 * round).fill(undefined));
    }
  });

  test("opened twice before it runs, it runs once", async () => {
    let runs = 0;
    const open = GATES[name]?.(() => void (runs += 1));
    open?.();
    open?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs).toBe(1);
  });
});

test("root gives what the step gives, throws what it throws, and may be nested", () => {
  expect(env.root(() => env.root(() => 1) + 1)).toBe(2);
  expect(() =>
    env.root(() => {
      throw new RangeError("from inside");
    }),
  ).toThrow(RangeError);
  const seen = storage.run("mine", () => [env.root(() => storage.getStore()), storage.getStore()]);
  expect(seen).toEqual([undefined, "mine"]);
});
