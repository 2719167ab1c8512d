import { once } from "node:events";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  NAME_BYTES,
  NAME_BYTES_MAX,
  NAME_ENTRIES,
  NAME_ENTRY_WORDS,
  NAME_HASH,
  NAMES_MAX,
  SEQUENCE,
} from "../../runtime/layout-tables.ts";
import { NameKey } from "../../runtime/name-key.ts";
import { allocateNames, BUSY, NamesReader, NamesWriter } from "../../runtime/names.ts";

/** A table with its own idea of who lives. */
function table(namesMax?: number) {
  const dead = new Set<string>();
  const isAlive = (slot: number, incarnation: number): boolean =>
    !dead.has(`${slot}.${incarnation}`);
  const memory = allocateNames(namesMax);
  return {
    memory,
    writer: new NamesWriter(memory, isAlive),
    reader: new NamesReader(memory, isAlive),
    kill: (slot: number, incarnation: number) => void dead.add(`${slot}.${incarnation}`),
  };
}

describe("table", () => {
  test("set, get, delete", () => {
    const { writer, reader } = table();
    expect(reader.get("a")).toBe(undefined);
    expect(writer.set("a", 7, 1)).toBe("set");
    expect(reader.get("a")).toEqual({ slot: 7, incarnation: 1 });
    expect(reader.get("A")).toBe(undefined);
    expect(writer.delete("a", 7, 2)).toBe(false);
    expect(writer.delete("a", 8, 1)).toBe(false);
    expect(writer.delete("b", 7, 1)).toBe(false);
    expect(reader.get("a")).toEqual({ slot: 7, incarnation: 1 });
    expect(writer.delete("a", 7, 1)).toBe(true);
    expect(reader.get("a")).toBe(undefined);
    expect(writer.delete("a", 7, 1)).toBe(false);
    expect(writer.count).toBe(0);
  });

  test("a name is taken while its holder lives, and may be set again by it", () => {
    const { writer, reader, kill } = table();
    writer.set("a", 7, 1);
    expect(writer.set("a", 7, 1)).toBe("set");
    expect(writer.set("a", 8, 1)).toEqual({ taken: { slot: 7, incarnation: 1 } });
    expect(writer.set("a", 7, 2)).toEqual({ taken: { slot: 7, incarnation: 1 } });
    kill(7, 1);
    expect(reader.get("a")).toBe(undefined);
    expect(writer.set("a", 7, 2)).toBe("set");
    expect(reader.get("a")).toEqual({ slot: 7, incarnation: 2 });
    expect(writer.delete("a", 7, 1)).toBe(false);
    expect(writer.count).toBe(1);
  });

  test("incarnations are unsigned", () => {
    const { writer, reader } = table();
    const incarnation = 2 ** 32 - 2;
    writer.set("a", 7, incarnation);
    expect(reader.get("a")).toEqual({ slot: 7, incarnation });
    expect(writer.set("a", 7, incarnation)).toBe("set");
    expect(writer.delete("a", 7, incarnation)).toBe(true);
  });

  test("full is a value, and a table full of void names is swept", () => {
    const { writer, reader, kill } = table(10);
    for (let slot = 1; slot <= 10; slot += 1) expect(writer.set(`n${slot}`, slot, 1)).toBe("set");
    expect(writer.set("one more", 11, 1)).toBe("full");
    expect(writer.set("n3", 3, 1)).toBe("set");
    for (const slot of [2, 3, 5, 7]) kill(slot, 1);
    expect(writer.set("one more", 11, 1)).toBe("set");
    expect(writer.count).toBe(7);
    for (const slot of [1, 4, 6, 8, 9, 10]) expect(reader.get(`n${slot}`)).toMatchObject({ slot });
    expect(reader.get("one more")).toMatchObject({ slot: 11 });
  });

  test("of many that are refused few look through a large table", () => {
    let looks = 0;
    let dead = 0;
    const isAlive = (slot: number): boolean => {
      looks += 1;
      return slot !== dead;
    };
    const writer = new NamesWriter(allocateNames(3000), isAlive);
    for (let slot = 1; slot <= 3000; slot += 1) writer.set(`n${slot}`, slot, 1);
    looks = 0;
    for (let slot = 1; slot <= 320; slot += 1) expect(writer.set("more", slot, 1)).toBe("full");
    // Once in 32 times, and in between in parts.
    expect(looks).toBeLessThanOrEqual(2 * 3000 * Math.ceil(320 / (4096 / 128)));
    dead = 7;
    const tries = Array.from({ length: 4096 / 128 }, () => writer.set("more", 1, 1));
    expect(tries.filter((answer) => answer === "set").length).toBeGreaterThan(0);
  });

  test("after many deaths there is room at once, also behind a claim that was refused", () => {
    const { writer, kill } = table(3000);
    for (let slot = 1; slot <= 3000; slot += 1) writer.set(`n${slot}`, slot, 1);
    expect(writer.set("more", 3001, 1)).toBe("full");
    for (let slot = 2; slot <= 3000; slot += 2) kill(slot, 1);
    expect(writer.set("more", 3001, 1)).toBe("set");
    for (let slot = 3002; slot < 4500; slot += 1) {
      expect(writer.set(`m${slot}`, slot, 1)).toBe("set");
    }
  });

  test("the default holds NAMES_MAX names", () => {
    const { writer, reader } = table();
    for (let slot = 1; slot <= NAMES_MAX; slot += 1) {
      if (writer.set(`session-${slot}`, slot, 1) !== "set") throw new Error(`full at ${slot}`);
    }
    expect(writer.set("one more", 1, 1)).toBe("full");
    for (let slot = 1; slot <= NAMES_MAX; slot += 97) {
      expect(reader.get(`session-${slot}`)).toEqual({ slot, incarnation: 1 });
    }
  });

  test("which texts are names", () => {
    const { writer, reader } = table();
    const good = ["a", "ä", "😀", "\0", " ", "\ufeff", "x".repeat(NAME_BYTES_MAX), "ä".repeat(112)];
    const bad = ["", "x".repeat(225), "ä".repeat(113), "\ud800", "a\udc00b", "\udc00\ud800"];
    good.forEach((name, slot) => {
      expect(writer.set(name, slot, 1), name).toBe("set");
    });
    good.forEach((name, slot) => {
      expect(reader.get(name), name).toEqual({ slot, incarnation: 1 });
    });
    for (const name of bad) {
      expect(() => writer.set(name, 1, 1), name).toThrow(
        expect.objectContaining({ code: "ERR_NAME_INVALID", begins: name.slice(0, 40) }),
      );
      expect(reader.get(name), name).toBe(undefined);
      expect(writer.delete(name, 1, 1), name).toBe(false);
    }
  });

  // The keeper dead in the middle of a change.
  test("a reader that meets a change which does not end says so, and waits for it once", () => {
    const { memory, writer, reader } = table();
    writer.set("a", 7, 1);
    const words = new Int32Array(memory);
    const before = reader.version();
    words[SEQUENCE] = before + 1;
    const start = performance.now();
    expect(reader.get("a")).toBe(BUSY);
    const first = performance.now() - start;
    expect(first).toBeGreaterThanOrEqual(50);
    for (let again = 0; again < 1000; again += 1) expect(reader.get("a")).toBe(BUSY);
    words[SEQUENCE] = before;
    expect(reader.get("a")).toEqual({ slot: 7, incarnation: 1 });
  });

  // The keeper put off its core in the middle of a change.
  test("a reader waits for a change that takes its time", async () => {
    const { memory, writer, reader } = table();
    writer.set("a", 7, 1);
    const words = new Int32Array(memory);
    words[SEQUENCE] = reader.version() + 1;
    const change = new Worker(
      `const { parentPort, workerData } = require("node:worker_threads");
      const words = new Int32Array(workerData);
      parentPort.on("message", () => {
        Atomics.wait(words, ${SEQUENCE}, ${reader.version()}, 10);
        Atomics.add(words, ${SEQUENCE}, 1);
      });`,
      { eval: true, workerData: memory },
    );
    await once(change, "online");
    change.postMessage("go on");
    let found = reader.get("a");
    // Where the machine gives the other thread no time in 50 ms, a later read is right as well.
    const until = performance.now() + 10_000;
    while (found === BUSY && performance.now() < until) found = reader.get("a");
    expect(found).toEqual({ slot: 7, incarnation: 1 });
    await change.terminate();
  });

  test("the version changes with every change and only then", () => {
    const { writer, reader, kill } = table();
    const versions = new Set<number>();
    const changes = [
      () => writer.set("a", 7, 1),
      () => writer.set("b", 8, 1),
      () => writer.delete("a", 7, 1),
      () => kill(8, 1),
      () => writer.set("b", 9, 1),
      () => writer.set("b", 10, 1),
      () => reader.get("b"),
    ];
    for (const change of changes) {
      change();
      versions.add(reader.version());
    }
    expect(versions.size).toBe(4);
  });

  test("memory that is no table of names is refused", () => {
    for (const bytes of [0, 256, 512, 256 + 256 * 8]) {
      expect(() => new NamesReader(new SharedArrayBuffer(bytes), () => true), `${bytes}`).toThrow();
    }
    const { memory, writer } = table();
    writer.set("a", 1, 1);
    expect(() => new NamesWriter(memory, () => true)).toThrow();
  });
});

/** Names in few groups of the same home, so that runs are long and wrap around the end. */
const crowded: string[] = (() => {
  const key = new NameKey();
  const names: string[] = [];
  for (let index = 0; names.length < 24; index += 1) {
    const name = `n${index}`;
    key.fill(name);
    if ([14, 15, 0, 7].includes(key.hash & 15)) names.push(name);
  }
  return names;
})();

type Step = { type: "set" | "delete" | "kill"; name: string; slot: number };

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom("set", "set", "set", "delete", "delete", "kill"),
  name: fc.constantFrom(...crowded),
  // 0 stands for whoever has the name, since guessing that right is rare.
  slot: fc.integer({ min: 0, max: 6 }),
});

// Goal: the same answers as a Map. Method: 16 entries at their load of 12, names that collide,
// holders that die; each slot's incarnation counts up when it is killed.
test("model: a Map of names, with the living only", () => {
  const property = fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
    const { writer, reader, kill } = table(12);
    const model = new Map<string, { slot: number; incarnation: number }>();
    const lives = new Map<number, number>();
    const lifeOf = (slot: number): number => lives.get(slot) ?? 1;
    const living = ({ slot, incarnation }: { slot: number; incarnation: number }): boolean =>
      lifeOf(slot) === incarnation;

    for (const { type, name, slot: chosen } of steps) {
      const slot = chosen === 0 ? (model.get(name)?.slot ?? 1) : chosen;
      const self = { slot, incarnation: lifeOf(slot) };
      const holder = model.get(name);
      if (type === "kill") {
        kill(slot, self.incarnation);
        lives.set(slot, self.incarnation + 1);
      } else if (type === "delete") {
        const expected = holder?.slot === slot && holder.incarnation === self.incarnation;
        expect(writer.delete(name, slot, self.incarnation)).toBe(expected);
        if (expected) model.delete(name);
      } else {
        const answer = writer.set(name, slot, self.incarnation);
        const other = holder !== undefined && living(holder) && holder.slot !== slot;
        if (other) expect(answer).toEqual({ taken: holder });
        else if (answer === "full") {
          expect(holder === undefined || !living(holder)).toBe(true);
          expect([...model.values()].filter(living).length).toBe(12);
        } else {
          expect(answer).toBe("set");
          model.set(name, self);
        }
      }
      const found = crowded.map((each) => reader.get(each));
      expect(found).toEqual(
        crowded.map((each) => {
          const expected = model.get(each);
          return expected !== undefined && living(expected) ? expected : undefined;
        }),
      );
    }
  });
  fc.assert(property, { numRuns: 60, seed: 1 });
});

// Goal: whatever lies in the memory, a reader and a writer end, at once and without throwing.
test("memory that was written over", () => {
  for (const value of [-1, 0, 1, 225, 0x7fffffff, -0x80000000]) {
    for (let word = 0; word <= NAME_ENTRY_WORDS; word += 1) {
      const { memory, writer, reader, kill } = table(12);
      const words = new Int32Array(memory);
      for (const name of crowded.slice(0, 12)) writer.set(name, 1, 1);
      for (let entry = 0; entry < 16; entry += 1) {
        const at = NAME_ENTRIES + entry * NAME_ENTRY_WORDS;
        // The last round writes over all words, the others over one word of each entry.
        if (word === NAME_ENTRY_WORDS) words.fill(value, at, at + NAME_ENTRY_WORDS);
        else words[at + word] = value;
      }
      for (const name of crowded) {
        const answer = reader.get(name);
        if (answer !== undefined) expect(answer).toMatchObject({ slot: expect.any(Number) });
        if (word === NAME_BYTES || word === NAME_HASH) expect(answer).toBe(undefined);
      }
      kill(1, 1);
      writer.set("one more", 2, 1);
      for (const name of crowded) writer.delete(name, 1, 1);
    }
  }
});
