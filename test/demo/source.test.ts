/** Source: what is a text and what is skipped, the same at once and with promises. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FILE_BYTES_MAX, PROBE_BYTES, readSource, readSourceSync } from "../../demo/source.ts";

let folder = "";
const isRoot = process.getuid?.() === 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sabeam-source-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (size: number): Buffer => Buffer.alloc(size, "a");
const nulAt = (at: number): Buffer => Buffer.concat([text(at), Buffer.from([0]), text(10)]);
const table: readonly [name: string, bytes: Buffer, expected: object][] = [
  ["a text", Buffer.from("Grüße"), { type: "text", text: "Grüße", bytes: 7 }],
  ["an empty file", Buffer.alloc(0), { type: "text", text: "", bytes: 0 }],
  ["a NUL byte", nulAt(100), { type: "skipped", reason: "binary" }],
  ["a NUL byte at the end of the probe", nulAt(PROBE_BYTES - 1), { reason: "binary" }],
  ["a NUL byte after the probe", nulAt(PROBE_BYTES), { type: "text" }],
  ["Latin-1", Buffer.from("Grüße", "latin1"), { type: "skipped", reason: "not UTF-8" }],
  ["half a character", Buffer.from([0x61, 0xc3]), { type: "skipped", reason: "not UTF-8" }],
  ["as large as allowed", text(FILE_BYTES_MAX), { type: "text", bytes: FILE_BYTES_MAX }],
  ["larger", text(FILE_BYTES_MAX + 1), { type: "skipped", reason: "too large" }],
];

for (const [at, [name, bytes, expected]] of table.entries()) {
  test(`source: ${name}`, async () => {
    const path = join(folder, `${at}.md`);
    writeFileSync(path, bytes);
    const source = await readSource(path);
    expect(source).toMatchObject(expected);
    expect(readSourceSync(path)).toEqual(source);
  });
}

test("source: other bytes of the same number have another fingerprint", () => {
  const path = join(folder, "same.md");
  writeFileSync(path, "one");
  const first = readSourceSync(path);
  expect(readSourceSync(path)).toEqual(first);
  writeFileSync(path, "two");
  const second = readSourceSync(path);
  expect(first.type === "text" && second.type === "text").toBe(true);
  if (first.type === "text" && second.type === "text") {
    expect(second.fingerprint).not.toBe(first.fingerprint);
  }
});

async function bothUnreadable(path: string, detail: string): Promise<void> {
  const expected = { type: "skipped", reason: "unreadable", detail };
  expect(await readSource(path)).toEqual(expected);
  expect(readSourceSync(path)).toEqual(expected);
}

test("source: what is gone, or a folder, or a link to itself", async () => {
  await bothUnreadable(join(folder, "gone.md"), "ENOENT");
  mkdirSync(join(folder, "folder.md"));
  await bothUnreadable(join(folder, "folder.md"), "no regular file");
  symlinkSync("self.md", join(folder, "self.md"));
  await bothUnreadable(join(folder, "self.md"), "ELOOP");
});

test.skipIf(process.platform !== "linux")("source: more bytes than the system said", async () => {
  await bothUnreadable("/proc/self/status", "it grew while it was read");
});

test.skipIf(process.platform === "win32")("source: a pipe is not waited for", async () => {
  const path = join(folder, "pipe.md");
  execFileSync("mkfifo", [path]);
  await bothUnreadable(path, "no regular file");
});

test.skipIf(isRoot)("source: no permission", async () => {
  const path = join(folder, "secret.md");
  writeFileSync(path, "secret");
  chmodSync(path, 0o000);
  await bothUnreadable(path, "EACCES");
});
