/**
 * Goal: who does not come to an end is named by `stop`: the actor, its handler, how long it has
 * been at it, and what to do. Who ends is not.
 */
import { expect, test } from "vitest";
import type { Turn } from "../../actors/ambient.ts";
import { DEAD, READY } from "../../actors/cell.ts";
import type { Host } from "../../actors/host.ts";
import { OpenTurns } from "../../actors/open-turns.ts";
import { Heartbeat } from "../../runtime/heartbeat.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";
import { fixture, sabeam } from "./support/native.ts";
import { keepingLog, THREADS, until } from "./support/systems.ts";

const { Late } = await fixture<typeof import("./fixtures/lates.mjs")>("lates");

/** A turn that is cut off is told of after a second. */
const LONG_MS = 1100;
const quietly = (call: Promise<unknown>): void => void call.catch(() => {});

test.concurrent.each(THREADS)(
  "threads: %i: turns and callbacks without an end",
  async (threads) => {
    const { log, lines } = keepingLog();
    const system = await sabeam.startSystem({ threads, log, stopTimeout: 50, drainTimeout: 0 });
    const spawn = (...args: [boolean?]) => system.spawn(Late, args);
    const [hangs, asks, overlaps, listens] = await Promise.all([
      spawn(),
      spawn(),
      spawn(),
      spawn(),
    ]);
    const [unwilling, fine, short] = [await spawn(false), await spawn(), await spawn()];
    hangs.cast.hang();
    // These two end: one by the failure of its call, one by its signal.
    quietly(asks.with({ timeout: 60_000 }).call.ask(hangs));
    listens.cast.listen();
    overlaps.cast.overlap();
    await fine.call.hello();
    await new Promise((resolve) => setTimeout(resolve, LONG_MS));
    short.cast.hang();
    await short.ready();
    await system.stop();
    const told = lines.filter(({ message }) => message === "these did not end in time");
    expect(told.length).toBe(1);
    const late = told[0]?.fields.late as string[];
    expect(late.map((text) => text.replace(/\d\.\d s/, "1.x s")).toSorted()).toEqual(
      [
        `${unwilling}: its terminate has not ended`,
        `${hangs} in hang for 1.x s`,
        `${overlaps} in overlap for 1.x s`,
      ].toSorted(),
    );
    expect(told[0]?.fields.advice).toContain("self.signal");
  },
);

test.concurrent("a thread that does not return: told meanwhile, and by stop", async () => {
  const { log, lines } = keepingLog();
  const system = await sabeam.startSystem({ threads: 1, log, stopTimeout: 0, warnings: true });
  const late = await system.spawn(Late);
  late.cast.loop(60_000);
  const turn = `^${late} in loop on thread 1 for \\d\\.\\d s, does not return$`;
  const meanwhile = () =>
    lines.find(({ message }) => message.startsWith("a turn has not returned"));
  await until("it is told", () => meanwhile() !== undefined);
  expect(meanwhile()?.fields.turn).toMatch(new RegExp(turn));
  await system.stop();
  const told = lines.find(({ message }) => message === "these did not end in time");
  expect(told?.fields.late).toEqual([expect.stringMatching(new RegExp(turn))]);
});

test.concurrent("code after an await is nobody's turn: the thread alone is named", async () => {
  const { log, lines } = keepingLog();
  const system = await sabeam.startSystem({ threads: 1, log, stopTimeout: 0, warnings: false });
  const late = await system.spawn(Late);
  late.cast.loopLater(60_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await system.stop();
  const told = lines.find(({ message }) => message === "these did not end in time");
  expect(told?.fields.late).toEqual([expect.stringMatching(/^thread 1 \(ControlLost: .*\)$/)]);
});

test("many are told by their number", async () => {
  const { log, lines } = keepingLog();
  const system = await sabeam.startSystem({ threads: 0, log, stopTimeout: 10 });
  for (let count = 0; count < 25; count += 1) await system.spawn(Late, [false]);
  await system.stop();
  const told = lines.find(({ message }) => message === "these did not end in time");
  const late = told?.fields.late as string[];
  expect([late.length, late.at(-1)]).toEqual([21, "and 5 more"]);
});

test("open turns: those that settle soon are never kept, and the dead are swept", () => {
  const heartbeat = new Heartbeat(new Signals(allocateSignals()), 0);
  const open = new OpenTurns({ thread: { heartbeat } } as unknown as Host);
  const turnOf = (status: number) =>
    ({ cell: { status }, ended: false, since: -1, place: -1 }) as unknown as Turn & {
      ended: boolean;
    };
  const brief = turnOf(READY);
  open.begin(brief);
  brief.ended = true;
  open.end(brief);
  open.date(5);
  expect(open.size).toBe(0);
  const kept = turnOf(READY);
  open.begin(kept);
  open.date(7);
  open.date(9);
  expect([...open.all()]).toEqual([kept]);
  expect(kept.since).toBe(7);
  for (let count = 0; count < 5000; count += 1) {
    open.begin(turnOf(DEAD));
    open.date(10);
  }
  expect(open.size).toBeLessThan(1024);
  kept.ended = true;
  open.end(kept);
  expect([...open.all()]).not.toContain(kept);
});
