/** Goal: a transcript shows all that a core does, and what is wrong in it is told. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { protocolTranscript } from "../../actors/testkit/index.ts";
import { type Flaw, toy } from "./toy.ts";

const options = { members: ["home", "a"], durable: true };

test("a request that is lost and asked again, and a home that dies", async () => {
  await protocolTranscript(new URL("testdata/toy.txt", import.meta.url), toy(), options);
});

/** Runs a transcript that was written down here. */
async function run(text: string, flaw?: Flaw): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sabeam-transcript-"));
  try {
    const file = join(folder, "toy.txt");
    writeFileSync(file, text);
    await protocolTranscript(file, toy(flaw), { ...options, rewrite: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("effects that differ are shown as a difference", async () => {
  const text = "start home most=9\n----\n\ncommand home r1 add by=2\n----\nnothing\n";
  await expect(run(text)).rejects.toThrow(/- nothing\n.*\+ persist 1: /s);
});

test.each([
  ["start home most=9\n----\n\ncommand home r1 add by=1\n----\n", /seq counts up/],
  ["start nobody\n----\n", /there is no member "nobody"; its members are home, a/],
  ["deliver a→home\n----\n", /nothing like that is in flight/],
  ["down home a\n----\n", /home cannot hear that a has died/],
  ["start a\n----\n\ntimer a retry\n----\n", /a has no timer retry; there is none/],
  ["timer a retry\n----\n", /a is absent; start it first/],
  ["sleep 5\n----\n", /there is no sleep; it is one of start, /],
])("what cannot be is told: %j", async (text, what) => {
  await expect(run(text, "skips a number")).rejects.toThrow(what);
});
