/** Barriers as chance has it: of any kind, with any members, and clients that ask for anything. */

import { expect } from "vitest";
import type { ProtocolGroup, ProtocolScenario } from "../../../dist/actors/sim/index.js";
import { checkConfig } from "../../../dist/protocols/barrier/config.js";
import type { BarrierSpec } from "../../../dist/protocols/barrier/index.js";
import type { BarrierCommand, BarrierConfig } from "../../../dist/protocols/barrier/spec.js";
import type { Random } from "../../../dist/runtime/index.js";

const IDS = ["home", "a", "b", "c"];

function pick<T>(random: Random, ...items: readonly T[]): T {
  return items[random.int(items.length)] as T; // It is in range.
}

function drawConfig(random: Random, ids: readonly string[]): BarrierConfig {
  return {
    ...(random.chance(50) ? { count: 1 + random.int(ids.length) } : { members: ids }),
    membership: pick(random, "fixed", "changing"),
    onDown: pick(random, "break", "deregister"),
    kind: pick(random, "cyclic", "cyclic", "double"),
    onAdvance: random.chance(25),
    timeoutMs: pick(random, 500, 5000),
  };
}

function drawCommand(random: Random, kind: BarrierConfig["kind"], value: unknown): BarrierCommand {
  if (random.chance(70)) {
    if (kind !== "double") return { type: "arriveAndAwait", value };
    return random.chance(50) ? { type: "enter", value } : { type: "leave", value };
  }
  return pick<BarrierCommand>(
    random,
    { type: "arrive", value },
    { type: "arriveAndDeregister", value },
    { type: "register" },
    { type: "await", phase: random.int(3) },
    { type: "arriveAndAwait", value, phase: random.int(3) },
    { type: "reset" },
    { type: "status" },
  );
}

export function draw(random: Random): ProtocolScenario<BarrierSpec> {
  const ids = IDS.slice(0, 2 + random.int(3));
  const config = drawConfig(random, ids);
  const members = ids.map((id) => [
    id,
    { late: random.chance(20), ...(id === "home" && { config: checkConfig(config) }) },
  ]);
  return {
    members: Object.fromEntries(members),
    clients: [...ids, pick(random, ...ids)].map((at, client) => ({
      at,
      commands: Array.from({ length: 1 + random.int(4) }, (_, index) =>
        drawCommand(random, config.kind, `${client}.${index}`),
      ),
    })),
    durable: random.chance(50),
    answers: () => [
      { type: "value", value: "sum" },
      { type: "failed", code: "ERR_X", message: "it does not work" },
    ],
  };
}

/** Of one phase there is one outcome, whoever was told. */
export function atEnd(group: ProtocolGroup<BarrierSpec>): void {
  const outcomes = new Map<number, string>();
  const clients = group.scenario.clients ?? [];
  for (const client of clients.keys()) {
    for (const reply of group.replies(client)) {
      if (reply.type !== "passed") continue;
      const text = JSON.stringify(reply);
      expect(outcomes.get(reply.phase) ?? text).toBe(text);
      outcomes.set(reply.phase, text);
    }
  }
}
