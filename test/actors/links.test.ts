/**
 * Goal: two linked actors end together, wherever they live; both ends agree on whether there is a
 * link, also while both change it; nothing of it is left behind.
 */
import { describe, expect, test } from "vitest";
import type { Ref, System } from "../../dist/actors/index.js";
import type { PeerOptions, PeerProtocol } from "./fixtures/bonded.mjs";
import { fixture } from "./support/native.ts";
import { ended, PLACES, quiet, until, useSystem } from "./support/systems.ts";

const { Peer } = await fixture<typeof import("./fixtures/bonded.mjs")>("bonded");
const { Fatal } = await fixture<typeof import("./fixtures/fatal.mjs")>("fatal");

type Peers = Ref<PeerProtocol>;

describe.each(PLACES)("one on thread %i, two on thread %i", (here, there) => {
  const running = useSystem({ threads: 1 });
  const one = (options: PeerOptions = {}): Promise<Peers> =>
    running.system.spawn(Peer, [options], { thread: here });
  const two = (options: PeerOptions = {}): Promise<Peers> =>
    running.system.spawn(Peer, [options], { thread: there });
  const linked = async (options: PeerOptions = {}): Promise<[Peers, Peers, System]> => {
    const [left, right] = [await one(options), await two()];
    await left.call.link(right);
    // A question behind the link, on the same way.
    await settled(left, right);
    return [left, right, running.system];
  };
  /** What `from` has sent to `to` has arrived, and what came back of it too. */
  const settled = async (from: Peers, to: Peers): Promise<void> => {
    const child = await to.call.spawn({});
    child.cast.stop();
    await from.call.whenDown(child);
  };

  test("the end of one is the end of the other, for its reason, both ways", async () => {
    for (const first of [0, 1]) {
      const pair = await linked();
      const [dies, follows] = first === 0 ? [pair[0], pair[1]] : [pair[1], pair[0]];
      const down = running.system.whenDown(follows);
      dies.cast.stop({ type: "crash", cause: "together" });
      expect(await down).toEqual({ type: "crash", cause: "together" });
    }
    await quiet(running.system);
  });

  test("a normal end is none of the other's business", async () => {
    const [left, right, system] = await linked();
    await left.call.stop("normal");
    await ended(left);
    expect(await right.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("who traps exits is told instead, also of a normal end and of a crash", async () => {
    for (const [reason, told] of [
      ["normal", { type: "normal" }],
      [
        { type: "crash", cause: "bang" },
        { type: "crash", cause: "bang" },
      ],
    ] as const) {
      const [left, right, system] = await linked({ traps: true });
      right.cast.stop(reason);
      await ended(right);
      await until("told", async () => (await left.call.heard()).length > 0);
      expect(await left.call.heard()).toEqual([{ exit: told, from: right }]);
      await quiet(system);
    }
  });

  test("killed, and not kill, is what the linked hear", async () => {
    const [left, right, system] = await linked({ traps: true });
    system.exit(right, "kill");
    await until("told", async () => (await left.call.heard()).length > 0);
    expect(await left.call.heard()).toEqual([{ exit: { type: "killed" }, from: right }]);
    await quiet(system);
  });

  test("there is one link per pair, however often it is made", async () => {
    const [left, right, system] = await linked({ traps: true });
    await left.call.link(right);
    await right.call.link(left);
    await settled(right, left);
    right.cast.stop("shutdown");
    await ended(right);
    await until("told", async () => (await left.call.heard()).length > 0);
    expect(await left.call.heard()).toHaveLength(1);
    await quiet(system);
  });

  test("after unlink nothing is heard, whoever of the two has said it", async () => {
    for (const by of [0, 1]) {
      const pair = await linked({ traps: true });
      const [left, right, system] = pair;
      await (by === 0 ? left.call.unlink(right) : right.call.unlink(left));
      await settled(by === 0 ? left : right, by === 0 ? right : left);
      right.cast.stop("shutdown");
      await ended(right);
      expect(await left.call.heard()).toEqual([]);
      await quiet(system);
    }
  });

  test("an exit in the lane when unlink returns is dropped", async () => {
    const [left, right, system] = await linked({ traps: true });
    // Main waits, so that the exit lies in the lane and nowhere else.
    if (here !== 0 || there !== 1) return;
    right.cast.wait(20);
    right.cast.stop("shutdown");
    await new Promise(setImmediate);
    await left.call.waitThenUnlink(right, 80);
    await ended(right);
    await settled(left, await two());
    expect(await left.call.heard()).toEqual([]);
    await quiet(system);
  });

  /** If one end held a link that the other does not, this one would not be made. */
  const linksAgain = async (by: Peers, other: Peers): Promise<void> => {
    await by.call.link(other);
    await settled(by, other);
    const before = (await by.call.heard()).length;
    other.cast.stop({ type: "crash", cause: "agreed" });
    await until("told", async () => (await by.call.heard()).length > before);
    expect((await by.call.heard()).slice(before)).toHaveLength(1);
  };

  test("after an unlink, a new link holds, whoever has said which", async () => {
    for (const [unlinks, links] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const pair = await linked({ traps: true });
      await pair[1].call.trap(true);
      await pair[unlinks].call.unlink(pair[1 - unlinks] as Peers);
      await settled(pair[unlinks], pair[1 - unlinks] as Peers);
      await linksAgain(pair[links], pair[1 - links] as Peers);
    }
    await quiet(running.system);
  });

  test("a link that comes while the other unlinks is void, at both ends", async () => {
    const [left, right, system] = await linked({ traps: true });
    if (here !== 0 || there !== 1) return;
    right.cast.wait(20);
    right.cast.relink(left);
    await new Promise(setImmediate);
    await left.call.waitThenUnlink(right, 80);
    await settled(left, right);
    await settled(right, left);
    await linksAgain(left, right);
    await quiet(system);
  });

  test("unlink and link at once, by both: in the end both agree", async () => {
    const { system } = running;
    for (let round = 0; round < 20; round += 1) {
      const [left, right] = await linked({ traps: true });
      await right.call.trap(true);
      await Promise.all([
        left.call.relink(right),
        right.call.unlink(left),
        left.call.relink(right),
        right.call.relink(left),
        left.call.unlink(right),
        round % 2 === 0 ? left.call.link(right) : right.call.relink(left),
      ]);
      await Promise.all([settled(left, right), settled(right, left)]);
      await (round % 3 === 0 ? linksAgain(right, left) : linksAgain(left, right));
    }
    await quiet(system);
  });

  test("to the dead: the signal noproc", async () => {
    const { system } = running;
    const [left, right] = [await one({ traps: true }), await two()];
    await right.call.stop();
    await ended(right);
    await left.call.link(right);
    await until("told", async () => (await left.call.heard()).length > 0);
    expect(await left.call.heard()).toEqual([{ exit: { type: "noproc" }, from: right }]);
    const mortal = await one();
    const down = system.whenDown(mortal);
    mortal.cast.link(right);
    expect(await down).toEqual({ type: "noproc" });
    await quiet(system);
  });

  test("to itself: nothing", async () => {
    const { system } = running;
    const left = await one();
    await left.call.link(left);
    await left.call.stop("shutdown");
    await ended(left);
    await quiet(system);
  });

  test("a chain of fifty falls with its first, a ring too", async () => {
    const { system } = running;
    for (const isRing of [false, true]) {
      const chain: Peers[] = [];
      for (let index = 0; index < 50; index += 1) {
        chain.push(await (index % 2 === 0 ? one() : two()));
      }
      for (const [index, peer] of chain.entries()) {
        const next = chain[index + 1] ?? (isRing ? chain[0] : undefined);
        if (next !== undefined) await peer.call.link(next);
      }
      const downs = chain.map((peer) => system.whenDown(peer));
      const cause = { type: "crash", cause: "first" } as const;
      chain[0]?.cast.stop(cause);
      for (const down of downs) expect(await down).toEqual(cause);
    }
    await quiet(system);
  });

  test("spawn with link: from before init on, and what init throws comes once", async () => {
    const { system } = running;
    const parent = await one({ traps: true });
    const child = await parent.call.spawn({}, { link: true, thread: there });
    child.cast.stop({ type: "crash", cause: "at once" });
    await until("told", async () => (await parent.call.heard()).length > 0);
    expect(await parent.call.heard()).toEqual([
      { exit: { type: "crash", cause: "at once" }, from: child },
    ]);
    const failing = { fails: "stillborn" };
    expect(await parent.call.spawnFailing(failing, { link: true, thread: there })).toBe(
      "stillborn",
    );
    await settled(parent, await two());
    expect(await parent.call.heard()).toHaveLength(1);
    // The parent's end is the child's, and also of one that traps: its parent has said so.
    for (const traps of [false, true]) {
      const boss = await one();
      const born = await boss.call.spawn({ traps }, { link: true, thread: there });
      const down = system.whenDown(born);
      boss.cast.stop("shutdown");
      expect(await down).toEqual({ type: "shutdown" });
    }
    await quiet(system);
  });

  test("a linked spawn that does not get its name comes as no exit", async () => {
    const { system } = running;
    const name = `taken ${here}${there}`;
    await system.spawn(Peer, [], { thread: there, name });
    const parent = await one({ traps: true });
    const options = { link: true, name, thread: there };
    expect(await parent.call.spawnFailing({}, options)).toContain("belongs to");
    await settled(parent, await two());
    expect(await parent.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("a linked child that is ended before it has its name comes as no exit", async () => {
    const { system } = running;
    for (let round = 0; round < 20; round += 1) {
      const parent = await one({ traps: true });
      const name = `early ${here}${there} ${round}`;
      const tried = parent.call.spawnFailing({}, { link: true, name, thread: there });
      // The table shows the name before its thread has heard that it is its own.
      const find = (): Peers | undefined => {
        try {
          return system.whereis(Peer, name);
        } catch (error) {
          // So many looks also meet the keeper in the middle of writing.
          if ((error as { code?: string }).code === "ERR_SYSTEM_FAILED") return undefined;
          throw error;
        }
      };
      for (let look = 0; look < 2000 && find() === undefined; look += 1) {
        await new Promise(setImmediate);
      }
      const child = find();
      if (child !== undefined) system.exit(child, { type: "crash", cause: "early" });
      const said = await tried;
      // Sometimes it was born by then, and its end is an exit as any other.
      if (said !== "born") expect(await parent.call.heard()).toEqual([]);
    }
    await quiet(system);
  });

  test("a trapping child ends at its parent's word behind what was sent before", async () => {
    const { system } = running;
    const boss = await one();
    const witness = await one();
    const child = await boss.call.spawn({ traps: true, boss: witness }, { thread: there });
    for (let number = 0; number < 20; number += 1) child.cast.note(number);
    const heard = child.call.heard();
    const down = system.whenDown(child);
    await settled(witness, child);
    await boss.call.exit(child, "shutdown");
    expect(await heard).toHaveLength(20);
    expect(await down).toEqual({ type: "shutdown" });
    await until("told", async () => (await witness.call.heard()).length > 0);
    expect(await witness.call.heard()).toEqual(["terminate shutdown"]);
    await quiet(system);
  });

  test("an actor knows its parent and its ancestors", async () => {
    const { system } = running;
    const top = await system.spawn(Peer, [], { thread: here, name: `top ${here}${there}` });
    expect(await top.call.family()).toEqual({ parent: undefined, ancestors: [] });
    const child = await top.call.spawn({}, { thread: there });
    const grandchild = await child.call.spawn({}, { thread: here });
    expect(await grandchild.call.family()).toEqual({
      parent: child,
      ancestors: [child.toString(), `top ${here}${there}`],
    });
    await quiet(system);
  });
});

describe("wrong use", () => {
  const running = useSystem({ threads: 0 });

  test.each(["link", "unlink", "watch"] as const)(
    "%s with garbage ends nobody else",
    async (what) => {
      const { system } = running;
      for (const garbage of [undefined, 5, {}]) {
        const one = await system.spawn(Peer);
        const failed = await one.call[what](garbage as never).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(failed).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
      }
    },
  );
});

describe("the death of a thread", () => {
  const running = useSystem({ threads: 2 });

  test("the numbers of its monitors begin anew, and nobody mistakes one for another", async () => {
    const { system } = running;
    const [first, second] = [
      await system.spawn(Peer, [], { thread: 0 }),
      await system.spawn(Peer, [], { thread: 0 }),
    ];
    const lost = await system.spawn(Peer, [], { thread: 1 });
    const down = system.whenDown(lost);
    const ids = [await lost.call.watch(first), await lost.call.watch(first)];
    const fatal = await system.spawn(Fatal, [], { thread: 1 });
    fatal.cast.exitAfter(0);
    expect(await down).toMatchObject({ type: "lost" });
    await until("replaced", () => system.threads[1]?.running === true);
    const heir = await system.spawn(Peer, [], { thread: 1 });
    expect([await heir.call.watch(second), await heir.call.watch(second)]).toEqual(ids);
    first.cast.stop();
    await ended(first);
    await system.spawn(Peer, [], { thread: 1 });
    expect(await heir.call.heard()).toEqual([]);
  });

  test("is the exit lost of the linked, and the down lost of who watches", async () => {
    const { system } = running;
    const keeper = await system.spawn(Peer, [{ traps: true }], { thread: 0 });
    const mortal = await system.spawn(Peer, [], { thread: 0 });
    const victim = await system.spawn(Peer, [], { thread: 1 });
    const other = await system.spawn(Peer, [], { thread: 2 });
    await keeper.call.link(victim);
    await mortal.call.link(victim);
    await keeper.call.watch(victim, "t");
    await other.call.link(victim);
    // What watches from there is forgotten here.
    await victim.call.watch(keeper);
    const downs = [mortal, other, victim].map((ref) => system.whenDown(ref));
    victim.cast.stop("shutdown");
    await Promise.all(downs);
    const again = await system.spawn(Peer, [], { thread: 1 });
    await keeper.call.link(again);
    await keeper.call.watch(again, "t");
    const lost = system.whenDown(again);
    const fatal = await system.spawn(Fatal, [], { thread: 1 });
    fatal.cast.exitAfter(0);
    const reason = await lost;
    expect(reason).toMatchObject({ type: "lost" });
    await until("told", async () => (await keeper.call.heard()).length >= 4);
    const heard = (await keeper.call.heard()).slice(-2);
    expect(heard).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ exit: expect.objectContaining({ type: "lost" }), from: again }),
        expect.objectContaining({ down: expect.objectContaining({ type: "lost" }), ref: again }),
      ]),
    );
  });
});
