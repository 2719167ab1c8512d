/**
 * Goal: journals in shared memory and in databases keep what every journal keeps; and one in memory
 * is whole, whatever instruction its thread dies at.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Write } from "../../../actors/journal/journal.ts";
import { MemoryJournal } from "../../../actors/journal/memory.ts";
import { openSqliteJournal } from "../../../actors/journal/sqlite.ts";
import { Random } from "../../../runtime/random.ts";
import { errorOf } from "../support/systems.ts";
import { bytes, everything, journalContract } from "./support/contract.ts";

type Store = typeof Atomics.store;

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sabeam-journals-"));
});
afterAll(() => rm(root, { recursive: true }));

journalContract("in shared memory", async () => {
  const memory = new SharedArrayBuffer(65_536);
  return async () => new MemoryJournal(memory, "the memory", Math.random);
});

describe("in shared memory", () => {
  test("it is full when what lives is; what went makes room", async () => {
    const memory = new SharedArrayBuffer(65_536);
    const journal = new MemoryJournal(memory, "the memory", Math.random);
    await journal.open("a");
    const record = { log: "a", type: "append", records: [new Uint8Array(1000)] } as const;
    let kept = 0;
    let full: { code?: unknown } | undefined;
    for (; full === undefined; kept += 1) {
      full = await journal.commit([record]).then(
        () => undefined,
        (error: object) => error,
      );
    }
    expect(full.code).toBe("ERR_JOURNAL_FULL");
    expect(kept).toBeGreaterThan(20);
    const before = await everything(new MemoryJournal(memory, "again", Math.random));
    expect(Object.values(before)[0]).toMatchObject({ records: { length: kept - 1 } });
    await journal.commit([{ log: "a", type: "truncate", from: 3 }]);
    for (let more = 0; more < 15; more += 1) await journal.commit([record]);
  });

  test("a thread may die before or after any of its stores", async () => {
    const memory = new SharedArrayBuffer(16_384);
    const journal = new MemoryJournal(memory, "the memory", Math.random);
    const random = new Random("deaths");
    await journal.open("a");
    let before = await everything(copyOf(memory));
    let compactions = 0;
    for (let step = 0; step < 120; step += 1) {
      const found: MemoryJournal[] = [];
      const { store } = Atomics;
      const spy = vi.spyOn(Atomics, "store").mockImplementation(((...args: Parameters<Store>) => {
        found.push(copyOf(memory));
        return store.apply(Atomics, args);
      }) as Store);
      await journal.commit(batch(random));
      spy.mockRestore();
      compactions += Number(found.length > 1);
      // Nothing of it is there before the last of them.
      for (const one of found) expect(await everything(one)).toEqual(before);
      before = await everything(copyOf(memory));
    }
    expect(compactions).toBeGreaterThan(1);
  });

  test("what others have written there is found", () => {
    const memory = new SharedArrayBuffer(65_536);
    new Int32Array(memory)[1] = 100;
    new Uint8Array(memory, 64).fill(77, 0, 100);
    const open = (): unknown => new MemoryJournal(memory, "the memory", Math.random);
    expect(open).toThrow(expect.objectContaining({ code: "ERR_JOURNAL_CORRUPT" }));
  });
});

/** As another thread would find it, had this one ended now. */
function copyOf(memory: SharedArrayBuffer): MemoryJournal {
  return new MemoryJournal(memory.slice(0) as SharedArrayBuffer, "a copy", Math.random);
}

function batch(random: Random): Write[] {
  const records = [new Uint8Array(random.int(300)), bytes(String(random.int(1000)))];
  const writes: Write[] = [{ log: "a", type: "append", records }];
  if (random.chance(20)) writes.unshift({ log: "a", type: "truncate", from: 1 });
  return writes;
}

const hasSqlite = process.getBuiltinModule?.("node:sqlite") !== undefined;

const skipped = hasSqlite ? "" : `: skipped, as Node ${process.version} has none`;

describe.skipIf(!hasSqlite)(`with node:sqlite${skipped}`, () => {
  let made = 0;
  const file = (): string => {
    made += 1;
    return join(root, `${made}.db`);
  };

  journalContract("in a database", async () => {
    const path = file();
    return async () => openSqliteJournal(path);
  });

  test("what is no journal of ours, or is open, is refused", async () => {
    const path = file();
    const journal = openSqliteJournal(path);
    expect(() => openSqliteJournal(path)).toThrow(
      expect.objectContaining({ code: "ERR_JOURNAL_LOCKED" }),
    );
    await journal.close();
    await openSqliteJournal(path).close();
    const text = file();
    await writeFile(text, "this is a text, which is no database of any kind".repeat(100));
    for (const wrong of [text, join(root, "no", "such", "folder.db")]) {
      expect(() => openSqliteJournal(wrong)).toThrow(
        expect.objectContaining({ code: "ERR_STORE_FAILED" }),
      );
    }
  });
});

test.skipIf(hasSqlite)("a Node without node:sqlite says so", async () => {
  const error = await errorOf(Promise.resolve().then(() => openSqliteJournal("journal.db")));
  expect(error).toMatchObject({ code: "ERR_SQLITE_MISSING", file: "journal.db" });
});
