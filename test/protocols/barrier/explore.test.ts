/** Goal: three members, all interleavings, with a loss, a death or a time-out at any point. */

import { expect, test } from "vitest";
import { type ExploreProtocolOptions, exploreProtocol } from "../../../dist/actors/sim/index.js";
import { type BarrierSpec, barrier } from "../../../dist/protocols/barrier/index.js";
import type {
  BarrierCommand,
  BarrierConfig,
  BarrierReply,
} from "../../../dist/protocols/barrier/spec.js";

type Options = Partial<ExploreProtocolOptions<BarrierSpec>>;

/** By member: what its client asks for. */
type Asked = Readonly<Record<string, readonly BarrierCommand[]>>;

const ARRIVE: BarrierCommand = { type: "arriveAndAwait" };
const ALL: Asked = { home: [ARRIVE], a: [ARRIVE], b: [ARRIVE] };
const TWO: Asked = { home: [ARRIVE], a: [ARRIVE] };
const members = Object.keys(ALL);

/** All that clients can be told, by client: `0:3` is phase 0, passed by three. */
function ends(config: BarrierConfig, asked: Asked, options: Options): string[] {
  const ids = Object.keys(asked);
  const seen = new Set<string>();
  const others = ids.filter((id) => id !== "home").map((id) => [id, {}]);
  exploreProtocol(barrier, {
    members: { home: { config: barrier.check(config) }, ...Object.fromEntries(others) },
    clients: ids.map((at) => ({ at, commands: asked[at] ?? [] })),
    atEnd: (group) => {
      const told = ids.map((_, client) => group.replies(client).map(textOf).join(" "));
      seen.add(told.join(" | "));
    },
    ...options,
  });
  return [...seen].sort();
}

function textOf(reply: BarrierReply): string {
  if (reply.type === "passed") return `${reply.phase}:${reply.arrived}`;
  return reply.type === "broken" ? `${reply.phase}!${reply.cause}` : reply.type;
}

test("a message gets lost, whichever: all pass", () => {
  expect(ends({ members }, ALL, { losses: 1 })).toEqual(["0:3 | 0:3 | 0:3"]);
});

test("three members for two seats: two pass, and the third is refused", () => {
  expect(ends({ count: 2 }, ALL, {})).toEqual([
    "0:2 | 0:2 | refused",
    "0:2 | refused | 0:2",
    "refused | 0:2 | 0:2",
  ]);
});

test("somebody dies: all others hear of it, or all have passed before", () => {
  const lost = ["", "0!home-lost", "unheard"];
  for (const [config, told] of [
    [{ members: ["home", "a"] }, "0!member-down | "],
    [{ members: ["home", "a"], onDown: "deregister" }, "0:1 | "],
  ] as const) {
    const seen = ends(config, TWO, { crashes: 1 });
    expect(seen).toEqual(
      [
        ...lost.slice(1).map((one) => ` | ${one}`),
        told,
        "0:2 | ",
        "0:2 | 0!home-lost",
        "0:2 | 0:2",
      ].sort(),
    );
  }
});

test("a time-out at any time", () => {
  const seen = ends({ members: ["home", "a"], timeoutMs: 50 }, TWO, { timers: 1 });
  expect(seen).toEqual(["0!timeout | 0!timeout", "0:2 | 0:2"]);
});

test("with a journal somebody dies, and goes on: what was told stays true", () => {
  const asked: Asked = { home: [], a: [ARRIVE] };
  const seen = ends({ members: ["a"] }, asked, { crashes: 1, durable: true });
  // One that dies and comes back has not arrived at the next phase, which breaks.
  expect(seen).toEqual([" | 0!member-down", " | 0:1", " | 1!member-down"]);
});

test("some leave and come back while others wait", () => {
  const asked: Asked = {
    a: [{ type: "arriveAndDeregister" }, { type: "register" }],
    b: [ARRIVE, ARRIVE],
    home: [{ type: "arriveAndDeregister" }],
  };
  expect(ends({ members }, asked, {})).toEqual([
    "arrived registered | 0:3 1!timeout | arrived",
    "arrived registered | 0:3 1:1 | arrived",
  ]);
});
