/** What it costs to check a long history: steps are counted, and the speed is told. */

import { expect, test } from "vitest";
import { queueModel } from "../../../actors/sim/checkers/collections.ts";
import { History, type HistoryEvent } from "../../../actors/sim/checkers/history.ts";
import { checkLinearizability } from "../../../actors/sim/checkers/linearizability.ts";
import type { Model } from "../../../actors/sim/checkers/model.ts";
import { keyValueModel, registerModel } from "../../../actors/sim/checkers/registers.ts";
import { Random } from "../../../runtime/random.ts";

type Events = readonly HistoryEvent<never, never>[];
type AnyModel = Model<unknown, never, never>;

const register = registerModel<number>() as unknown as AnyModel;
const keyValue = keyValueModel<number>() as unknown as AnyModel;
const queue = queueModel<number>() as unknown as AnyModel;

const OPERATIONS = 10_000;

interface Load {
  readonly clients: number;
  /** How many of 100 operations time out, half of which take effect. */
  readonly unknown: number;
  readonly operations?: number;
}

/** Clients that each do one thing after the other, all the time, in any order among each other. */
function busy(
  { clients, unknown, operations = OPERATIONS }: Load,
  operation: (index: number, random: Random) => unknown,
  apply: (one: never) => unknown,
): Events {
  const random = new Random("cost");
  const recorded = new History<unknown, unknown>();
  const open = new Map<number, { id: number; operation: unknown; result?: unknown }>();
  for (let index = 0; index < operations; ) {
    const process = random.int(clients);
    const client = open.get(process);
    if (client === undefined) {
      const begun = operation(index, random);
      open.set(process, { id: recorded.invoke(process, begun), operation: begun });
      index += 1;
    } else if ("result" in client) {
      recorded.ok(client.id, client.result);
      open.delete(process);
    } else if (random.chance(unknown)) {
      if (random.chance(50)) apply(client.operation as never);
      recorded.unknown(client.id);
      open.delete(process);
    } else {
      client.result = apply(client.operation as never);
    }
  }
  return recorded.events as Events;
}

interface Step {
  readonly type: string;
  readonly key?: unknown;
  readonly value?: unknown;
}

function registers(load: Load, keys: number): Events {
  const held = new Map<unknown, unknown>();
  return busy(
    load,
    (value, random) => ({
      type: random.chance(50) ? "read" : "write",
      key: random.int(keys),
      value,
    }),
    ({ type, key, value }: Step) => (type === "read" ? held.get(key) : void held.set(key, value)),
  );
}

function queued(load: Load): Events {
  const held: unknown[] = [];
  let at = 0;
  return busy(
    load,
    (value, random) => (random.chance(50) ? { type: "enqueue", value } : { type: "dequeue" }),
    ({ type, value }: Step) => {
      if (type === "enqueue") return void held.push(value);
      return at < held.length ? held[at++] : undefined;
    },
  );
}

const FEW = { clients: 5, unknown: 0 };

test.each<[string, AnyModel, () => Events, number]>([
  ["register, 5 clients", register, () => registers(FEW, 1), 3],
  ["register, 25 clients", register, () => registers({ clients: 25, unknown: 0 }, 1), 30],
  ["register, time-outs", register, () => registers({ clients: 5, unknown: 1 }, 1), 12],
  ["key-value, 100 keys", keyValue, () => registers(FEW, 100), 1.5],
  ["queue, 5 clients", queue, () => queued(FEW), 6],
])("a long history costs few steps: %s", (name, model, make, stepsMax) => {
  const events = make();
  const started = process.cpuUsage();
  const result = checkLinearizability(events, model);
  const { user, system } = process.cpuUsage(started);
  const perSecond = Math.round((OPERATIONS / (user + system)) * 1000) * 1000;
  const perOperation = result.steps / OPERATIONS;
  process.stdout.write(
    `linearizability, ${name}: ${perSecond} operations per second of CPU, ` +
      `${perOperation.toFixed(2)} steps each\n`,
  );
  expect(result.verdict).toBe("ok");
  expect(perOperation).toBeLessThan(stepsMax);
});

/** Where a value came out, in the order of the history. */
function shown(events: Events): number[] {
  return [...events.keys()].filter((index) => {
    const event = events[index];
    return event?.type === "ok" && event.result !== undefined;
  });
}

function resultAt(events: Events, index: number): unknown {
  return (events[index] as { result?: unknown }).result;
}

function withResult(events: Events, index: number, result: unknown): Events {
  return events.map((event, at) => (at === index ? ({ ...event, result } as never) : event));
}

test.each(["twice", "in the wrong order"])("a value of a long queue that comes out %s", (how) => {
  const good = queued({ ...FEW, operations: 4000 });
  const [early = 0, late = 0] = [shown(good)[600], shown(good)[640]];
  const once = withResult(good, late, resultAt(good, early));
  const bad = how === "twice" ? once : withResult(once, early, resultAt(good, late));
  const result = checkLinearizability(bad, queue);
  const violation = result.verdict === "violation" ? result.violation : undefined;
  expect(violation?.needed.length).toBeLessThan(6);
  expect(result.steps / 4000).toBeLessThan(60);
});

test("a stale read among thousands of operations is explained by three", () => {
  const good = registers(FEW, 1);
  const [early = 0, late = 0] = [shown(good)[2000], shown(good)[2060]];
  const bad = withResult(good, late, resultAt(good, early));
  const result = checkLinearizability(bad, register);
  const violation = result.verdict === "violation" ? result.violation : undefined;
  expect(violation).toMatchObject({ prefix: late, minimal: true });
  expect(violation?.needed).toHaveLength(3);
});
