/**
 * A backlog against a plain list, looked at before each of its stores as if the thread had died
 * there, and in the hands of threads that do die.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { BACKLOG_BYTES_MIN } from "../../runtime/backlog.ts";
import { BacklogTwin } from "../support/backlog-twin.ts";

/** Each of some 1500 states. */
const RUNS = 12;

type Step =
  | { do: "append"; bytes: number; urgent: boolean; times: number }
  | { do: "refuse" }
  | { do: "batch"; lane: number }
  | { do: "begin"; urgent: boolean; times: number }
  | { do: "end"; which: number; answer: boolean; times: number }
  | { do: "discard"; urgent: boolean; answer: boolean; times: number }
  | { do: "release"; flushed: boolean }
  | { do: "doom"; stores: number[] };

const rows = <Row>(weight: number, arbitrary: fc.Arbitrary<Row>) => ({ weight, arbitrary });
const some = fc.integer({ min: 1, max: 8 });
const bytes = fc.oneof(
  rows(8, fc.integer({ min: 2, max: 8 })),
  rows(1, fc.integer({ min: 2, max: 128 })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  rows(
    6,
    fc.record({
      do: fc.constant("append" as const),
      bytes: bytes.map((eights) => eights * 8),
      urgent: fc.boolean(),
      times: some,
    }),
  ),
  rows(1, fc.record({ do: fc.constant("refuse" as const) })),
  rows(3, fc.record({ do: fc.constant("batch" as const), lane: fc.integer({ min: 0, max: 4 }) })),
  rows(4, fc.record({ do: fc.constant("begin" as const), urgent: fc.boolean(), times: some })),
  rows(
    4,
    fc.record({
      do: fc.constant("end" as const),
      which: fc.nat(6),
      answer: fc.boolean(),
      times: some,
    }),
  ),
  rows(
    1,
    fc.record({
      do: fc.constant("discard" as const),
      urgent: fc.boolean(),
      answer: fc.boolean(),
      times: some,
    }),
  ),
  rows(3, fc.record({ do: fc.constant("release" as const), flushed: fc.boolean() })),
);
const doom: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("doom" as const),
  stores: fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
});

const starts = fc.oneof(
  fc.constant(0),
  fc.constant(BACKLOG_BYTES_MIN - 8),
  fc.integer({ min: 0x7ffff000 / 8, max: 0x7ffffff8 / 8 }).map((eights) => eights * 8),
);

function run(twin: BacklogTwin, steps: readonly Step[]): void {
  for (const one of steps) {
    const times = "times" in one ? one.times : 1;
    for (let time = 0; time < times; time += 1) {
      if (one.do === "append") twin.append(one.bytes, one.urgent);
      else if (one.do === "refuse") twin.refuse();
      else if (one.do === "batch") twin.batch(one.lane);
      else if (one.do === "begin") twin.begin(one.urgent);
      else if (one.do === "discard") twin.discard(one.urgent, one.answer);
      else if (one.do === "end") twin.end(one.which, one.answer);
      else if (one.do === "release") twin.release(one.flushed);
      else twin.doom(one.stores);
    }
  }
}

test("before each store a backlog is what it was before the operation, or after it", () => {
  let checks = 0;
  fc.assert(
    fc.property(starts, fc.array(step, { minLength: 40, maxLength: 60 }), (start, steps) => {
      const twin = new BacklogTwin(BACKLOG_BYTES_MIN, start);
      run(twin, steps);
      checks += twin.checks;
    }),
    { numRuns: RUNS, seed: 1 },
  );
  console.log(`${checks} states of memory`);
  expect(checks).toBeGreaterThan(10_000);
});

test("threads die at any store, of the recovery too, and nothing is lost or comes twice", () => {
  let deaths = 0;
  const mortal = fc.oneof(rows(6, step), rows(1, doom));
  fc.assert(
    fc.property(starts, fc.array(mortal, { minLength: 40, maxLength: 60 }), (start, steps) => {
      const twin = new BacklogTwin(BACKLOG_BYTES_MIN, start);
      run(twin, steps);
      deaths += twin.deaths;
    }),
    { numRuns: RUNS, seed: 2 },
  );
  console.log(`${deaths} deaths`);
  expect(deaths).toBeGreaterThan(50);
});
