/** Any fault plans, for properties that hold for all of them. */

import fc from "fast-check";
import type { PlanEntry, PlanScope } from "../../../../actors/sim/plan.ts";
import { UNSYNCED } from "../../../../actors/sim/plan-fields.ts";
import type { Delay } from "../../../../runtime/sim/delay.ts";

export const SCOPE: PlanScope = { nodes: ["a", "b", "c"], threads: 2 };

const node = fc.constantFrom(...SCOPE.nodes);
const nodes = fc.uniqueArray(node, { minLength: 1 });
const text = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter(isWellFormed);
const ms = fc.oneof(fc.nat(20), fc.nat(100_000));
const percent = fc.double({ min: 0, max: 100, noNaN: true });

// JSON has no lone surrogates that every reader takes; names of actors have none either.
function isWellFormed(some: string): boolean {
  return !/[\ud800-\udfff]/.test(some);
}

export const delays: fc.Arbitrary<Delay> = fc.oneof(
  fc.record({ type: fc.constant("fixed" as const), ms }),
  fc
    .tuple(ms, ms)
    .map(([min, more]) => ({ type: "uniform" as const, minMs: min, maxMs: min + more })),
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 9 }), ms, ms), { minLength: 1, maxLength: 4 })
    .map((rows) => ({
      type: "table" as const,
      rows: rows.map(([weight, minMs, more]) => ({ weight, minMs, maxMs: minMs + more })),
    })),
);

const groups = fc
  .tuple(node, fc.array(fc.constantFrom(0, 1, 2), { minLength: 3, maxLength: 3 }))
  .map(([first, places]) => {
    const rest = SCOPE.nodes.filter((one) => one !== first);
    const others = rest.filter((_, index) => places[index] !== 0);
    return [[first], others.length === 0 ? rest : others];
  });
const pair = fc
  .shuffledSubarray([...SCOPE.nodes], { minLength: 2, maxLength: 2 })
  .map(([one = "", other = ""]): [string, string] => [one, other]);

type Fields = { [name: string]: fc.Arbitrary<unknown> };

function entry(type: PlanEntry["type"], must: Fields, may: Fields = {}): fc.Arbitrary<PlanEntry> {
  const required = ["at", "type", ...Object.keys(must)];
  const model = { at: ms, type: fc.constant(type), ...must, ...may };
  return fc.record(model, { requiredKeys: required as never[] }) as fc.Arbitrary<PlanEntry>;
}

const cut = { name: text, inFlight: fc.constantFrom("delivered", "lost") };
const entries: fc.Arbitrary<PlanEntry> = fc.oneof(
  entry("crash", { node, actor: text }),
  entry("stall", { node, actor: text }, { forMs: ms }),
  entry("slow", { node, actor: text, delay: delays }, { forMs: ms }),
  entry("kill", { node, thread: fc.constantFrom(1, 2) }, { afterWrites: ms }),
  entry("crashNode", { node }, { unsynced: fc.constantFrom(...UNSYNCED) }),
  entry("restartNode", { node }),
  entry("pauseNode", { node }),
  entry("resumeNode", { node }),
  entry("stepClock", { node, byMs: fc.integer({ min: -5000, max: 5000 }) }),
  entry("driftClock", { node, ppm: fc.integer({ min: -500, max: 500 }) }),
  entry("partition", { groups }, cut),
  entry("oneWayPartition", { from: nodes, to: nodes }, cut),
  entry("partialPartition", { pairs: fc.array(pair, { minLength: 1, maxLength: 3 }) }, cut),
  entry("heal", {}, { name: text }),
  entry(
    "link",
    {},
    {
      from: nodes,
      to: nodes,
      delay: delays,
      lossPercent: percent,
      duplicatePercent: percent,
      fifo: fc.boolean(),
    },
  ),
  entry("mendLink", {}, { from: nodes, to: nodes }),
  entry("slowDisk", { node, delay: delays }),
  entry("failSync", { node }, { times: fc.integer({ min: 1, max: 5 }) }),
  entry("fillDisk", { node, freeBytes: ms }),
  entry("flipBit", { node }, { file: text, offset: ms, bit: fc.nat(7) }),
  entry("mendDisk", { node }, { of: fc.constantFrom("slowDisk", "failSync", "fillDisk") }),
);

export const plans: fc.Arbitrary<PlanEntry[]> = fc.array(entries, { maxLength: 15 });
