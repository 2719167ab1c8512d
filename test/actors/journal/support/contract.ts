/**
 * What every journal does, as tests: files, memory and databases go through the same list.
 *
 *     journalContract("over files", async () => () => openFileJournal({ … }));
 */

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { Journal, KeptLog, Write } from "../../../../actors/journal/journal.ts";
import { ModelJournal } from "./model.ts";

/** Opens the same journal, which is closed, again. */
export type Reopen = () => Promise<Journal>;

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A log as text, so that a difference can be read. */
export function shown({ life, metadata, snapshot, records }: KeptLog): object {
  const text = (some: Uint8Array): string => new TextDecoder().decode(some);
  return {
    life,
    metadata: metadata && text(metadata),
    snapshot: snapshot && [snapshot.upTo, text(snapshot.bytes)],
    records: records.map(text),
  };
}

/** Everything that a journal keeps. Opens all its logs. */
export async function everything(journal: Journal): Promise<object> {
  const entries: [string, object][] = [];
  for (const log of journal.logs) entries.push([log, shown(await journal.open(log))]);
  return Object.fromEntries(entries);
}

async function codeOf(act: Promise<unknown>): Promise<unknown> {
  return await act.then(
    () => "no error",
    (error: { code?: string }) => error.code ?? error,
  );
}

/** @param make a new journal that is empty; it is opened as often as one likes. */
export function journalContract(name: string, make: () => Promise<Reopen>): void {
  describe(`journal ${name}`, () => {
    const open: Journal[] = [];
    afterEach(async () => {
      for (const journal of open.splice(0)) await journal.close();
    });
    const start = async (): Promise<{ journal: Journal; again: Reopen }> => {
      const reopen = await make();
      const again = async (): Promise<Journal> => {
        for (const journal of open.splice(0)) await journal.close();
        const journal = await reopen();
        open.push(journal);
        return journal;
      };
      return { journal: await again(), again };
    };

    test("a log begins empty, and its life counts up each time it is opened", async () => {
      const { journal, again } = await start();
      expect(journal.logs).toEqual([]);
      const empty = { metadata: undefined, snapshot: undefined, records: [] };
      expect(await journal.open("a")).toEqual({ life: 1, ...empty });
      expect(await journal.open("a")).toEqual({ life: 2, ...empty });
      expect(await journal.open("b")).toEqual({ life: 1, ...empty });
      const later = await again();
      expect(later.logs).toEqual(["a", "b"]);
      expect(await later.open("a")).toEqual({ life: 3, ...empty });
    });

    test("its tag is its own, from before anything is kept in it", async () => {
      const { journal, again } = await start();
      const { tag } = journal;
      expect(tag).toBe(tag >>> 0);
      expect((await again()).tag).toBe(tag);
      expect((await start()).journal.tag).not.toBe(tag);
    });

    test("logs that are opened at once have lives of their own", async () => {
      const { journal, again } = await start();
      const all = await Promise.all(["a", "b", "a"].map((log) => journal.open(log)));
      expect(all.map(({ life }) => life)).toEqual([1, 1, 2]);
      expect((await (await again()).open("a")).life).toBe(3);
    });

    test("appends, cuts, snapshots and metadata are kept, also those of one batch", async () => {
      const { journal, again } = await start();
      await journal.open("a");
      await journal.open("b");
      await journal.commit([
        { log: "a", type: "append", records: ["one", "two", "three"].map(bytes) },
        { log: "b", type: "metadata", bytes: bytes("vote 7") },
        { log: "a", type: "truncate", from: 3 },
        { log: "a", type: "append", records: ["drei", "", "five"].map(bytes) },
      ]);
      await journal.commit([
        { log: "a", type: "snapshot", upTo: 2, bytes: bytes("both") },
        { log: "b", type: "metadata", bytes: bytes("") },
      ]);
      const a = { metadata: undefined, snapshot: [2, "both"], records: ["drei", "", "five"] };
      const b = { metadata: "", snapshot: undefined, records: [] };
      expect(shown(await journal.open("a"))).toEqual({ life: 2, ...a });
      const later = await again();
      expect(await everything(later)).toEqual({ a: { life: 3, ...a }, b: { life: 2, ...b } });
    });

    test("a snapshot may be ahead of the records; what follows is behind it", async () => {
      const { journal, again } = await start();
      await journal.open("a");
      await journal.commit([{ log: "a", type: "append", records: [bytes("old")] }]);
      await journal.commit([
        { log: "a", type: "snapshot", upTo: 10, bytes: bytes("of another member") },
        { log: "a", type: "append", records: [bytes("eleven")] },
        { log: "a", type: "truncate", from: 12 },
      ]);
      await journal.commit([{ log: "a", type: "snapshot", upTo: 10, bytes: bytes("again") }]);
      const kept = { metadata: undefined, snapshot: [10, "again"], records: ["eleven"] };
      expect(await everything(await again())).toEqual({ a: { life: 2, ...kept } });
    });

    test("what is removed is gone, and its name begins anew", async () => {
      const { journal, again } = await start();
      await journal.open("a");
      await journal.open("b");
      await journal.commit([
        { log: "a", type: "append", records: [bytes("x")] },
        { log: "a", type: "remove" },
        { log: "nobody", type: "remove" },
      ]);
      expect(journal.logs).toEqual(["b"]);
      const later = await again();
      expect(later.logs).toEqual(["b"]);
      expect((await later.open("a")).life).toBe(1);
    });

    const wrong: [what: string, write: Write][] = [
      ["a log that was never opened", { log: "b", type: "append", records: [bytes("x")] }],
      ["a cut inside the snapshot", { log: "a", type: "truncate", from: 2 }],
      ["a cut behind the end", { log: "a", type: "truncate", from: 6 }],
      ["a cut in the middle of a record", { log: "a", type: "truncate", from: 3.5 }],
      ["a snapshot that goes back", { log: "a", type: "snapshot", upTo: 1, bytes: bytes("") }],
      [
        "a snapshot of no index",
        { log: "a", type: "snapshot", upTo: Number.NaN, bytes: bytes("") },
      ],
    ];
    test.each(wrong)("nothing of a batch is kept if it has %s", async (_, write) => {
      const { journal, again } = await start();
      await journal.open("a");
      await journal.commit([
        { log: "a", type: "append", records: ["1", "2", "3", "4"].map(bytes) },
        { log: "a", type: "snapshot", upTo: 2, bytes: bytes("1 2") },
      ]);
      const batch: Write[] = [{ log: "a", type: "append", records: [bytes("lost")] }, write];
      if (write.type === "truncate" && write.from === 6) batch.shift();
      expect(await codeOf(journal.commit(batch))).toBe("ERR_INVALID_WRITE");
      const a = { life: 2, metadata: undefined, snapshot: [2, "1 2"], records: ["3", "4"] };
      expect(await everything(await again())).toEqual({ a });
    });

    test("names are any text of 1 to 512 bytes", async () => {
      const { journal, again } = await start();
      const names = ["é".repeat(256), "__proto__", "a/b\n\0", "🦊", "12"];
      for (const log of names) {
        await journal.open(log);
        await journal.commit([{ log, type: "metadata", bytes: bytes(log) }]);
      }
      for (const log of ["", "é".repeat(257), "\ud800"]) {
        expect(await codeOf(journal.open(log))).toBe("ERR_INVALID_WRITE");
      }
      const later = await again();
      expect(later.logs).toEqual([...names].sort());
      for (const log of names) expect((await later.open(log)).metadata).toEqual(bytes(log));
    });

    test("what the caller does with its bytes later changes nothing", async () => {
      const { journal, again } = await start();
      await journal.open("a");
      const mine = bytes("mine");
      await journal.commit([
        { log: "a", type: "append", records: [mine] },
        { log: "a", type: "metadata", bytes: mine },
      ]);
      mine.fill(0);
      const kept = { metadata: "mine", snapshot: undefined, records: ["mine"] };
      expect(shown(await journal.open("a"))).toEqual({ life: 2, ...kept });
      expect(shown(await (await again()).open("a"))).toEqual({ life: 3, ...kept });
    });

    test("closed is closed, and closing twice is nothing", async () => {
      const { journal } = await start();
      await journal.open("a");
      const last = journal.commit([{ log: "a", type: "metadata", bytes: bytes("x") }]);
      await Promise.all([journal.close(), journal.close(), last]);
      expect(await codeOf(journal.open("a"))).toBe("ERR_JOURNAL_CLOSED");
      expect(await codeOf(journal.commit([]))).toBe("ERR_JOURNAL_CLOSED");
    });

    test("it keeps what a plain model keeps, whatever is written", async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (all) => {
          const { journal, again } = await start();
          await compare(journal, again, all);
        }),
        { numRuns: 8 },
      );
    });
  });
}

/** Numbers from which a step is made that fits what is kept just then. */
const steps = fc.array(fc.tuple(fc.nat(11), fc.nat(3), fc.nat(40), fc.nat(200)), {
  minLength: 1,
  maxLength: 120,
  size: "max",
});

/** Does the same to a journal and to the model, and looks whether both keep the same. */
async function compare(
  first: Journal,
  again: Reopen,
  all: readonly [kind: number, log: number, place: number, size: number][],
): Promise<void> {
  const model = new ModelJournal();
  let journal = first;
  let batch: Write[] = [];
  const flush = async (): Promise<void> => {
    const got = await codeOf(journal.commit(batch));
    expect(got).toBe(await codeOf(model.commit(batch)));
    batch = [];
  };
  for (const [kind, number, place, size] of all) {
    const log = `log ${number}`;
    if (kind < 2) {
      await flush();
      expect(await journal.open(log)).toEqual(await model.open(log));
    } else if (kind === 2) {
      await flush();
      if (place < 10) journal = await again();
    } else if (kind === 3 && place < 10) batch.push({ log, type: "remove" });
    else if (kind < 7) {
      const records = Array.from({ length: place % 5 }, (_, index) => filled(size, index));
      batch.push({ log, type: "append", records });
    } else if (kind === 7) batch.push({ log, type: "metadata", bytes: filled(size, 9) });
    else {
      // Somewhere near what is there, so that most of them are possible.
      const { last, upTo } = model.bounds(log);
      const at = upTo + (place % (last - upTo + 2));
      if (kind < 9) batch.push({ log, type: "truncate", from: at + 1 });
      else batch.push({ log, type: "snapshot", upTo: at, bytes: filled(size, 7) });
    }
    // Small enough for the smallest journals.
    if (size % 3 === 0 || batchBytes(batch) > 700) await flush();
  }
  await flush();
  journal = await again();
  expect(journal.logs).toEqual(model.logs);
  for (const log of model.logs) expect(await journal.open(log)).toEqual(await model.open(log));
}

/** About what a batch takes. */
export function batchBytes(batch: readonly Write[]): number {
  const pieces = batch.flatMap((write) => {
    if (write.type === "append") return write.records;
    return "bytes" in write ? [write.bytes] : [];
  });
  return pieces.reduce((sum, { length }) => sum + length, 30 * batch.length);
}

function filled(size: number, mark: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => index + size + mark);
}
