/** Goal: each step of a ballot is what it was; read a difference as a change of behaviour. */

import { test } from "vitest";
import { protocolTranscript } from "../../../dist/actors/testkit/index.js";
import { ballot } from "../../../dist/protocols/ballot/ballot.js";

const at = (name: string): URL => new URL(`testdata/${name}.txt`, import.meta.url);

test("a volatile ballot of three, one of whom never comes", async () => {
  await protocolTranscript(at("volatile"), ballot, { members: ["home", "a", "b", "c", "z"] });
});

test("a durable ballot whose home dies before and after it has decided", async () => {
  const members = ["home", "a", "b"];
  await protocolTranscript(at("durable"), ballot, { members, durable: true });
});

test("votes that are revised, by the member and by a client at home", async () => {
  await protocolTranscript(at("revisable"), ballot, { members: ["home", "a"] });
});

test("a member that knows of its vote and not of the ballot, when home dies", async () => {
  const options = { members: ["home", "a"], durable: true };
  await protocolTranscript(at("unheard"), ballot, options);
});
