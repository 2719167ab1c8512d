/**
 * Goal: the trace context of whoever gives a command reaches all that comes of it: the member, its
 * messages to others, their replies, the participant, timers; also what waits for the journal.
 */

import { afterEach, beforeEach, expect, test } from "vitest";
import { fixture, sabeam } from "../support/native.ts";
import { keepingLog } from "../support/systems.ts";

const { Tokens, Juror } = await fixture<typeof import("../fixtures/tokens.mjs")>("tokens");
const traces = await fixture<typeof import("../fixtures/traces.mjs")>("traces");

const trace = new URL("../fixtures/traces.mjs", import.meta.url);
let system: Awaited<ReturnType<typeof sabeam.startSystem>>;

beforeEach(async () => {
  system = await sabeam.startSystem({ threads: 1, standbys: 0, trace, log: keepingLog().log });
  traces.ran.splice(0);
});
afterEach(() => system.stop());

/**
 * Turns in a context, of main and thread 1, each as `context definition type handler`, once: on a
 * busy machine the member asks again.
 */
async function turns(): Promise<{ main: string[]; thread: string[] }> {
  const probe = await system.spawn(traces.Probe, [], { thread: 1 });
  const tracedIn = (lines: readonly string[]): string[] =>
    [...new Set(lines)].filter((line) => !/^none | timer /.test(line)).toSorted();
  const thread = tracedIn(await probe.call.ran());
  return { main: tracedIn(traces.ran.splice(0)), thread };
}

const within = <Result>(context: string, run: () => Promise<Result>): Promise<Result> =>
  traces.storage.run(context, run);

test("a command, the messages that it causes, and questions to the participant", async () => {
  const participant = await system.spawn(Juror, [], { thread: 1 });
  const home = await system.protocol(Tokens, { id: "t", config: {}, thread: 1, participant });
  const member = await system.protocol(Tokens, { id: "t", member: "a", thread: 0 });
  await within("a", () => member.next());
  await within("b", () => home.say("ask"));
  expect(await turns()).toEqual({
    main: ["a Tokens call command", "a Tokens cast message"],
    thread: [
      "a Tokens cast message",
      "b Juror call evaluate",
      "b Tokens call command",
      "b Tokens cast answered",
    ],
  });
});

test("what waits until a write is durable goes in the context in which it was wanted", async () => {
  const journal = await sabeam.openStore(system, { memory: true });
  await system.protocol(Tokens, { id: "t", config: {}, journal, thread: 1 });
  const member = await system.protocol(Tokens, { id: "t", member: "a", thread: 0 });
  await Promise.all(["a", "b"].map((context) => within(context, () => member.next())));
  const { main, thread } = await turns();
  const command = "Tokens call command";
  const given = "Tokens cast message";
  expect(main).toEqual([`a ${command}`, `a ${given}`, `b ${command}`, `b ${given}`]);
  expect(thread).toContain("a Tokens callback send");
  expect(thread).toContain("b Tokens callback send");
});
