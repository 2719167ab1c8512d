/** What survives when the node of a simulated disk crashes, and that seeds repeat. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Unsynced } from "../../../runtime/sim/stored.ts";
import { bytes, setUp } from "./support/disk.ts";

describe("a power cut", () => {
  test("keeps what was synced, of bytes and of names", async () => {
    const { disk, go, saved, content, crash } = setUp();
    const file = await saved("log", "one");
    await go(() => file.write(3, bytes("two")));
    await go(() => disk.open("other", { create: true }));
    expect(await go(() => file.read(0, 9))).toHaveLength(6);
    crash();
    expect(await content("log")).toBe("one");
    expect(await go(() => disk.list(""))).toEqual(["log"]);
    expect(disk.counters).toMatchObject({ crashes: 1, lost: 2, torn: 0 });
  });

  test("takes a file that is synced in a folder that is not", async () => {
    const { disk, go, open, crash } = setUp();
    const file = await open("log");
    await go(() => file.write(0, bytes("x")));
    await go(() => file.sync());
    crash();
    expect(await go(() => disk.list(""))).toEqual([]);
  });

  test("undoes a rename and a removal, unless their folder was synced", async () => {
    for (const synced of [false, true]) {
      const { disk, go, saved, content, crash } = setUp();
      await saved("log", "old");
      await saved("new", "new");
      await saved("gone", "x");
      await go(() => disk.rename("new", "log"));
      await go(() => disk.remove("gone"));
      if (synced) await go(() => disk.syncFolder(""));
      crash();
      expect(await go(() => disk.list(""))).toEqual(synced ? ["log"] : ["gone", "log", "new"]);
      expect(await content("log")).toBe(synced ? "new" : "old");
    }
  });

  test("saves of another folder what the synced one builds on, and no more", async () => {
    const { disk, go, open, crash } = setUp();
    await go(() => disk.makeFolder("f"));
    await open("a");
    await open("b");
    await go(() => disk.rename("a", "f/a"));
    await go(() => disk.syncFolder("f"));
    crash();
    expect(await go(() => disk.list(""))).toEqual(["f"]);
    expect(await go(() => disk.list("f"))).toEqual(["a"]);
  });

  test("a sync saves what was written before it began, and nothing that came later", async () => {
    const { timer, saved, go, content, crash } = setUp();
    const file = await saved("log", "....");
    await go(() => file.write(0, bytes("a")));
    // Syncs take far longer than writes.
    let synced = false;
    const sync = file.sync().then(() => (synced = true));
    const late = file.write(1, bytes("b")).then(() => expect(synced).toBe(false));
    await timer.until(Promise.all([sync, late]));
    expect(await content("log")).toBe("ab..");
    crash();
    expect(await content("log")).toBe("a...");
  });

  test("what was lost stays lost", async () => {
    const { disk, go, saved, content, crash } = setUp();
    const file = await saved("log", "one");
    await go(() => file.write(0, bytes("two")));
    void file.write(1, bytes("?"));
    void file.sync();
    void disk.rename("log", "other");
    crash("lost");
    for (const unsynced of ["kept", "torn", "prefix", "kept", "kept", "kept"] as const)
      crash(unsynced);
    expect(await content("log")).toBe("one");
  });

  test("the bytes of a write are those that it was given", async () => {
    const { timer, go, saved, content, crash } = setUp();
    const file = await saved("log", "...");
    const given = bytes("new");
    const write = file.write(0, given);
    given.fill(0);
    await timer.until(write);
    await go(() => file.sync());
    crash();
    expect(await content("log")).toBe("new");
  });

  test("shrinks and grows a file only if that was synced", async () => {
    for (const synced of [false, true]) {
      const { go, saved, content, crash } = setUp();
      const file = await saved("log", "abcdef");
      await go(() => file.truncate(3));
      await go(() => file.truncate(5));
      if (synced) await go(() => file.sync());
      crash();
      expect(await content("log")).toBe(synced ? "abc\0\0" : "abcdef");
    }
  });
});

describe("a torn tail", () => {
  /** Which of 16 sectors, written in four pieces over what was there, have survived. */
  async function tear(seed: number, unsynced: Unsynced, offset = 0): Promise<string> {
    const { go, saved, content, crash } = setUp(seed);
    const file = await saved("log", "-".repeat(16 * 512 + offset));
    await go(async () => {
      for (let piece = 0; piece < 4; piece += 1) {
        await file.write(offset + piece * 2048, bytes("#".repeat(2048)));
      }
    });
    crash(unsynced);
    const whole = (await content("log")).slice(offset);
    return Array.from({ length: 16 }, (_, sector) => {
      const part = whole.slice(sector * 512, sector * 512 + 512);
      return part === "#".repeat(512) ? "#" : part === "-".repeat(512) ? "-" : "?";
    }).join("");
  }
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  const all = async (unsynced: Unsynced, offset?: number): Promise<string[]> => {
    const found: string[] = [];
    for (const seed of seeds) found.push(await tear(seed, unsynced, offset));
    return found;
  };

  test("each sector survives or not", async () => {
    const found = await all("torn");
    expect(found.join("")).toMatch(/^[-#]+$/);
    for (let sector = 0; sector < 16; sector += 1) {
      const survived = found.filter((one) => one[sector] === "#").length;
      expect(Math.abs(survived - 20)).toBeLessThan(12);
    }
    expect(new Set(found).size).toBeGreaterThan(35);
  });

  test("or a beginning of them", async () => {
    const found = await all("prefix");
    for (const one of found) expect(one).toMatch(/^#*-*$/);
    expect(new Set(found).size).toBeGreaterThan(12);
  });

  test("or none, or all", async () => {
    expect(new Set(await all("lost"))).toEqual(new Set(["-".repeat(16)]));
    expect(new Set(await all("kept"))).toEqual(new Set(["#".repeat(16)]));
  });

  test("sectors are those of the file, not of the write", async () => {
    expect((await all("torn", 100)).join("")).toContain("?");
  });

  test("counts what was undone in part", async () => {
    const { disk, go, saved, crash } = setUp(3);
    const file = await saved("log", "-");
    await go(() => file.write(0, bytes("#".repeat(51_200))));
    crash("torn");
    expect(disk.counters).toMatchObject({ crashes: 1, torn: 1, lost: 0 });
  });

  test("names survive or not, each as a whole, and a rename never loses its file", async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const { disk, go, saved, crash } = setUp(seed);
      await saved("a", "1");
      await go(() => disk.rename("a", "b"));
      await go(() => disk.open("c", { create: true }));
      await go(() => disk.rename("c", "d"));
      crash("torn");
      seen.add((await go(() => disk.list(""))).join(""));
    }
    expect([...seen].sort()).toEqual(["a", "ac", "ad", "b", "bc", "bd"]);
  });

  test("names that change in part never take the file of another change", async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const { disk, go, saved, crash } = setUp(seed);
      await saved("a", "1");
      await saved("x", "x");
      await go(() => disk.rename("a", "b"));
      await go(() => disk.open("a", { create: true }));
      await go(() => disk.rename("a", "c"));
      await go(async () => (await disk.open("y", { create: true })).write(0, bytes("y")));
      await go(() => disk.rename("y", "x"));
      await go(() => disk.remove("x"));
      crash("torn");
      const names = await go(() => disk.list(""));
      // File 1 has one of its two names; x went by both changes, or not at all.
      expect(names.includes("a") || names.includes("b")).toBe(true);
      if (names.includes("y")) expect(names).toContain("x");
    }
  });

  test("tears another way each time", async () => {
    const { go, saved, content, crash } = setUp(2);
    await saved("log", "-".repeat(32 * 512));
    const patterns = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const file = await saved("log", "-".repeat(32 * 512));
      await go(() => file.write(0, bytes("#".repeat(32 * 512))));
      crash("torn");
      patterns.add(await content("log"));
    }
    expect(patterns.size).toBe(3);
  });

  test("only the process dies: nothing is lost, but a power cut later takes it", async () => {
    const { disk, go, saved, content, crash } = setUp();
    const file = await saved("log", "one");
    await go(() => file.write(0, bytes("two")));
    await go(() => disk.rename("log", "new"));
    crash("kept");
    expect(await content("new")).toBe("two");
    crash("lost");
    expect(await content("log")).toBe("one");
  });

  test("what had begun has happened or not, whole or torn", async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 30; seed += 1) {
      const { timer, saved, content, crash } = setUp(seed);
      const file = await saved("log", "old");
      let settled = false;
      void file.write(0, bytes("new")).finally(() => (settled = true));
      crash("kept");
      await timer.run();
      expect(settled).toBe(false);
      outcomes.add(await content("log"));
    }
    expect([...outcomes].sort()).toEqual(["new", "old"]);
  });
});

test("the same seed and program give the same disk, crash after crash", async () => {
  const step = fc.oneof(
    fc.tuple(fc.constant("write" as const), fc.nat(3000), fc.nat(2000)),
    fc.tuple(fc.constant("sync" as const)),
    fc.tuple(fc.constant("fail" as const)),
    fc.tuple(fc.constant("flip" as const)),
    fc.tuple(fc.constant("crash" as const), fc.constantFrom<Unsynced>("torn", "prefix", "kept")),
  );
  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

  async function run(seed: number, steps: readonly Step[]): Promise<unknown> {
    const { timer, disk, go, saved, content, crash } = setUp(seed);
    let file = await saved("log", "x");
    for (const [number, one] of steps.entries()) {
      if (one[0] === "write") {
        const some = new Uint8Array(one[2]).fill(65 + (number % 26));
        await go(() => file.write(one[1], some));
      } else if (one[0] === "sync") await go(() => file.sync()).catch(() => undefined);
      else if (one[0] === "fail") disk.failSyncs();
      else if (one[0] === "flip") disk.flipBit();
      else {
        void file.write(0, bytes("half done")).catch(() => undefined);
        crash(one[1]);
        file = await go(() => disk.open("log"));
      }
    }
    return [await content("log"), timer.nowNs, disk.counters];
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(step, { maxLength: 15 }), async (seed, steps) => {
      expect(await run(seed, steps)).toEqual(await run(seed, steps));
    }),
    { numRuns: 30 },
  );
});

// The promise that a store relies on: whatever happens, what a good sync has covered is there.
test("what was synced survives every crash, unless a bit flips", async () => {
  const unsynced = fc.constantFrom<Unsynced>("torn", "prefix", "lost", "kept");
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.boolean(), fc.boolean()), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.array(unsynced, { minLength: 1, maxLength: 3 }),
      async (seed, appends, crashes) => {
        const { disk, go, saved, content, crash } = setUp(seed);
        const file = await saved("log", "");
        let written = "";
        let safe = 0;
        let trusted = true;
        for (const [index, [length, sync, fails]] of appends.entries()) {
          const more = String.fromCharCode(97 + (index % 26)).repeat(length);
          await go(() => file.write(written.length, bytes(more)));
          written += more;
          if (!sync) continue;
          if (fails) disk.failSyncs();
          const good = await go(() => file.sync()).then(
            () => true,
            () => false,
          );
          // After a bad one nothing more is promised.
          trusted &&= good;
          if (trusted) safe = written.length;
        }
        for (const kind of crashes) crash(kind);
        expect((await content("log")).slice(0, safe)).toBe(written.slice(0, safe));
      },
    ),
    { numRuns: 60 },
  );
});
