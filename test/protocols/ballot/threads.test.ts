/** Goal: members on real threads vote, one of them dies, and clients are told what is wrong. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fixture, protocols, sabeam } from "../../actors/support/native.ts";
import { keepingLog, until } from "../../actors/support/systems.ts";

const { Agent, Waiter } =
  await fixture<typeof import("../../actors/fixtures/voters.mjs")>("voters");
const { Ballot } = protocols;
const quick = { retryMs: 10, lingerMs: 1000 };

let system: Awaited<ReturnType<typeof sabeam.startSystem>>;
/** Of the ballot: another one for each test, as are the names of its agents. */
let id = "";
let tests = 0;

function begin(threads: number): void {
  beforeAll(async () => {
    system = await sabeam.startSystem({ threads, log: keepingLog().log });
  });
  beforeEach(() => {
    tests += 1;
    id = `b${tests}`;
  });
  afterAll(async () => {
    await system.stop();
  });
}

const agent = (name: string) => system.whereis(Agent, `${id} ${name}`);

/** A ballot whose voters each have an agent, on its thread. */
async function open(agents: readonly (readonly [string, number, ...string[]])[], more = {}) {
  const members: Record<string, { participant: unknown; thread: number }> = {};
  for (const [name, thread, ...answers] of agents) {
    const participant = await system.spawn(Agent, answers, { name: `${id} ${name}`, thread });
    members[name] = { participant, thread };
  }
  const electorate = agents.map(([name]) => name);
  const config = { proposal: { rate: 0.1 }, electorate, ...quick };
  return system.protocol(Ballot, { id, config, members, ...more } as never);
}

describe("voters on two threads", () => {
  begin(2);

  test("vote, and all learn the same", async () => {
    const home = await open([
      ["a", 1, "accept"],
      ["b", 2, "accept"],
      ["c", 2, "reject"],
    ]);
    const clients = ["a", "b", "c"].map((member) =>
      sabeam.clientOf(system, Ballot, { id, member }),
    );
    const outcome = await home.outcome();
    for (const client of clients) expect(await client.outcome()).toEqual(outcome);
    expect(outcome).toMatchObject({ type: "accepted", option: "accept", closedBy: "votes" });
    expect(outcome.confidence).toEqual({ mean: 0.5, min: 0.5, max: 0.5 });
  });

  test("one of which dies while its voter thinks", async () => {
    const home = await open(
      [
        ["a", 1, "accept"],
        ["b", 1, "never"],
        ["c", 2, "never"],
      ],
      { thread: 1 },
    );
    await until("c is asked", async () => {
      const c = agent("c");
      return c !== undefined && (await c.call.asked()) === 1;
    });
    await system.terminateThread(2);
    expect(await home.status()).toMatchObject({ isOpen: true });
    await home.vote("accept", { member: "b" });
    expect(await home.outcome()).toMatchObject({
      type: "accepted",
      participation: { members: 2, electorate: 3 },
    });
    expect((await home.audit()).map(({ member }) => member)).toEqual(["a", "b"]);
  });

  test("home dies: a ballot with a journal goes on, and its outcome stays", async () => {
    const journal = await sabeam.openStore(system, { memory: true });
    const home = await open(
      [
        ["a", 1, "accept"],
        ["b", 1, "never"],
      ],
      { thread: 2, journal },
    );
    await until("a's vote is kept", async () => (await home.status()).voted.includes("a"));
    await system.terminateThread(2);
    expect((await home.status()).voted).toEqual(["a"]);
    expect(await home.vote("reject", { member: "b" })).toMatchObject({ type: "recorded" });
    const outcome = await home.outcome();
    expect(outcome.type).toBe("rejected");
    await system.terminateThread(2);
    expect(await home.close()).toEqual(outcome);
  });

  test("home dies: without a journal whoever waits is told", async () => {
    const home = await open([["a", 1, "never"]], { thread: 2 });
    const voter = sabeam.clientOf(system, Ballot, { id, member: "a" });
    const waits = Promise.allSettled([home.outcome(), voter.outcome()]);
    await until("a is asked", async () => {
      const a = agent("a");
      return a !== undefined && (await a.call.asked()) === 1;
    });
    await system.terminateThread(2);
    const [atHome, atVoter] = await waits;
    expect(atHome).toMatchObject({ reason: { code: "ERR_INSTANCE_BROKEN" } });
    expect(atVoter).toMatchObject({ reason: { code: "ERR_HOME_LOST" } });
  });
});

describe("without threads", () => {
  begin(0);

  test("who talks nonsense is asked again, and who dies has no vote", async () => {
    const home = await open([
      ["a", 0, "nonsense", "accept"],
      ["b", 0, "crash"],
    ]);
    await until("a has been asked twice", async () => (await home.status()).voted.includes("a"));
    expect((await home.status()).missing).toEqual(["b"]);
    await home.vote({ choice: "abstain", confidence: 1, rationale: "for it" }, { member: "b" });
    expect(await home.outcome()).toMatchObject({ type: "rejected", closedBy: "votes" });
    expect(await home.audit()).toMatchObject([{ choice: "accept" }, { rationale: "for it" }]);
  });

  test("what cannot be is refused, with a code", async () => {
    const home = await open(
      [
        ["a", 0, "never"],
        ["b", 0, "never"],
      ],
      {},
    );
    const a = sabeam.clientOf(system, Ballot, { id, member: "a" });
    const stranger = await system.protocol(Ballot, { id, member: "z" });
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => "none",
        (error) => error.code,
      );
    expect(await code(home.vote("accept", { member: "z" }))).toBe("ERR_UNKNOWN_MEMBER");
    expect(await code(home.vote("accept"))).toBe("ERR_UNKNOWN_MEMBER");
    expect(await code(stranger.vote("accept"))).toBe("ERR_UNKNOWN_MEMBER");
    expect(await code(stranger.outcome())).toBe("ERR_UNKNOWN_MEMBER");
    expect(await code(a.vote("maybe"))).toBe("ERR_UNKNOWN_CHOICE");
    expect(await code(home.vote("", { member: "a" }))).toBe("ERR_UNKNOWN_CHOICE");
    expect(await code(a.vote("accept", { epoch: 2 }))).toBe("ERR_WRONG_EPOCH");
    expect(await code(home.vote("accept", { member: "a", epoch: 7 }))).toBe("ERR_WRONG_EPOCH");
    expect(await code(a.vote({ choice: "accept", confidence: Number.NaN }))).toBe(
      "ERR_INVALID_CONFIDENCE",
    );
    expect(await code(a.vote({ choice: "accept", rationale: "x".repeat(1001) }))).toBe(
      "ERR_INVALID_RATIONALE",
    );
    expect(await code(a.close())).toBe("ERR_NOT_HOME");
    expect(await code(a.vote("accept", { member: "b" }))).toBe("ERR_NOT_HOME");
    expect(await a.vote("accept")).toEqual({
      ...{ type: "recorded", member: "a", choice: "accept", revision: 1 },
    });
    expect(await code(a.vote("reject"))).toBe("ERR_VOTED_ALREADY");
    expect(await code(home.vote("reject", { member: "a" }))).toBe("ERR_VOTED_ALREADY");
    const song = await home.handle.ask({ type: "sing" } as never);
    expect(song).toEqual({ type: "refused", reason: "unknown-command" });
    expect((await home.close()).type).toBe("undecided");
    await expect(
      system.protocol(Ballot, { id: `${id} x`, config: { proposal: 1, electorate: [] } }),
    ).rejects.toMatchObject({ code: "ERR_INVALID_BALLOT", part: "electorate" });
  });

  test("whoever decides has the outcome, and keeps it when all members have ended", async () => {
    const config = { proposal: 1, electorate: ["a", "b"], ...quick };
    for (const decider of ["a", "home"]) {
      const by = `${id} by ${decider}`;
      const members = { a: {}, b: {} };
      const home = await system.protocol(Ballot, { id: by, config, members, lingerMs: 0 });
      const a = sabeam.clientOf(system, Ballot, { id: by, member: "a" });
      const [first, last] = decider === "a" ? [home, a] : [a, home];
      const member = (client: typeof home) => (client === a ? "a" : "b");
      const receipt = await first.vote("accept", { member: member(first) });
      expect(receipt).not.toHaveProperty("outcome");
      const decisive = await last.vote("accept", { member: member(last) });
      expect(decisive).toMatchObject({ type: "recorded", outcome: { type: "accepted" } });
      await until("all have ended", () =>
        ["home", "a", "b"].every(
          (name) => system.whereis(Ballot.actor, `Ballot/${by}/${name}`) === undefined,
        ),
      );
      expect(await last.outcome()).toBe(decisive.outcome);
    }
  });

  test("who waits for it in a turn has the time of that turn, and no more", async () => {
    await open([["a", 0, "never"]]);
    const waiter = await system.spawn(Waiter, []);
    const waits = waiter.with({ timeout: 50 }).call.wait(id);
    await waits.catch(({ code }) => expect(code).toBe("ERR_CALL_TIMEOUT"));
    expect(await waiter.call.told()).toEqual({ code: "ERR_OUTCOME_UNKNOWN", command: "outcome" });
  });

  test("a ballot may be open for as long as timers can last", async () => {
    const longest = 2 ** 31 - 1;
    const home = await open([["a", 0, "accept"]], {
      config: { proposal: 1, electorate: ["a"], ...quick, timeoutMs: longest },
    });
    expect(await home.outcome()).toMatchObject({ type: "accepted", closedBy: "votes" });
  });

  test("votes may be revised until the ballot is closed, if it says so", async () => {
    const config = { proposal: 1, electorate: ["a", "b"], votes: "revisable", ...quick } as const;
    const home = await system.protocol(Ballot, { id, config, members: { a: {}, b: {} } });
    const a = sabeam.clientOf(system, Ballot, { id, member: "a" });
    expect(await a.vote("reject")).toMatchObject({ revision: 1 });
    expect(await home.vote("accept", { member: "b" })).toMatchObject({ revision: 1 });
    expect(await a.vote("accept")).toMatchObject({ revision: 2 });
    expect(await home.vote("abstain", { member: "a" })).toMatchObject({ revision: 3 });
    expect(await a.vote("accept")).toMatchObject({ choice: "accept", revision: 4 });
    expect(await home.close()).toMatchObject({ type: "accepted", closedBy: "client" });
    expect(await a.vote("reject")).toMatchObject({ type: "closed" });
  });
});
