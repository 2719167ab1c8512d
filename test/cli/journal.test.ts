/** `sabeam journal` on journals that are whole, torn, damaged, foreign, or none. */

import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type Inspection, openFileJournal, processOwner } from "../../actors/index.ts";
import { realDisk } from "../../runtime/index.ts";
import { typed } from "./typed.ts";

const root = mkdtempSync(join(tmpdir(), "sabeam-cli-journal-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
let folder = "";
const first = (): string => join(folder, "0000000001.segment");
const second = (): string => join(folder, "0000000002.segment");

/** Two lives, as they were before the second one was closed. */
beforeEach(async () => {
  const used = mkdtempSync(join(root, "used-"));
  folder = mkdtempSync(join(root, "j-"));
  for (const life of [1, 2]) {
    const journal = await openFileJournal({
      ...{ disk: realDisk(used), folder: "", node: "n1" },
      ...{ owner: { ...processOwner(`life ${life}`), isAlive: () => false } },
      random: () => 0.25,
    });
    await journal.open("Ballot/lr-42/home");
    await journal.commit([
      { log: "Ballot/lr-42/home", type: "append", records: [bytes("yes"), bytes("no")] },
      { log: "Ballot/lr-42/home", type: "snapshot", upTo: 2 * life - 1, bytes: bytes("sum") },
    ]);
    await journal.open("Barrier/\x1b[2J/a");
    await journal.commit([{ log: "Barrier/\x1b[2J/a", type: "metadata", bytes: bytes("x") }]);
    if (life === 2) cpSync(used, folder, { recursive: true });
    await journal.close();
  }
});

function damage(file: string, change: (content: Buffer) => Buffer): void {
  writeFileSync(file, change(readFileSync(file)));
}

const flip = (at: number) => (content: Buffer) => {
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  return content;
};

const hashes = (): string[] =>
  readdirSync(folder).map((name) => {
    return (
      name +
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex")
    );
  });

async function json(path: string): Promise<{ code: number; found: Inspection }> {
  const { code, out, err } = await typed(["journal", path, "--json"]);
  expect(err).toBe("");
  return { code, found: JSON.parse(out) as Inspection };
}

test("a whole one is listed as it would be recovered, and not touched", async () => {
  const before = hashes();
  const { code, out, err } = await typed(["journal", folder]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.split("\n").map((line) => line.replace(/\s+/g, " "))).toEqual([
    "sabeam journal node n1 · 40404040",
    "",
    "segment batches bytes",
    expect.stringMatching(/^0000000001.segment 6 \d+$/),
    expect.stringMatching(/^0000000002.segment 4 \d+$/),
    "",
    "log life records last bytes snapshot metadata",
    "Ballot/lr-42/home 2 1 4 2 up to 3, 3 B –",
    "Barrier/·[2J/a 2 0 0 0 – 1 B",
    "",
    "✓ 10 batches are whole. A recovery gives out what is listed.",
    "",
  ]);
  expect(hashes()).toEqual(before);
});

test("a torn end is none of its faults", async () => {
  damage(second(), (content) => content.subarray(0, -3));
  const { code, found } = await json(folder);
  expect([code, found.problems, found.isWhole]).toEqual([0, [], true]);
  expect(found.segments[1]).toMatchObject({ batches: 3, isNeeded: true });
  expect(found.segments[1]?.tornBytes).toBeGreaterThan(40);
  expect((await typed(["journal", folder])).out).toContain("behind the last whole batch");
  // What the second life has written last is gone; what the first one wrote is there.
  expect(found.logs[1]).toMatchObject({ life: 2, metadataBytes: 1 });
});

test("damage has a place, and the rest is shown all the same", async () => {
  damage(second(), flip(320));
  const { code, found } = await json(folder);
  expect([code, found.isWhole]).toEqual([1, false]);
  expect(found.problems).toEqual([
    {
      ...{ code: "ERR_JOURNAL_CORRUPT", file: "0000000002.segment", offset: 256 },
      message: expect.stringContaining("0000000002.segment is damaged at byte 256"),
    },
  ]);
  expect(found.logs[0]).toMatchObject({ name: "Ballot/lr-42/home", life: 1, records: 1 });
  const lines = await typed(["journal", folder]);
  expect([lines.code, lines.out]).toEqual([1, expect.stringContaining("✗ 0000000002.segment")]);
});

test("a head that is damaged, another format, a segment that is missing", async () => {
  damage(first(), flip(40));
  expect((await json(folder)).found.problems).toMatchObject([
    { code: "ERR_JOURNAL_CORRUPT", file: "0000000001.segment", offset: 0 },
  ]);
  rmSync(first());
  expect(await json(folder)).toMatchObject({
    ...{ code: 1, found: { problems: [{ file: "0000000001.segment", offset: 0 }] } },
  });
});

test("one file can be looked at alone", async () => {
  const { code, found } = await json(second());
  expect([code, found.isWhole, found.segments.length]).toEqual([0, false, 1]);
  expect(found.logs[0]).toMatchObject({ name: "Ballot/lr-42/home", life: 2 });
  damage(second(), flip(10));
  expect(await json(second())).toMatchObject({ code: 1, found: { problems: [{ offset: 0 }] } });
});

test("wrong usage, and what is no journal", async () => {
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "empty/notes.txt"), "x");
  const wrong: [words: string[], says: string][] = [
    [[], "journal needs a folder, like data/journal; see sabeam journal --help"],
    [["a", "b"], 'journal takes no "b"; see sabeam journal --help'],
    [[join(folder, "nowhere")], "nowhere cannot be read (ENOENT)"],
    [[join(folder, "empty")], "is no journal: there is no file in it like 0000000001.segment"],
    [[join(folder, "empty/notes.txt")], "is no journal"],
  ];
  for (const [words, says] of wrong) {
    const { code, out, err } = await typed(["journal", ...words]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(says);
  }
});
