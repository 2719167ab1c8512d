/** Goal: what exactly a barrier does, step by step. REWRITE=1 writes it; read the difference. */

import { test } from "vitest";
import { protocolTranscript } from "../../../dist/actors/testkit/index.js";
import { barrier } from "../../../dist/protocols/barrier/index.js";

const members = ["home", "a", "b", "c"];

test.each([
  ["cyclic", "arrivals before home, lost, repeated and late; a time-out; a reset"],
  ["phaser", "parties that come and go, and some that only watch"],
  ["double", "all enter before one leaves: what has gone wrong elsewhere"],
  ["deaths", "parties die, and home does"],
])("%s: %s", async (name) => {
  const file = new URL(`testdata/${name}.txt`, import.meta.url);
  await protocolTranscript(file, barrier, { members });
});

test("durable: home dies at any write, and what was told stays true", async () => {
  const file = new URL("testdata/durable.txt", import.meta.url);
  await protocolTranscript(file, barrier, { members, durable: true });
});
