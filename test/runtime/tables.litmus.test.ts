import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { allocateNames, NamesWriter } from "../../runtime/names.ts";
import { Random } from "../../runtime/random.ts";
import { allocateTable, TableWriter } from "../../runtime/table.ts";

const MOVING = 64;
const STAYING = 8;
const TEXTS = 300_000;
/** The writing goes on for this long: some 10 ** 5 changes against some 10 ** 6 reads. */
const LITMUS_MS = 700;

interface Seen {
  found: number;
  missing: number;
  busy: number;
  stays: number;
  texts: number;
  wrong: string[];
}

/** Sets and deletes names at random, and appends texts, until the time is over. */
function write(names: NamesWriter, texts: TableWriter): void {
  const random = new Random("litmus");
  const holders = new Map<number, number>();
  let appended = 0;
  const change = (): void => {
    const index = random.int(MOVING);
    const slot = holders.get(index);
    if (slot === undefined) {
      const taken = index + MOVING * random.int(1000);
      if (names.set(`name-${index}`, taken, 7 * taken + 1) === "set") holders.set(index, taken);
    } else if (names.delete(`name-${index}`, slot, 7 * slot + 1)) {
      holders.delete(index);
    }
  };
  for (const start = performance.now(); performance.now() - start < LITMUS_MS; ) {
    for (let times = 0; times < 4; times += 1) change();
    if (appended < TEXTS) texts.append(`${appended}.`.repeat(appended % 9));
    appended += 1;
  }
}

// Goal: a reader on another thread never sees half a change: no name with somebody else's holder,
// no gap in front of a name that is moved, no text that is not written yet.
// Method: some 40 names in 64 entries, so that most changes move other names; the reader
// (test/support/tables-reader.mjs) judges each answer by itself.
test("one thread writes names and texts, another one reads", async () => {
  const names = allocateNames(48);
  const texts = allocateTable(16 * 1024 * 1024, TEXTS);
  const control = new SharedArrayBuffer(4);
  const namesWriter = new NamesWriter(names, () => true);
  for (let index = 0; index < STAYING; index += 1) {
    namesWriter.set(`stays-${index}`, 1000 + index, index);
  }
  const reader = new Worker(new URL("../support/tables-reader.mjs", import.meta.url), {
    workerData: { names, texts, control },
  });
  await once(reader, "message");
  write(namesWriter, new TableWriter(texts));
  const answer = once(reader, "message");
  Atomics.store(new Int32Array(control), 0, 1);
  const [seen] = (await answer) as [Seen];

  expect(seen.wrong).toEqual([]);
  for (const count of [seen.found, seen.missing, seen.stays, seen.texts]) {
    expect(count).toBeGreaterThan(0);
  }
  await reader.terminate();
});
