/** Saved: what is written is read, damage is noticed, and a half-written file is never left. */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packPosting } from "../../demo/postings.ts";
import {
  decodeIndex,
  defaultIndexPath,
  encodeIndex,
  loadIndex,
  makeFolderOf,
  saveIndex,
} from "../../demo/saved.ts";
import { indexOf } from "../../demo/searchindex.ts";

const index = indexOf(
  "/texts",
  ["a.md", "", "çß/日本.ts"],
  [3, 0, 5],
  new Map([
    ["actor", [packPosting(0, 2), packPosting(2, 1)]],
    ["été", [packPosting(2, 4)]],
  ]),
);
const never = new AbortController().signal;
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sabeam-saved-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("saved: an index comes back as it was", async () => {
  const path = join(folder, "a.index");
  const bytes = await saveIndex(index, path, never);
  expect(readFileSync(path).length).toBe(bytes);
  const loaded = await loadIndex(path);
  expect(loaded.root).toBe("/texts");
  expect([0, 1, 2].map((document) => loaded.path(document))).toEqual(["a.md", "", "çß/日本.ts"]);
  expect([...loaded.lengths]).toEqual([3, 0, 5]);
  expect([loaded.terms, loaded.documents, loaded.lengthTotal]).toEqual([2, 2, 8]);
  for (const term of ["actor", "été"]) {
    expect([...loaded.postings(term)]).toEqual([...index.postings(term)]);
    expect(loaded.postings(term).length).toBeGreaterThan(0);
  }
});

test("saved: an index without documents comes back too", async () => {
  const path = join(folder, "a.index");
  await saveIndex(indexOf("", [], [], new Map()), path, never);
  expect((await loadIndex(path)).terms).toBe(0);
});

test("saved: any flipped byte, and any end that is missing, is noticed", () => {
  const whole = Buffer.concat(encodeIndex(index));
  expect(decodeIndex(whole, "a").terms).toBe(2);
  for (let at = 0; at < whole.length; at += 1) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 0x10;
    for (const bytes of [flipped, whole.subarray(0, at)]) {
      expect(() => decodeIndex(bytes, "a")).toThrow(
        expect.objectContaining({ code: "ERR_DEMO_INDEX_DAMAGED", exitCode: 1 }),
      );
    }
  }
});

test("saved: another version is refused by its number", () => {
  const whole = Buffer.concat(encodeIndex(index));
  whole.writeUInt32LE(2, 8);
  const body = whole.subarray(0, -20);
  const bytes = Buffer.concat([body, createHash("sha1").update(body).digest()]);
  expect(() => decodeIndex(bytes, "a")).toThrow("its version is 2, not 1");
});

test("saved: no file, and a file that is none, are different errors of one line", async () => {
  await expect(loadIndex(join(folder, "none"))).rejects.toMatchObject({
    code: "ERR_DEMO_INDEX_MISSING",
    exitCode: 2,
  });
  writeFileSync(join(folder, "text"), "This is not an index, whatever its length may be.\n");
  await expect(loadIndex(join(folder, "text"))).rejects.toMatchObject({
    code: "ERR_DEMO_INDEX_DAMAGED",
    message: expect.not.stringContaining("\n"),
  });
});

test("saved: an interrupt leaves the old index and nothing else", async () => {
  const path = join(folder, "a.index");
  writeFileSync(path, "old");
  const interrupt = new AbortController();
  const saving = saveIndex(index, path, interrupt.signal);
  interrupt.abort(new Error("enough"));
  await expect(saving).rejects.toThrow("enough");
  expect(readdirSync(folder)).toEqual(["a.index"]);
  expect(readFileSync(path, "utf8")).toBe("old");
});

test("saved: an interrupt between two pieces leaves nothing either", async () => {
  // The signal is asked once per piece and once before the rename: it says stop at each in turn.
  const asks = encodeIndex(index).length + 1;
  for (let asked = 1; asked <= asks + 1; asked += 1) {
    const interrupt = new AbortController();
    let left = asked;
    const signal = new Proxy(interrupt.signal, {
      get(target, key) {
        if (key === "throwIfAborted") {
          return () => {
            left -= 1;
            if (left === 0) interrupt.abort(new Error("enough"));
            target.throwIfAborted();
          };
        }
        const value: unknown = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const path = join(folder, `${asked}.index`);
    await saveIndex(index, path, signal).catch(() => undefined);
    const files = readdirSync(folder);
    expect(files.filter((name) => name.endsWith(".half"))).toEqual([]);
    expect(files.includes(`${asked}.index`)).toBe(asked > asks);
  }
});

test("saved: a place that cannot be written is an error that names it", async () => {
  await expect(saveIndex(index, join(folder, "no", "a.index"), never)).rejects.toMatchObject({
    code: "ERR_DEMO_INDEX_NOT_SAVED",
    message: expect.stringContaining("ENOENT"),
  });
});

test("saved: the usual place is below the system's folder for temporary files", () => {
  expect(defaultIndexPath().startsWith(tmpdir())).toBe(true);
  expect(defaultIndexPath()).toBe(defaultIndexPath());
});

test("saved: the folders of a path are made, and where none can be it is said", () => {
  makeFolderOf(join(folder, "new", "deeper", "a.index"));
  expect(readdirSync(join(folder, "new"))).toEqual(["deeper"]);
  if (!existsSync("/proc/self")) return;
  expect(() => makeFolderOf("/proc/new/deeper/a.index")).toThrow(/cannot be made \(ENOENT\)/);
});
