/**
 * Goal: after a commit that took its time the store waits for those who have just heard of it, and
 * not for those who never come. Time is what the tests say, so nothing here depends on a clock.
 */

import { expect, test } from "vitest";
import { BlockWriter } from "../../../actors/journal/block.ts";
import { Gathering } from "../../../actors/journal/gathering.ts";
import { GroupCommit } from "../../../actors/journal/group-commit.ts";
import type { Write } from "../../../actors/journal/journal.ts";

/** A store without an actor: its turns are taken one by one, at times that a test sets. */
class Store {
  now = 0;
  readonly batches: string[] = [];
  /** When the timer is due that it has set. */
  due: number | undefined;
  #settle: () => void = () => undefined;
  #worked: Promise<unknown> = Promise.resolve();
  readonly #writes = new Map<string, number>();
  readonly #commit: GroupCommit;

  constructor() {
    const journal = {
      tag: 1,
      logs: [],
      logsOf: () => [],
      open: async () => ({ life: 1, metadata: undefined, snapshot: undefined, records: [] }),
      commit: (batch: readonly Write[]) => {
        this.batches.push(batch.map(({ log }) => log).join(" "));
        return new Promise<void>((resolve) => {
          this.#settle = resolve;
        });
      },
      close: async () => undefined,
    };
    const self = {
      now: () => this.now,
      // A cast to itself is for the next turn.
      ref: { cast: { begin: () => queueMicrotask(() => this.#commit.begin()) } },
      timers: {
        after: (_: string, ms: number) => {
          this.due = this.now + ms;
        },
        cancel: () => {
          this.due = undefined;
        },
      },
      pipe: (work: Promise<never>) => {
        this.#worked = work.then((done) => this.#commit.worked(done));
      },
      defer: () => ({ resolve: () => true, reject: () => true }),
      monitor: () => 1,
      caller: undefined as unknown,
    };
    this.#commit = new GroupCommit(self as never, "a store", journal);
    this.open = async (log) => {
      self.caller = { cast: { durable: () => true, storeFailed: () => true } };
      this.#writes.set(log, 0);
      this.#commit.open(log);
      await turns();
    };
  }

  readonly open: (log: string) => Promise<void>;

  async write(log: string): Promise<void> {
    const block = new BlockWriter();
    block.append([1], () => new Uint8Array(10));
    const seq = (this.#writes.get(log) ?? 0) + 1;
    this.#writes.set(log, seq);
    this.#commit.write([...this.#writes.keys()].indexOf(log) + 1, seq, block.take("all"));
    await turns();
  }

  /** The commit that is under way is done, at that time. */
  async done(at: number): Promise<void> {
    this.now = at;
    this.#settle();
    await this.#worked;
    await turns();
  }

  async rings(): Promise<void> {
    this.now = this.due ?? Number.NaN;
    this.due = undefined;
    this.#commit.begin();
    await turns();
  }
}

const turns = () => new Promise<void>((resolve) => void setImmediate(resolve));

async function halfWaits(tookMs: number): Promise<Store> {
  const store = new Store();
  await store.open("a");
  await store.open("b");
  await store.write("a");
  await store.write("b");
  expect(store.batches).toEqual(["a"]);
  await store.done(tookMs);
  return store;
}

test("those who have just heard are in the next commit, with those who waited", async () => {
  const store = await halfWaits(4);
  expect(store).toMatchObject({ batches: ["a"], due: 6 });
  await store.write("a");
  expect(store).toMatchObject({ batches: ["a", "b a"], due: undefined });
});

test("whoever writes nothing more is waited for once", async () => {
  const store = await halfWaits(4);
  await store.rings();
  expect(store.batches).toEqual(["a", "b"]);
  await store.write("a");
  await store.done(10);
  expect(store).toMatchObject({ batches: ["a", "b", "a"], due: undefined });
});

test("after a short commit nobody is waited for", async () => {
  expect(await halfWaits(1)).toMatchObject({ batches: ["a", "b"], due: undefined });
});

test("it waits half as long as the commit took, at most 5 ms", () => {
  const waits = [1, 2, 4, 10, 1000].map((tookMs) => new Gathering().begin(10, 10, tookMs));
  expect(waits).toEqual([undefined, 1, 2, 5, 5]);
  expect(new Gathering().begin(10, 0, 4)).toBeUndefined();
});

test("after waits in vain it waits more and more rarely, until it was worth it", () => {
  const gathering = new Gathering();
  const commitsUntilWait = (): number => {
    let commits = 1;
    while (gathering.begin(100, 100, 4) === undefined) commits += 1;
    return commits;
  };
  const rare = Array.from({ length: 8 }, () => {
    const commits = commitsUntilWait();
    gathering.endsInVain();
    return commits;
  });
  expect(rare).toEqual([1, 2, 4, 8, 16, 32, 64, 65]);
  commitsUntilWait();
  expect([gathering.ends(179), gathering.ends(180)]).toEqual([false, true]);
  expect(commitsUntilWait()).toBe(1);
});
