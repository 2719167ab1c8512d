/**
 * Goal: a step is what a system does. Method: random messages to one actor, one after the other, in
 * steps and in a system; answers and errors, what it told others, its state and its end must be the
 * same.
 */

import { expect, test } from "vitest";
import type { OpenCall, TestKit } from "../../../dist/actors/testkit/index.js";
import { Random } from "../../../runtime/random.ts";
import { fixture, testkit } from "../support/native.ts";

const { Bank, Teller } = await fixture<typeof import("../fixtures/tellers.mjs")>("tellers");
const { stepper, stub, testKit } = testkit;

const SEEDS = 60;
const MESSAGES = 12;

type Message = readonly [handler: string, ...args: unknown[]];

/** Messages whose effects do not depend on time. */
function draw(random: Random): Message {
  const choices: readonly (() => Message)[] = [
    () => ["deposit", random.int(8) === 0 ? -1 : random.int(9)],
    () => ["deposit", random.int(12) === 0 ? Number.NaN : 1],
    () => ["round", random.int(3) === 0 ? 1.5 : 2],
    () => ["transfer", random.int(3) === 0 ? 200 : 20],
    () => ["ask", random.int(200)],
    () => ["balance"],
    () => ["copy"],
    () => ["shared"],
    () => ["audit"],
    () => ["later"],
    () => ["settle", { some: [random.int(5)] }],
    () => ["breakOff", "over"],
    () => ["twice", 3],
    () => ["lock"],
    () => ["unlock"],
    () => ["then2", "more"],
    () => ["work", random.int(5)],
    () => ["workInVain", random.int(6) > 0],
    () => ["news", "x"],
    () => ["leave", random.int(2) === 0 ? "shutdown" : new Error("enough")],
  ];
  return (choices[random.int(choices.length)] as () => Message)();
}

/** Texts without addresses, which differ. */
const nameless = (text: string | undefined): string | undefined =>
  text?.replaceAll(/Teller<.*?>/g, "Teller");

/** The same for errors that are not the same object. */
function plain(outcome: PromiseSettledResult<unknown>): unknown {
  if (outcome.status === "fulfilled") return { value: outcome.value };
  const { name, message, code } = outcome.reason as Error & { code?: string };
  return { name, code, message: nameless(message) };
}

const settled = async (promise: Promise<unknown>): Promise<unknown> =>
  plain((await Promise.allSettled([promise]))[0] as PromiseSettledResult<unknown>);

/** All that comes by itself, without a timer. */
const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Story {
  readonly outcomes: unknown[];
  /** What was told to the bank. */
  readonly told: unknown[];
  readonly state: unknown;
  readonly ended: { readonly type: string; readonly cause: string | undefined } | undefined;
}

const endOf = (reason: { type: string; cause?: string } | undefined): Story["ended"] =>
  reason && { ...reason, cause: nameless(reason.cause) };

/** Returns also which messages were answered at once, since the other run cannot know. */
async function inSteps(messages: readonly Message[]): Promise<Story & { open: boolean[] }> {
  const bank = stub(Bank, "bank");
  const step = stepper(Teller, [bank]);
  const doors = step.open as unknown as Record<string, (...args: unknown[]) => OpenCall<unknown>>;
  const calls: OpenCall<unknown>[] = [];
  const open: boolean[] = [];
  for (const [handler, ...args] of messages) {
    if (step.ended !== undefined) break;
    calls.push((doors[handler] as (...args: unknown[]) => OpenCall<unknown>)(...args));
    for (const call of step.calls) step.answer(call, (call.args[0] as number) <= 100);
    await rest();
    await step.rest().catch((error: unknown) => {
      if (step.ended === undefined) throw error;
    });
    open.push(calls.at(-1)?.open === true);
  }
  const told = step
    .effects()
    .filter((effect) => effect.type === "cast" || effect.type === "call")
    .filter(({ to }) => to === bank)
    .map(({ type, handler, args }) => ({ type, handler, args }));
  const outcomes = await Promise.all(
    calls.map((call) => (call.open ? "open" : settled(call.promise))),
  );
  const { balance, seen } = step.state as { balance: number; seen: string[] };
  const state = step.ended === undefined ? { balance, seen } : undefined;
  return { outcomes, told, state, ended: endOf(step.ended), open };
}

async function inSystem(
  kit: TestKit,
  messages: readonly Message[],
  open: readonly boolean[],
): Promise<Story> {
  const bank = await kit.probe(Bank);
  bank.answer("take", (amount) => amount <= 100);
  const teller = await kit.start(Teller, [bank.ref]);
  const doors = teller.call as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const outcomes: unknown[] = [];
  for (const [index, waits] of open.entries()) {
    const [handler = "", ...args] = messages[index] ?? [];
    const outcome = settled((doors[handler] as (...args: unknown[]) => Promise<unknown>)(...args));
    outcomes[index] = "open";
    const done = outcome.then((one) => {
      outcomes[index] = one;
    });
    if (!waits) await done;
    await rest();
  }
  const alive = await kit.system.getState<{ balance: number; seen: string[] }>(teller).then(
    ({ state: { balance, seen } }) => ({ balance, seen }),
    () => undefined,
  );
  const ended = alive === undefined ? endOf(await bank.expectDown(teller)) : undefined;
  const told = bank.received.map(({ type, handler, args }) => ({ type, handler, args }));
  return { outcomes: [...outcomes], told, state: alive, ended };
}

test("random messages have the same effects in steps and in a system", async () => {
  await using kit = testKit({ allowCrashes: true });
  const random = new Random("steps");
  const ends = new Set<string | undefined>();
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const fork = random.fork(`messages ${seed}`);
    const messages = Array.from({ length: MESSAGES }, () => draw(fork));
    const { open, ...steps } = await inSteps(messages);
    const system = await inSystem(kit, messages, open);
    await kit.reset();
    expect(system, JSON.stringify(messages)).toEqual(steps);
    ends.add(steps.ended?.type);
  }
  expect([...ends].sort()).toEqual(["crash", "shutdown", undefined]);
});
