/** Walk: each file once, whatever leads to it; Found: taken while it walks. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Found } from "../../demo/found.ts";
import { FILE_BYTES_MAX } from "../../demo/source.ts";
import { type FoundFile, Walk } from "../../demo/walk.ts";

let root = "";
const isRoot = process.getuid?.() === 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sabeam-walk-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text = path): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function filesOf(walk: Walk): Promise<string[]> {
  const files: string[] = [];
  for await (const { path } of walk.run()) files.push(relative(root, path));
  return files;
}

describe("walk", () => {
  test("finds the wanted kinds in every folder, in the order of names", async () => {
    for (const path of [
      "b.md",
      "a.js",
      "z.txt",
      "c/d.ts",
      "c/e/f.JSON",
      "c/b.md",
      "md",
      "aa/x.md",
    ]) {
      write(path);
    }
    const walk = new Walk(root);
    expect(await filesOf(walk)).toEqual([
      "a.js",
      "b.md",
      "aa/x.md",
      "c/b.md",
      "c/d.ts",
      "c/e/f.JSON",
    ]);
    expect(walk).toMatchObject({ files: 6, folders: 4, seenBefore: 0, special: 0, cut: false });
    expect(walk.bytes).toBe("b.mda.jsc/d.tsc/e/f.JSONc/b.mdaa/x.md".length);
    expect(await filesOf(new Walk(root))).toEqual(await filesOf(new Walk(root)));
  });

  test("many files in one folder are all found", async () => {
    const names = Array.from({ length: 100 }, (_, at) => `${String(at).padStart(3, "0")}.md`);
    for (const name of names) write(name);
    expect(await filesOf(new Walk(root))).toEqual(names);
  });

  test("loops end, and a file with several names is found once", async () => {
    write("a.md");
    write("sub/b.md");
    symlinkSync("..", join(root, "sub/up"));
    symlinkSync(".", join(root, "sub/self"));
    symlinkSync(root, join(root, "sub/top"));
    symlinkSync("a.md", join(root, "link.md"));
    linkSync(join(root, "a.md"), join(root, "sub/hard.md"));
    const walk = new Walk(root);
    expect(await filesOf(walk)).toEqual(["a.md", "sub/b.md"]);
    expect(walk.seenBefore).toBe(5);
  });

  test("links to other places are followed", async () => {
    const other = mkdtempSync(join(tmpdir(), "sabeam-other-"));
    try {
      writeFileSync(join(other, "far.md"), "far");
      symlinkSync(other, join(root, "other"));
      symlinkSync(join(other, "far.md"), join(root, "z.md"));
      const walk = new Walk(root);
      expect(await filesOf(walk)).toEqual(["z.md"]);
      expect(walk).toMatchObject({ files: 1, folders: 2, seenBefore: 1 });
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  test("a link counts by its own name", async () => {
    write("a.txt");
    write("b.json");
    symlinkSync("a.txt", join(root, "a.md"));
    symlinkSync("b.json", join(root, "aa"));
    expect(await filesOf(new Walk(root))).toEqual(["a.md", "b.json"]);
  });

  test("what leads nowhere is unreadable", async () => {
    symlinkSync("gone", join(root, "a.md"));
    symlinkSync("self", join(root, "self"));
    const walk = new Walk(root);
    expect(await filesOf(walk)).toEqual([]);
    expect(walk.unreadable.map(({ code }) => code)).toEqual(["ENOENT", "ELOOP"]);
  });

  test("a folder that is gone is unreadable", async () => {
    const walk = new Walk(join(root, "gone"));
    expect(await filesOf(walk)).toEqual([]);
    expect(walk).toMatchObject({ folders: 0, unreadable: [{ code: "ENOENT" }] });
  });

  test.skipIf(isRoot)("a closed folder is unreadable", async () => {
    write("closed/a.md");
    chmodSync(join(root, "closed"), 0o000);
    const walk = new Walk(root);
    expect(await filesOf(walk)).toEqual([]);
    chmodSync(join(root, "closed"), 0o700);
    expect(walk.unreadable).toEqual([{ path: join(root, "closed"), code: "EACCES" }]);
  });

  test.skipIf(process.platform === "win32")("a pipe is not a file", async () => {
    execFileSync("mkfifo", [join(root, "pipe.md")]);
    const walk = new Walk(root);
    expect(await filesOf(walk)).toEqual([]);
    expect(walk.special).toBe(1);
  });

  test("a folder that is named like a file is a folder", async () => {
    write("name.md/a.md");
    expect(await filesOf(new Walk(root))).toEqual(["name.md/a.md"]);
  });

  test("a file too large to be read counts no bytes", async () => {
    write("a.md");
    truncateSync(join(root, "a.md"), FILE_BYTES_MAX + 1);
    const walk = new Walk(root);
    expect([await filesOf(walk), walk.bytes]).toEqual([["a.md"], 0]);
  });

  test("it stops at its bound and says so, and not before", async () => {
    for (const path of ["a.md", "b.md", "c.md"]) write(path);
    const [cut, whole] = [new Walk(root, 2), new Walk(root, 3)];
    expect([await filesOf(cut), cut.cut]).toEqual([["a.md", "b.md"], true]);
    expect([(await filesOf(whole)).length, whole.cut]).toEqual([3, false]);
  });

  test("it ends when it is interrupted, even where it finds nothing", async () => {
    write("sub/a.txt");
    const interrupt = new AbortController();
    interrupt.abort(new Error("enough"));
    await expect(new Walk(root).run(interrupt.signal).next()).rejects.toThrow("enough");
  });
});

describe("found", () => {
  const file = (path: string): FoundFile => ({ path, bytes: 1 });

  test("who takes gets what is there, waits for what comes, and hears of the end", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* walk(): AsyncGenerator<FoundFile> {
      yield file("a");
      yield file("b");
      await held;
      yield file("c");
    }
    const found = new Found();
    const filled = found.fill(walk());
    expect(await found.take(0, 1)).toEqual([file("a")]);
    expect(await found.take(1, 9)).toEqual([file("b")]);
    const waiting = found.take(2, 9);
    expect(found.ended).toBe(false);
    release();
    expect(await waiting).toEqual([file("c")]);
    expect(await found.take(3, 9)).toEqual([]);
    await filled;
    expect(found.ended).toBe(true);
  });

  test("a walk that fails ends it for who waits, too", async () => {
    async function* walk(): AsyncGenerator<FoundFile> {
      yield file("a");
      throw new Error("broken");
    }
    const found = new Found();
    const filled = found.fill(walk());
    const waiting = found.take(1, 9);
    await expect(filled).rejects.toThrow("broken");
    expect(await waiting).toEqual([]);
  });
});
