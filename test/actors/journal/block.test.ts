/** Goal: what is put into blocks comes out of them, in order, whenever they leave. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockWriter, readBlock } from "../../../actors/journal/block.ts";
import type { Write } from "../../../actors/journal/journal.ts";
import { OnTheWay } from "../../../actors/journal/on-the-way.ts";

const log = "a";
const some = fc.uint8Array({ maxLength: 300 });
const step = fc.oneof(
  fc.record({ type: fc.constant("append"), records: fc.array(some, { maxLength: 5 }) }),
  fc.record({ type: fc.constant("truncate"), from: fc.nat() }),
  fc.record({ type: fc.constant("snapshot"), upTo: fc.nat(2 ** 31 - 1), bytes: some }),
  fc.record({ type: fc.constant("metadata"), bytes: some }),
  fc.constant({ type: "remove" }),
  fc.constant({ type: "take all" }),
  fc.constant({ type: "take all but the last" }),
  fc.constant({ type: "undo" }),
);

const itself = (value: unknown): Uint8Array => value as Uint8Array;

function put(writer: BlockWriter, write: Write): void {
  if (write.type === "append") writer.append(write.records, itself);
  else if (write.type === "truncate") writer.truncate(write.from);
  else if (write.type === "snapshot") writer.snapshot(write.upTo, write.bytes);
  else if (write.type === "metadata") writer.metadata(write.bytes);
  else writer.remove();
}

/** Records that follow each other as one write each. */
function flat(writes: readonly Write[]): unknown[] {
  return writes.flatMap((write): unknown[] =>
    write.type === "append" ? write.records.map((record) => [...record]) : [write],
  );
}

test("writes come out as they went in, whenever blocks are taken", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const writer = new BlockWriter();
      const model: Write[] = [];
      const out: Write[] = [];
      let [count, taken, canUndo] = [0, 0, false];
      const take = (what: "all" | "all but the last"): void => {
        const expected = writer.count - (what === "all" ? 0 : 1);
        const block = readBlock(writer.take(what), log);
        expect(block.count).toBe(expected);
        taken += expected;
        out.push(...block.writes);
      };
      for (const one of steps) {
        if (one.type === "undo") {
          if (canUndo) model.length = count -= 1;
          if (canUndo) writer.undo();
          canUndo = false;
        } else if (one.type.startsWith("take")) {
          const what = one.type === "take all" ? "all" : "all but the last";
          if (writer.count > 0 && (what === "all" || canUndo)) take(what);
          if (what === "all") canUndo = false;
        } else {
          const write = { log, ...one } as Write;
          put(writer, write);
          model.push(write);
          count += 1;
          canUndo = true;
        }
      }
      if (writer.count > 0) take("all");
      expect(taken).toBe(count);
      expect(flat(out)).toEqual(flat(model));
    }),
  );
});

test("a record that cannot be encoded leaves nothing of its write", () => {
  const writer = new BlockWriter();
  writer.append([Uint8Array.of(1)], itself);
  const encode = (value: unknown): Uint8Array => {
    if (value === "wrong") throw new Error("a test");
    return itself(value);
  };
  expect(() => writer.append([Uint8Array.of(2), "wrong"], encode)).toThrow("a test");
  writer.append([Uint8Array.of(3)], encode);
  const { writes, count } = readBlock(writer.take("all"), log);
  expect([flat(writes), count]).toEqual([[[1], [3]], 2]);
});

test("what is on the way is counted until it has arrived", () => {
  const way = new OnTheWay();
  for (let at = 0; at < 5000; at += 1) way.left(10);
  expect(way.isCongested).toBe(true);
  expect([way.arrived(1000), way.isCongested]).toEqual([true, false]);
  expect([way.arrived(1000), way.arrived(999), way.arrived(5001)]).toEqual([false, false, false]);
  way.left(5 * 1024 * 1024);
  expect(way.isCongested).toBe(true);
  expect([way.arrived(5001), way.isCongested, way.arrived(5002)]).toEqual([true, false, false]);
});
