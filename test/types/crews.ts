/** Dynamic supervisors and partitions. */

import {
  childSpec,
  type Definition,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  defineDynamicSupervisor,
  PartitionSupervisor,
  partitionsOf,
  type Ref,
  type System,
  startChild,
} from "../../dist/actors/index.js";
import { type Equal, is } from "./equal.ts";

interface CounterProtocol {
  add(by: number): number;
}
declare const Counter: Definition<[start: number], CounterProtocol>;
declare const Bare: Definition<[], CounterProtocol>;
declare const system: System;

const pool = await system.spawn(DynamicSupervisor, [{ maxChildren: 3, backoff: { min: 5 } }]);
is<Equal<typeof pool, Ref<DynamicSupervisorProtocol>>>();
const counter = await startChild(pool, Counter, [1], { restart: "temporary" });
is<Equal<typeof counter, Ref<CounterProtocol>>>();
await startChild(pool, Bare);
await pool.call.startChild(childSpec(Counter, [1]));
await pool.call.terminateChild(counter);

// @ts-expect-error: it needs its argument
await startChild(pool, Counter);
// @ts-expect-error: not a number
await startChild(pool, Counter, ["1"]);
// @ts-expect-error: no such restart type
await startChild(pool, Counter, [1], { restart: "always" });
// @ts-expect-error: no such option
await system.spawn(DynamicSupervisor, [{ children: [] }]);
// @ts-expect-error: by ref, not by id
await pool.call.terminateChild("counter");

const Pool = defineDynamicSupervisor(import.meta.url, "Pool", (maxChildren: number) => ({
  maxChildren,
}));
await system.spawn(Pool, [3]);
// @ts-expect-error: not a number
await system.spawn(Pool, ["3"]);
// @ts-expect-error: no such option
defineDynamicSupervisor(import.meta.url, "Wrong", () => ({ maxChildren: "3" }));

const options = { child: childSpec(Counter, [1]), partitions: 4 };
const supervisor = await system.spawn(PartitionSupervisor, [options]);
const counters = await partitionsOf(Counter, supervisor);
const one = counters.of("key");
is<Equal<typeof one, Ref<CounterProtocol>>>();
counters.of(7n).cast.add(1);
// @ts-expect-error: no key
counters.of({ key: 1 });
// @ts-expect-error: without a child
await system.spawn(PartitionSupervisor, [{ partitions: 4 }]);
// @ts-expect-error: not a partition supervisor
await partitionsOf(Counter, pool);
