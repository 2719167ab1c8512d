/** What a disk does: the real one and the simulated one, by one list, and against each other. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Disk, DiskError, type DiskFile, realDisk } from "../../runtime/disk.ts";
import { folderOf, realFolder } from "../../runtime/folder.ts";
import { Random } from "../../runtime/random.ts";
import { SimulatedDisk } from "../../runtime/sim/disk.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sabeam-disk-"));
});
afterAll(() => rm(folder, { recursive: true }));

const simulated = (): SimulatedDisk =>
  new SimulatedDisk({ random: new Random(1), delay: (_, step) => queueMicrotask(step) });

const DISKS: { [name: string]: () => Promise<Disk> } = {
  real: async () => realDisk(await mkdtemp(join(folder, "root-"))),
  simulated: async () => simulated(),
  "a folder of a real one": async () =>
    realFolder(join(await mkdtemp(join(folder, "root-")), "a/b")),
  "a folder of a simulated one": () => folderOf(simulated(), "/a/./b/"),
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (some: Uint8Array): string => new TextDecoder().decode(some);
async function reason(act: () => Promise<unknown>): Promise<unknown> {
  const error = await act().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DiskError) expect(error.code).toBe("ERR_DISK");
  return error instanceof DiskError ? error.reason : error;
}

for (const [name, make] of Object.entries(DISKS)) {
  describe(name, () => {
    test("bytes are where they were written", async () => {
      const disk = await make();
      const file = await disk.open("log", { create: true });
      expect([file.path, await file.size()]).toEqual(["log", 0]);
      await file.write(0, bytes("hello"));
      await file.write(8, bytes("world"));
      await file.sync();
      expect(text(await file.read(0, 100))).toBe("hello\0\0\0world");
      expect(text(await file.read(10, 2))).toBe("rl");
      expect(await file.read(13, 1)).toHaveLength(0);
      expect(await file.read(1_000, 2 ** 40)).toHaveLength(0);
      await file.write(1, bytes("a"));
      await file.write(20, new Uint8Array(0));
      expect([await file.size(), text(await file.read(0, 5))]).toEqual([13, "hallo"]);
      await file.close();
    });

    test("what is cut off comes back as zeros", async () => {
      const file = await (await make()).open("log", { create: true });
      await file.write(0, bytes("abcdef"));
      await file.truncate(2);
      expect(await file.size()).toBe(2);
      await file.truncate(4);
      expect(text(await file.read(0, 10))).toBe("ab\0\0");
      await file.write(5, bytes("x"));
      expect(text(await file.read(0, 10))).toBe("ab\0\0\0x");
      await file.close();
    });

    test("all who have a file open see the same, also without its name", async () => {
      const disk = await make();
      const one = await disk.open("a", { create: true });
      const other = await disk.open("a");
      await one.write(0, bytes("shared"));
      expect(text(await other.read(0, 6))).toBe("shared");
      await disk.rename("a", "b");
      await disk.remove("b");
      await other.write(6, bytes("!"));
      expect(text(await one.read(0, 7))).toBe("shared!");
      expect(await reason(() => disk.open("b"))).toBe("ENOENT");
      await one.close();
      await other.close();
    });

    test("a sync succeeds under any name of the file, and fails without one", async () => {
      const disk = await make();
      const file = await disk.open("a", { create: true });
      await disk.rename("a", "b");
      await file.sync();
      const taker = await disk.open("c", { create: true });
      await disk.rename("c", "b");
      await taker.sync();
      expect(await reason(() => file.sync())).toBe("ENOENT");
      await disk.remove("b");
      expect(await reason(() => taker.sync())).toBe("ENOENT");
      for (const one of [file, taker]) await one.close();
    });

    test("a rename takes the place of what was there, in any folder", async () => {
      const disk = await make();
      for (const path of ["new", "old"]) {
        const file = await disk.open(path, { create: true });
        await file.write(0, bytes(path));
        await file.close();
      }
      await disk.makeFolder("f");
      await disk.rename("new", "old");
      await disk.rename("old", "f/kept");
      await disk.rename("f/kept", "f/kept");
      await disk.syncFolder("f");
      await disk.syncFolder("");
      const file = await disk.open("f/kept", { create: true });
      expect(text(await file.read(0, 10))).toBe("new");
      await file.close();
      expect([await disk.list(""), await disk.list("f")]).toEqual([["f"], ["kept"]]);
    });

    test("names are sorted", async () => {
      const disk = await make();
      for (const path of ["b", "é", "a", "B", "10", "9"]) {
        await (await disk.open(path, { create: true })).close();
      }
      expect(await disk.list("")).toEqual(["10", "9", "B", "a", "b", "é"]);
    });

    test("a lot of bytes come back", async () => {
      const file = await (await make()).open("big", { create: true });
      const random = new Random(5);
      const many = Uint8Array.from({ length: 1_100_001 }, () => random.int(256));
      await file.write(3, many);
      expect(Buffer.compare(await file.read(3, 2 ** 31), many)).toBe(0);
      await file.close();
    });

    test("what fails says why", async () => {
      const disk = await make();
      const file = await disk.open("file", { create: true });
      await disk.makeFolder("folder");
      const rows: [reason: string, act: () => Promise<unknown>][] = [
        ["ENOENT", () => disk.open("none")],
        ["ENOENT", () => disk.open("none/x", { create: true })],
        ["ENOENT", () => disk.list("none")],
        ["ENOENT", () => disk.remove("none")],
        ["ENOENT", () => disk.rename("none", "x")],
        ["ENOENT", () => disk.rename("file", "none/x")],
        ["ENOENT", () => disk.syncFolder("none")],
        ["ENOENT", () => disk.makeFolder("none/x")],
        ["ENOTDIR", () => disk.open("file/x", { create: true })],
        ["ENOTDIR", () => disk.open("file/x/y")],
        ["ENOTDIR", () => disk.list("file")],
        ["ENOTDIR", () => disk.remove("file/x")],
        ["ENOTDIR", () => disk.rename("file", "file/x")],
        ["ENOTDIR", () => disk.syncFolder("file")],
        ["ENOTDIR", () => disk.makeFolder("file/x")],
        ["EISDIR", () => disk.open("folder")],
        ["EISDIR", () => disk.remove("folder")],
        ["EISDIR", () => disk.rename("folder", "x")],
        ["EISDIR", () => disk.rename("file", "folder")],
        ["EEXIST", () => disk.makeFolder("folder")],
        ["EEXIST", () => disk.makeFolder("file")],
        ["EINVAL", () => disk.open("", { create: true })],
        ["EINVAL", () => disk.open("../x", { create: true })],
        ["EINVAL", () => disk.open("/x", { create: true })],
        ["EINVAL", () => disk.makeFolder("a//b")],
        ["EINVAL", () => disk.rename("file", "./x")],
        ["EINVAL", () => disk.remove("a\0b")],
        ["EINVAL", () => disk.list("folder/")],
        ["EINVAL", () => file.read(-1, 5)],
        ["EINVAL", () => file.read(0, 0.5)],
        ["EINVAL", () => file.write(Number.NaN, bytes("x"))],
        ["EINVAL", () => file.truncate(-1)],
      ];
      const found: unknown[] = [];
      for (const [, act] of rows) found.push(await reason(act));
      expect(found).toEqual(rows.map(([expected]) => expected));
      expect(await disk.list("")).toEqual(["file", "folder"]);
      await file.close();
      for (const act of [
        () => file.read(0, 1),
        () => file.write(0, bytes("x")),
        () => file.size(),
        () => file.truncate(0),
        () => file.sync(),
        () => file.close(),
      ]) {
        expect(await reason(act)).toBe("EBADF");
      }
      const error = await disk.open("none").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        reason: "ENOENT",
        operation: "open",
        path: expect.stringMatching(/none$/),
      });
      expect(String(error)).toMatch(
        /^DiskError: open of "(a\/b\/)?none" failed \(ENOENT\): .*create it/,
      );
    });
  });
}

test("any program does the same on both", async () => {
  const path = fc.constantFrom("a", "b", "f", "f/a", "f/b", "a/x");
  const place = fc.nat(20);
  const step = fc.oneof(
    fc.tuple(fc.constant("open" as const), path, fc.boolean()),
    fc.tuple(fc.constant("list" as const), fc.constantFrom("", "f", "a")),
    fc.tuple(fc.constant("rename" as const), path, path),
    fc.tuple(fc.constant("remove" as const), path),
    fc.tuple(fc.constant("makeFolder" as const), path),
    fc.tuple(fc.constant("syncFolder" as const), fc.constantFrom("", "f", "a")),
    fc.tuple(fc.constant("write" as const), place, place, fc.string({ maxLength: 9 })),
    fc.tuple(fc.constant("read" as const), place, place, place),
    fc.tuple(fc.constant("truncate" as const), place, place),
    fc.tuple(fc.constant("sync" as const), place),
    fc.tuple(fc.constant("size" as const), place),
    fc.tuple(fc.constant("close" as const), place),
  );
  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

  async function run(disk: Disk, steps: readonly Step[]): Promise<unknown[]> {
    const files: DiskFile[] = [await disk.open("b", { create: true })];
    const told: unknown[] = [];
    for (const one of steps) {
      const file = files[Number(one[1]) % files.length] as DiskFile;
      const act = async (): Promise<unknown> => {
        switch (one[0]) {
          case "open":
            files.push(await disk.open(one[1], { create: one[2] }));
            return files.length;
          case "rename":
            return await disk.rename(one[1], one[2]);
          case "list":
          case "remove":
          case "makeFolder":
          case "syncFolder":
            return await disk[one[0]](one[1]);
          case "write":
            return await file.write(one[2], bytes(one[3]));
          case "read":
            return text(await file.read(one[2], one[3]));
          case "truncate":
            return await file.truncate(one[2]);
          default:
            return await file[one[0]]();
        }
      };
      told.push(await act().catch((error: DiskError) => `${error.operation} ${error.reason}`));
    }
    for (const file of files) await file.close().catch(() => undefined);
    return told;
  }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const [real, simulated] = await Promise.all(
        Object.values(DISKS).map(async (make) => run(await make(), steps)),
      );
      expect(simulated).toEqual(real);
    }),
    { numRuns: 60 },
  );
});

describe("folders", () => {
  test("what was made for one survives a power cut, and is there the next time", async () => {
    const disk = simulated();
    const first = await folderOf(disk, "data/journal");
    await (await first.open("log", { create: true })).sync();
    await first.syncFolder("");
    disk.crash();
    disk.restart();
    expect(await (await folderOf(disk, "data/journal/")).list("")).toEqual(["log"]);
    expect(await (await folderOf(disk, ".")).list("")).toEqual(["data"]);
  });

  test("what can be no folder is refused, with the reason", async () => {
    const disk = simulated();
    await disk.open("file", { create: true });
    expect(await reason(() => folderOf(disk, "file/below"))).toBe("ENOTDIR");
    expect(await reason(() => folderOf(disk, "../above"))).toBe("EINVAL");
    const real = await mkdtemp(join(folder, "root-"));
    await (await realDisk(real).open("file", { create: true })).close();
    expect(await reason(() => realFolder(join(real, "file", "below")))).toBe("ENOTDIR");
  });
});
