/**
 * Goal: when the keeper itself dies, however and whenever, the system stops loudly: all that waits
 * is told so, no thread goes on, and the process ends by itself and with code 1.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Build, patchedBuild, runFixture } from "../support/children.ts";

const DIES = `
const ways = {
    throw: () => setTimeout(() => { throw new Error("a bug in the keeper"); }),
    reject: () => void Promise.reject(new Error("a bug in the keeper")),
    exit: () => process.exit(7),
    oom: () => { for (const kept = [];;) kept.push({ count: kept.length }); },
};
const dies = new BroadcastChannel("sabeam keeper dies");
dies.onmessage = ({ data }) => ways[data]();
dies.unref();
if (process.env.SABEAM_KEEPER_DIES) ways[process.env.SABEAM_KEEPER_DIES]();
`;
const HOW = {
  throw: /^the keeper died: Error: a bug in the keeper$/,
  reject: /^the keeper died: Error: a bug in the keeper$/,
  exit: /^the keeper ended with exit code 7$/,
  terminate: /^the keeper ended with exit code 1$/,
  oom: /^the keeper died: .*memory limit/,
} as const;
type Way = keyof typeof HOW;

let build: Build | undefined;
beforeAll(() => {
  build = patchedBuild([
    { file: "runtime/keeper-entry.js", find: "serve(keeper, new", put: `${DIES}serve(keeper, new` },
    {
      file: "actors/keeper-thread.js",
      find: "this.worker = machine.thread(",
      put: "this.worker = globalThis.sabeamKeeper = machine.thread(",
    },
    {
      file: "actors/keeper-thread.js",
      find: 'name: "sabeam keeper",',
      put: 'name: "sabeam keeper", heapMb: 24,',
    },
  ]);
});
afterAll(() => build?.remove());

interface End {
  value?: unknown;
  code?: string;
}

interface Facts {
  ends: Record<string, End>;
  late: string[];
  after: { cast: boolean; call: End; spawn: End; down: End; threads: number };
  report: { cause: string; sent: number; left: number; queued: number };
  loud: { message: string; cause: string; counted: boolean }[];
  beats: [boolean, number];
  /** Messages of main's own that were handled yet; main has five. */
  done: number;
  /** Files of sockets that are left. */
  sockets: string[];
  started: End;
}

async function die(way: Way, moment: string): Promise<Facts> {
  if (build === undefined) throw new Error("there is no build");
  const { code, stderr, facts } = await runFixture<Facts>("keeper-death.mjs", {
    args: [way, moment],
    build,
  });
  expect(code).toBe(1);
  // Node says itself what its heap was like.
  if (way !== "oom") expect(stderr).toBe("");
  return facts;
}

const failed = expect.objectContaining({ code: "ERR_SYSTEM_FAILED" });
const lost = { value: expect.objectContaining({ type: "lost" }) };

function expectLoud({ loud }: Facts, cause: RegExp): void {
  const ours = loud.filter(({ message }) => message.startsWith("the system has failed"));
  expect(ours.map(({ message }) => message)).toEqual([
    "the system has failed and stops",
    "the system has failed and has stopped",
  ]);
  for (const line of ours) expect(line.counted).toBe(true);
  expect(ours[0]?.cause).toMatch(cause);
}

/** Settled in some way, by an error that is ours. */
const settled = /^ERR_(SYSTEM_FAILED|ACTOR_DOWN)$/;

describe("the keeper dies", () => {
  test.each([
    ["throw", "running"],
    ["exit", "blocked"],
    ["oom", "blocked"],
    ["terminate", "replacement"],
    ["throw", "stop"],
  ] as const)("by %s, %s", async (way, moment) => {
    const facts = await die(way, moment);
    const { ends, after, report } = facts;
    const { down, downOwn, downNear, ...calls } = ends;
    // Some may have ended with their thread, just before.
    for (const { code } of Object.values(calls)) expect(code).toMatch(settled);
    expect(calls.callNear).toEqual(failed);
    if (moment === "running")
      expect(Object.values(calls)).toEqual(Object.keys(calls).map(() => failed));
    expect([down, downOwn]).toEqual([lost, lost]);
    expect(downNear).toEqual({ value: { type: "shutdown" } });
    for (const code of facts.late) expect(code).toMatch(/^(spawned|ERR_SYSTEM_(FAILED|STOPPED))$/);
    expect(after).toEqual({
      cast: true,
      call: expect.objectContaining({ code: "ERR_ACTOR_DOWN", handled: "no" }),
      spawn: failed,
      down: { value: { type: "noproc" } },
      threads: 0,
    });
    expectLoud(facts, HOW[way]);
    expect(report.cause).toMatch(moment === "stop" ? /^stop\(\)$/ : HOW[way]);
    expect(report.queued).toBe(0);
    expect(facts.done).toBe(5);
    expect(facts.sockets).toEqual([]);
    const [beforehand, afterwards] = facts.beats;
    expect([beforehand || moment === "replacement", afterwards]).toEqual([true, 0]);
  });

  test("while it starts", async () => {
    const { started } = await die("reject", "start");
    expect(started).toMatchObject({ code: "ERR_SYSTEM_FAILED" });
  });
});
