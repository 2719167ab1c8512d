/**
 * Goal: many calls under one deadline are received in the order in which they are answered, each
 * once, and no target can make the collection hang or fail as a whole.
 */
import { describe, expect, test } from "vitest";
import type { CallTimeout, Received, Ref } from "../../dist/actors/index.js";
import type { GateProtocol } from "./fixtures/basic.mjs";
import { basic, sabeam } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad, Waiter } = basic;

const came = (gate: Ref<GateProtocol>, count: number): Promise<void> =>
  until(`${count} came`, async () => (await gate.call.came()) === count);

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("what is answered first is received first", async () => {
    const { system } = running;
    const [slow, quick, gate] = [
      await system.spawn(Waiter),
      await system.spawn(Notepad),
      await system.spawn(Gate),
    ];
    const requests = new sabeam.Requests<string>({ timeout: 10_000 });
    requests.add("slow", slow, (call) => call.wait(gate, 1));
    await came(gate, 1);
    requests.add("quick", quick, (call) => call.echo(2));
    expect(requests.size).toBe(2);
    expect(await requests.next()).toEqual({ label: "quick", ok: true, value: 2 });
    await gate.call.open();
    expect(await requests.next()).toEqual({ label: "slow", ok: true, value: 1 });
    expect(requests.size).toBe(0);
    expect(await requests.next()).toBeUndefined();
    await quiet(system);
  });

  test("one deadline for all; what fails is received as a failure", async () => {
    const { system } = running;
    const [stuck, dead, doomed, gate] = [
      await system.spawn(Waiter),
      await system.spawn(Notepad),
      await system.spawn(Notepad),
      await system.spawn(Gate),
    ];
    await dead.call.stop();
    await ended(dead);
    const requests = new sabeam.Requests<string>({ timeout: 500 });
    requests.add("stuck", stuck, (call) => call.wait(gate));
    await came(gate, 1);
    await new Promise((resolve) => setTimeout(resolve, 40));
    requests.add("later", await system.spawn(Waiter), (call) => call.wait(gate));
    requests.add("dead", dead, (call) => call.size());
    requests.add("crash", doomed, (call) => call.crash("on purpose"));
    requests.add("throws", doomed, () => {
      throw new Error("in send");
    });
    const received: Received<string, unknown>[] = [];
    for await (const one of requests) received.push(one);
    // It had what was left of the common time.
    const later = received.find(({ label }) => label === "later");
    const { timeoutMs } = (later as { error: CallTimeout }).error;
    expect(timeoutMs).toBeLessThanOrEqual(470);
    const others = received.filter((one) => one !== later);
    const names = others.map(({ label, ...end }) => [
      label,
      end.ok ? "ok" : (end.error as Error).name,
    ]);
    expect(names.toSorted()).toEqual([
      ["crash", "Error"],
      ["dead", "ActorDown"],
      ["stuck", "CallTimeout"],
      ["throws", "Error"],
    ]);
    await gate.call.open();
    await quiet(system);
  });

  test("an AbortSignal gives up all that are open", async () => {
    const { system } = running;
    const [stuck, gate] = [await system.spawn(Waiter), await system.spawn(Gate)];
    const abort = new AbortController();
    const requests = new sabeam.Requests<number>({ signal: abort.signal });
    for (const label of [1, 2]) requests.add(label, stuck, (call) => call.wait(gate));
    await came(gate, 1);
    abort.abort();
    for (const label of [1, 2]) {
      expect(await requests.next()).toMatchObject({ label, ok: false, error: { name: "Aborted" } });
    }
    await gate.call.open();
    await quiet(system);
  });

  test("multiCall calls nobody if it cannot call all", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const note = (refs: (typeof notepad)[]): Promise<unknown> =>
      errorOf(sabeam.multiCall(refs, (call) => call.note("called")));
    const many = Array.from({ length: 65_537 }, () => notepad);
    expect(await note(many)).toMatchObject({ code: "ERR_REQUESTS_FULL" });
    expect(await note([notepad, "no ref" as never])).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(await notepad.call.size()).toBe(0);
    await quiet(system);
  });

  test("multiCall tells who answered and who did not", async () => {
    const { system } = running;
    const refs = await Promise.all([1, 2, 3].map(() => system.spawn(Notepad)));
    const [one, two, three] = refs as [(typeof refs)[0], (typeof refs)[0], (typeof refs)[0]];
    await two.call.stop();
    await ended(two);
    await three.call.note("x");
    const { replies, failures } = await sabeam.multiCall(refs, (call) => call.size());
    expect(new Map(replies.map(({ ref, value }) => [ref, value]))).toEqual(
      new Map([
        [one, 0],
        [three, 1],
      ]),
    );
    expect(failures).toEqual([{ ref: two, error: expect.any(sabeam.ActorDown) }]);
    expect(await sabeam.multiCall([], () => Promise.resolve(1))).toEqual({
      replies: [],
      failures: [],
    });
    await quiet(system);
  });

  test("it is bounded, and wrong options are refused at once", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const requests = new sabeam.Requests();
    for (let index = 0; index < 65_536; index += 1) {
      requests.add(index, notepad, () => Promise.resolve(1));
    }
    const oneMore = (): void => requests.add(0, notepad, (call) => call.size());
    expect(oneMore).toThrow(sabeam.RequestsFull);
    await requests.next();
    oneMore();
    expect(requests.size).toBe(65_536);
    expect(() => new sabeam.Requests({ timeout: 0 })).toThrow(sabeam.InvalidOptions);
    expect(() => new sabeam.Requests({ signal: 1 as never })).toThrow(sabeam.InvalidOptions);
    expect(() => new sabeam.Requests({ more: 1 } as never)).toThrow(sabeam.InvalidOptions);
    const noRef = (): void => requests.add(0, {} as never, () => Promise.resolve(1));
    for await (const _ of requests) if (requests.size === 0) break;
    expect(noRef).toThrow(sabeam.InvalidOptions);
    await quiet(system);
  });
});
