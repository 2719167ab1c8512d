/**
 * Goal: signals of a pair keep their order whatever they are and however they are addressed, a kill
 * is seen as `killed` from wherever it comes, and no race of signals leaves an actor stuck.
 */
import { describe, expect, test } from "vitest";
import { ended, quiet, until, useSystem } from "../actors/support/systems.ts";
import type { ProcessRef, Step } from "./fixtures/processes.mjs";
import { hears, PLACES, Process, pair, processes, settled } from "./support/places.ts";

const ROUNDS = 1000;
const CHAINS = Array.from({ length: 10 }, (_, index) => index + 1);
const KILLED = { type: "killed" } as const;
const crash = (cause: string) => ({ type: "crash", cause }) as const;

const running = useSystem({ threads: 1 });
let names = 0;

describe.each(PLACES)("from thread %i to thread %i", (from, to) => {
  const two = (options = {}) => pair(running.system, [from, to], options);

  test(`${ROUNDS} rounds: what was sent before an exit comes before it`, async () => {
    const { system } = running;
    const [one, other] = await two({ traps: true });
    const rounds: Step[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [before, after] = [`before ${round}`, `after ${round}`];
      rounds.push(["send", other, before], ["exit", other, crash(`${round}`)]);
      rounds.push(["send", other, after]);
    }
    for (let at = 0; at < rounds.length; at += 300) await one.call.run(rounds.slice(at, at + 300));
    await settled(one, other);
    const expected = Array.from({ length: ROUNDS }, (_, round) => [
      `before ${round}`,
      { exit: crash(`${round}`), from: String(one) },
      `after ${round}`,
    ]);
    expect(await other.call.heard()).toEqual(expected.flat());
    await quiet(system);
  });

  test("who dies of an exit has handled nothing that was sent after it", async () => {
    const { system } = running;
    const [one, boss] = await two();
    for (let round = 0; round < 20; round += 1) {
      const victim = await system.spawn(Process, [{ boss }], { thread: to });
      await boss.call.forget();
      await one.call.run([
        ["send", victim, 0],
        ["send", victim, 1],
        ["exit", victim, crash("now")],
        ["send", victim, 2],
        ["send", victim, 3],
      ]);
      await ended(victim);
      const heard = await boss.call.heard();
      expect(heard.at(-1)).toEqual({ ended: crash("now") });
      expect([0, 1].slice(0, heard.length - 1)).toEqual(heard.slice(0, -1));
    }
    const { deadLettered } = await quiet(system);
    expect(deadLettered).toBeGreaterThanOrEqual(40);
  });

  test("the order holds when ref, name and alias are mixed", async () => {
    const { system } = running;
    const name = `mixed ${(names += 1)}`;
    const [one] = await two();
    const other = await system.spawn(Process, [{ traps: true }], { thread: to, name });
    const alias = await one.call.alias(other);
    const steps: Step[] = [];
    for (let round = 0; round < 100; round += 1) {
      steps.push(["send", other, `ref ${round}`], ["sendNamed", name, `name ${round}`]);
      steps.push(["send", alias, `alias ${round}`], ["exit", other, crash(`${round}`)]);
    }
    await one.call.run(steps);
    await settled(one, other);
    const expected = Array.from({ length: 100 }, (_, round) => [
      `ref ${round}`,
      `name ${round}`,
      `alias ${round}`,
      { exit: crash(`${round}`), from: String(one) },
    ]);
    expect(await other.call.heard()).toEqual(expected.flat());
    await quiet(system);
  });

  /** p0 ─ p1 ─ … ─ pn, each linked to the next; the last one traps exits. */
  const chain = async (length: number): Promise<ProcessRef[]> => {
    const { system } = running;
    const places = Array.from({ length }, (_, index) => (index % 2 === 0 ? from : to));
    const members = await processes(system, places);
    members.push(await system.spawn(Process, [{ traps: true }], { thread: from }));
    for (const [index, member] of members.slice(1).entries()) {
      await members[index]?.call.run([["link", member]]);
    }
    return members;
  };
  const endsOf = async (members: ProcessRef[], act: (first: ProcessRef) => unknown) => {
    const [first, last] = [members[0], members.at(-1)];
    if (first === undefined || last === undefined) throw new Error("a chain has two ends");
    await settled(first, last);
    const reasons = members.slice(0, -1).map((member) => running.system.whenDown(member));
    await settled(first, last);
    await act(first);
    const all = await Promise.all(reasons);
    return { all, heard: await hears(last, 1), neighbour: members.at(-2) };
  };

  test.each(CHAINS)("a kill is seen as killed at the end of %i links", async (length) => {
    const { system } = running;
    const { all, heard, neighbour } = await endsOf(await chain(length), (first) =>
      system.exit(first, "kill"),
    );
    expect(all).toEqual(all.map(() => KILLED));
    expect(heard).toEqual([{ exit: KILLED, from: String(neighbour) }]);
    await quiet(system);
  });

  test("a kill of oneself is seen as killed, too", async () => {
    const { system } = running;
    const { all, heard, neighbour } = await endsOf(await chain(3), (first) =>
      first.cast.run([["exitSelf", "kill"]]),
    );
    expect(all).toEqual(all.map(() => KILLED));
    expect(heard).toEqual([{ exit: KILLED, from: String(neighbour) }]);
    await quiet(system);
  });

  test("to end with the reason killed is no kill: who traps exits lives on", async () => {
    const { system } = running;
    const [one, other] = await two();
    const trapping = await system.spawn(Process, [{ traps: true }], { thread: to });
    await one.call.run([
      ["link", trapping],
      ["link", other],
    ]);
    await settled(one, other);
    one.cast.run([["stop", KILLED]]);
    await ended(other);
    expect(await hears(trapping, 1)).toEqual([{ exit: KILLED, from: String(one) }]);
    await quiet(system);
  });

  test("what unlink has cut stays cut, though the exit may be on its way", async () => {
    const { system } = running;
    const watcher = await system.spawn(Process, [], { thread: from });
    for (let round = 0; round < 40; round += 1) {
      const other = await system.spawn(Process, [], { thread: to });
      await watcher.call.run([["link", other]]);
      await watcher.call.run([
        ["unlink", other],
        ["exit", other, crash("cut")],
      ]);
      await ended(other);
    }
    expect(await watcher.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("unlink takes no exit back that waits in the mailbox already", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    await watcher.call.run([
      ["trap", true],
      ["link", other],
    ]);
    await settled(watcher, other);
    await system.suspend(watcher);
    watcher.cast.run([["unlink", other]]);
    await until("it waits", async () => (await system.statistics(watcher)).queued === 1);
    system.exit(other, crash("behind it"));
    await until("so does the exit", async () => (await system.statistics(watcher)).queued === 2);
    await system.resume(watcher);
    expect(await hears(watcher, 1)).toEqual([{ exit: crash("behind it"), from: String(other) }]);
    await quiet(system);
  });

  test("unlink against exit: who gets to the end of unlink lives", async () => {
    const { system } = running;
    for (let round = 0; round < 40; round += 1) {
      const [watcher, other] = await two();
      await watcher.call.run([["link", other]]);
      await settled(watcher, other);
      if (round % 2 === 0) system.exit(other, crash("race"));
      const unlinked = watcher.call.run([["unlink", other]]).then(
        () => true,
        () => false,
      );
      if (round % 2 === 1) system.exit(other, crash("race"));
      await ended(other);
      if (await unlinked) expect(await watcher.call.me()).toBe(watcher);
      else await ended(watcher);
      system.exit(watcher, "kill");
    }
    await quiet(system);
  });

  test("a down never overtakes what the dying one has sent", async () => {
    const { system } = running;
    const [watcher] = await two();
    const ways: Step[] = [["stop"], ["crash", "x"], ["exitSelf", "kill"]];
    for (let round = 0; round < 30; round += 1) {
      const other = await system.spawn(Process, [], { thread: to });
      await watcher.call.forget();
      await watcher.call.run([["monitor", other]]);
      const way = ways[round % ways.length];
      other.cast.run([["send", watcher, 1], ["send", watcher, 2], way] as Step[]);
      expect(await hears(watcher, 3)).toEqual([
        1,
        2,
        expect.objectContaining({ ref: String(other) }),
      ]);
    }
    await quiet(system);
  });

  test("monitor and exit keep their order, by ref and by name", async () => {
    const { system } = running;
    const [one] = await two();
    for (const first of ["monitor", "exit"] as const) {
      for (const by of ["ref", "name"] as const) {
        const name = `order ${(names += 1)}`;
        const other = await system.spawn(Process, [], { thread: to, name });
        const monitor: Step = ["monitor", by === "ref" ? other : name];
        const exit: Step = ["exit", other, "shutdown"];
        await one.call.forget();
        await one.call.run(first === "monitor" ? [monitor, exit] : [exit, monitor]);
        await hears(one, 1);
        const reason = { type: first === "monitor" ? "shutdown" : "noproc" };
        const watched = by === "ref" ? { name: undefined, ref: String(other) } : { name };
        expect(await one.call.heard()).toEqual([expect.objectContaining({ down: reason })]);
        expect(await one.call.heard()).toEqual([expect.objectContaining(watched)]);
      }
    }
    await quiet(system);
  });

  test("monitor and demonitor from many at once leave nobody stuck", async () => {
    const { system } = running;
    const target = await system.spawn(Process, [], { thread: to });
    const hammers = await processes(system, [0, 1, 0, 1]);
    const blows = hammers.map((hammer) => hammer.call.hammer(target, 500));
    for (let number = 0; number < 300; number += 1) target.cast.note(number);
    await Promise.all(blows);
    expect(await target.call.heard()).toEqual(Array.from({ length: 300 }, (_, number) => number));
    system.exit(target, "shutdown");
    await ended(target);
    for (const hammer of hammers) expect(await hammer.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("signals of many senders all arrive, each sender's in its order", async () => {
    const { system } = running;
    const target = await system.spawn(Process, [{ traps: true }], { thread: to });
    const senders = await processes(system, [0, 1, from, to, from, to]);
    const exits = Array.from({ length: 100 }, (_, n): Step => ["exit", target, crash(`${n}`)]);
    await Promise.all(senders.map((sender) => sender.call.run(exits)));
    await Promise.all(senders.map((sender) => settled(sender, target)));
    const heard = (await target.call.heard()) as { exit: { cause: string }; from: string }[];
    for (const sender of senders) {
      const causes = heard
        .filter((one) => one.from === String(sender))
        .map(({ exit }) => exit.cause);
      expect(causes).toEqual(exits.map((_, number) => `${number}`));
    }
    expect(heard).toHaveLength(600);
    await quiet(system);
  });

  test("a signal in the middle of a sync turn acts at the end of the turn", async () => {
    const { system } = running;
    const [one, other] = await two();
    const down = system.whenDown(other);
    const turn = other.call.run([
      ["spin", 30],
      ["note", "to the end"],
      ["send", one, "told"],
    ]);
    await one.call.run([["exit", other, "shutdown"]]);
    expect(await down).toEqual({ type: "shutdown" });
    await turn.catch(() => {});
    expect([[], ["told"]]).toContainEqual(await one.call.heard());
    await quiet(system);
  });

  test("a full mailbox keeps no signal out", async () => {
    const { system } = running;
    const [one] = await two();
    const other = await system.spawn(Process, [{ traps: true }], {
      thread: to,
      mailbox: { max: 1 },
    });
    await system.suspend(other);
    const full: Step[] = Array.from({ length: 5 }, (_, n) => ["send", other, n]);
    const exits: Step[] = [
      ["exit", other, crash("a")],
      ["exit", other, crash("b")],
    ];
    await one.call.run([...full, ...exits]);
    await until("three wait", async () => (await system.statistics(other)).queued === 3);
    await system.resume(other);
    expect(await hears(other, 3)).toEqual([
      0,
      { exit: crash("a"), from: String(one) },
      { exit: crash("b"), from: String(one) },
    ]);
    await quiet(system);
  });

  test("a lane that is full keeps no signal out", async () => {
    const { system } = running;
    const [one, other] = await two();
    const down = system.whenDown(other);
    other.cast.run([["spin", 50]]);
    await one.call.run([
      // Down to the last few bytes.
      ["flood", other, 24, 1_000_000],
      ["flood", other, 600, 2000],
      ["flood", other, 200, 100],
      ["flood", other, 200, 1],
      ["exit", other, "shutdown"],
      ["monitor", other],
    ]);
    expect(await down).toEqual({ type: "shutdown" });
    expect(await hears(one, 1)).toMatchObject([{ ref: String(other), down: { type: "noproc" } }]);
    await quiet(system);
  });
});
