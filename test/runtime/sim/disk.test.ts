/** The simulated disk when things go wrong: syncs, room, bits, time, and nodes that are down. */

import { describe, expect, test } from "vitest";
import { bytes, failed, MS, setUp } from "./support/disk.ts";

describe("a failed sync", () => {
  test("loses what it should have saved, though it is read; the next one succeeds", async () => {
    const { disk, go, saved, content, crash } = setUp();
    const file = await saved("log", "one");
    await go(() => file.write(3, bytes("two")));
    disk.failSyncs();
    await expect(go(() => file.sync())).rejects.toEqual(failed("EIO"));
    await go(() => file.sync());
    expect(await content("log")).toBe("onetwo");
    crash("torn");
    expect(await content("log")).toBe("one");
    expect(disk.counters).toMatchObject({ syncs: 4, failedSyncs: 1 });
  });

  test("saves the whole page when it is written to again", async () => {
    const { disk, go, saved, content, crash } = setUp();
    const file = await saved("log", "-".repeat(3 * 4096));
    await go(() => file.write(10, bytes("#".repeat(8192))));
    disk.failSyncs();
    await expect(go(() => file.sync())).rejects.toEqual(failed("EIO"));
    await go(() => file.write(4100, bytes("+")));
    await go(() => file.sync());
    crash();
    const expected = `${"-".repeat(4096)}####+${"#".repeat(4091)}${"-".repeat(4096)}`;
    expect(await content("log")).toBe(expected);
  });

  test("of a folder does not save its names, and can be tried again", async () => {
    const { disk, go, open, crash } = setUp();
    await open("a");
    disk.failSyncs(2);
    await expect(go(() => disk.syncFolder(""))).rejects.toEqual(failed("EIO"));
    await expect(go(() => disk.syncFolder(""))).rejects.toEqual(failed("EIO"));
    await go(() => disk.syncFolder(""));
    crash();
    expect(await go(() => disk.list(""))).toEqual(["a"]);
  });

  test("is over when it is mended", async () => {
    const { disk, go, saved } = setUp();
    const file = await saved("log", "one");
    disk.failSyncs(1_000);
    disk.mend("slowDisk");
    await expect(go(() => file.sync())).rejects.toEqual(failed("EIO"));
    disk.mend("failSync");
    await go(() => file.sync());
  });
});

describe("a full disk", () => {
  test("takes what there is room for, and overwriting needs none", async () => {
    const { disk, go, saved, content } = setUp();
    const file = await saved("log", "12345");
    disk.fill(3);
    await expect(go(() => file.write(4, bytes("abcdefg")))).rejects.toEqual(failed("ENOSPC"));
    expect(await content("log")).toBe("1234abcd");
    await expect(go(() => file.write(20, bytes("x")))).rejects.toEqual(failed("ENOSPC"));
    await expect(go(() => file.truncate(9))).rejects.toEqual(failed("ENOSPC"));
    await go(() => file.write(0, bytes("ABCDEFGH")));
    expect(await content("log")).toBe("ABCDEFGH");
    expect(disk.counters.full).toBe(3);
  });

  test("has room again when something is removed, or it is mended", async () => {
    const { disk, go, saved } = setUp();
    const file = await saved("log", "12345");
    await saved("other", "12345");
    disk.fill(0);
    await expect(go(() => file.write(5, bytes("6")))).rejects.toEqual(failed("ENOSPC"));
    await go(() => disk.remove("other"));
    await go(() => file.write(5, bytes("6789A")));
    await expect(go(() => file.write(10, bytes("B")))).rejects.toEqual(failed("ENOSPC"));
    disk.mend();
    await go(() => file.write(10, bytes("B")));
    await expect(go(() => file.truncate(2 ** 40))).rejects.toEqual(failed("ENOSPC"));
  });
});

describe("a flipped bit", () => {
  test("is where it should be, for readers and after a crash", async () => {
    const { disk, saved, content, crash } = setUp();
    await saved("log", "abc");
    expect(disk.flipBit({ file: "log", offset: 1, bit: 0 })).toEqual({
      file: "log",
      offset: 1,
      bit: 0,
    });
    expect(await content("log")).toBe("acc");
    crash();
    expect(await content("log")).toBe("acc");
    expect(disk.flipBit({ file: "none" })).toBeUndefined();
    expect(disk.flipBit({ file: "log", offset: 3 })).toBeUndefined();
    expect(disk.counters.flippedBits).toBe(1);
  });

  test("is anywhere otherwise, in each byte alike", async () => {
    const { disk, saved } = setUp();
    await saved("small", "12");
    await saved("large", "12345678");
    const places = Array.from({ length: 500 }, () => disk.flipBit());
    expect(new Set(places.map((place) => `${place?.file} ${place?.offset}`)).size).toBe(10);
    expect(new Set(places.map((place) => place?.bit)).size).toBe(8);
    const small = places.filter((place) => place?.file === "small").length;
    expect(Math.abs(small - 100)).toBeLessThan(40);
  });

  test("is nowhere on an empty disk", () => {
    expect(setUp().disk.flipBit()).toBeUndefined();
  });
});

describe("time", () => {
  test("operations take some, slow ones more, each kind by its own numbers", async () => {
    const took = async (slow: boolean, reads = 0): Promise<number[]> => {
      const { timer, disk, go, saved } = setUp();
      const file = await saved("log", "x");
      if (slow) disk.slow({ type: "uniform", minMs: 50, maxMs: 150 });
      for (let read = 0; read < reads; read += 1) await go(() => file.read(0, 1));
      const times: number[] = [];
      for (let count = 0; count < 20; count += 1) {
        const began = timer.nowNs;
        await go(() => file.sync());
        times.push(timer.nowNs - began);
      }
      return times;
    };
    const usual = await took(false);
    expect(Math.min(...usual)).toBeGreaterThan(0.2 * MS);
    expect(new Set(usual).size).toBe(20);
    expect(await took(false, 7)).toEqual(usual);
    const slow = await took(true);
    expect(Math.min(...slow)).toBeGreaterThanOrEqual(50 * MS);
    expect(Math.max(...slow)).toBeLessThanOrEqual(150 * MS);
    const order = (times: number[]): number[] =>
      times.map((_, index) => index).sort((one, other) => (times[one] ?? 0) - (times[other] ?? 0));
    expect(order(slow)).toEqual(order(usual));
  });

  test("operations that overlap happen in any order", async () => {
    const results = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const { timer, saved, content } = setUp(seed);
      const file = await saved("log", ".");
      await timer.until(Promise.all([file.write(0, bytes("a")), file.write(0, bytes("b"))]));
      results.add(await content("log"));
    }
    expect([...results].sort()).toEqual(["a", "b"]);
  });

  test("a paused node hears of nothing until it goes on", async () => {
    const { timer, disk, saved } = setUp();
    const file = await saved("log", "x");
    let done = 0;
    const count = () => (done += 1);
    void file.write(0, bytes("y")).then(count);
    disk.pause();
    void file.read(0, 1).then(count);
    await timer.run();
    expect(done).toBe(0);
    disk.resume();
    await timer.run();
    expect(done).toBe(2);
  });
});

describe("a crashed node", () => {
  test("has no disk until it starts again, and then new files only", async () => {
    const { disk, go, saved, content } = setUp();
    const file = await saved("log", "x");
    disk.crash();
    await expect(go(() => disk.open("log"))).rejects.toEqual(failed("ENODEV"));
    await expect(go(() => file.read(0, 1))).rejects.toEqual(failed("EBADF"));
    disk.restart();
    await expect(go(() => file.write(0, bytes("y")))).rejects.toEqual(failed("EBADF"));
    expect(await content("log")).toBe("x");
  });

  test("is told of nothing that it began, also when it was paused", async () => {
    const { timer, disk, saved } = setUp();
    const file = await saved("log", "x");
    let settled = 0;
    const count = () => (settled += 1);
    void file.sync().then(count, count);
    void disk.list("").then(count, count);
    disk.pause();
    await timer.run();
    disk.crash("torn");
    disk.restart();
    await timer.run();
    expect(settled).toBe(0);
    // A node that starts again is not paused any more.
    void disk.list("").then(count);
    await timer.run();
    expect(settled).toBe(1);
  });
});
