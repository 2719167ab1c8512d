/** What it costs to check a long history: steps are counted, and the speed is told. */

import { expect, test } from "vitest";
import { queueModel } from "../../../actors/sim/checkers/collections.ts";
import { History, type HistoryEvent } from "../../../actors/sim/checkers/history.ts";
import { checkLinearizability } from "../../../actors/sim/checkers/linearizability.ts";
import type { Model } from "../../../actors/sim/checkers/model.ts";
import { keyValueModel, registerModel } from "../../../actors/sim/checkers/registers.ts";

type Events = readonly HistoryEvent<never, never>[];
type AnyModel = Model<unknown, never, never>;

const register = registerModel<number>() as unknown as AnyModel;
const keyValue = keyValueModel<number>() as unknown as AnyModel;
const queue = queueModel<number>() as unknown as AnyModel;

const CLIENTS = 8;
const OPERATIONS = 20_000;

/** Clients that each do one thing after the other, all the time; drawn by a plain counter. */
function busy(
  operation: (index: number, turn: number) => unknown,
  apply: (one: never) => unknown,
): Events {
  const recorded = new History<unknown, unknown>();
  const clients = new Map<number, { id: number; operation: unknown; result?: unknown }>();
  let turn = 0;
  for (let index = 0; index < OPERATIONS; turn += 1) {
    const process = (turn * 5 + (turn >> 3) * 3 + (turn >> 7)) % CLIENTS;
    const client = clients.get(process);
    if (client === undefined) {
      const begun = operation(index, turn);
      clients.set(process, { id: recorded.invoke(process, begun), operation: begun });
      index += 1;
    } else if ("result" in client) {
      recorded.ok(client.id, client.result);
      clients.delete(process);
    } else {
      client.result = apply(client.operation as never);
    }
  }
  return recorded.events as Events;
}

test.each<[string, AnyModel, () => Events, number]>([
  [
    "register",
    register,
    () => {
      let held: unknown;
      return busy(
        (value, turn) => (turn % 3 === 0 ? { type: "read" } : { type: "write", value }),
        ({ type, value }: { type: string; value: unknown }) =>
          type === "read" ? held : void (held = value),
      );
    },
    4,
  ],
  [
    "queue",
    queue,
    () => {
      const held: unknown[] = [];
      let at = 0;
      return busy(
        (value, turn) => (turn % 2 === 0 ? { type: "enqueue", value } : { type: "dequeue" }),
        ({ type, value }: { type: string; value: unknown }) =>
          type === "enqueue"
            ? void held.push(value)
            : held[at] === undefined
              ? undefined
              : held[at++],
      );
    },
    6,
  ],
  [
    "key-value",
    keyValue,
    () => {
      const held = new Map<unknown, unknown>();
      return busy(
        (value, turn) => ({ type: turn % 3 === 0 ? "read" : "write", key: value % 97, value }),
        ({ type, key, value }: { type: string; key: unknown; value: unknown }) =>
          type === "read" ? held.get(key) : void held.set(key, value),
      );
    },
    2,
  ],
])("a long history costs few steps: %s", (name, model, make, stepsMax) => {
  const events = make();
  const started = process.cpuUsage();
  const result = checkLinearizability(events, model);
  const { user, system } = process.cpuUsage(started);
  const perSecond = Math.round((OPERATIONS / (user + system)) * 1000) * 1000;
  process.stdout.write(`linearizability, ${name}: ${perSecond} operations per second of CPU\n`);
  expect(result.verdict).toBe("ok");
  expect(result.steps / OPERATIONS).toBeLessThan(stepsMax);
});
