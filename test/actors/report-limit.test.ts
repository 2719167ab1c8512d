/** Goal: few reports are written, and of the others each is counted and told. */
import { expect, test } from "vitest";
import { type LeftOut, OTHERS, REPORT_RATE, ReportLimit } from "../../actors/report-limit.ts";
import type { Env } from "../../runtime/env.ts";

interface Told {
  readonly count: number;
  readonly topics: readonly LeftOut[];
}

/** A limit under a clock that stands until it is moved. */
function limited(): { limit: ReportLimit; told: Told[]; move(ms: number): void } {
  const told: Told[] = [];
  let now = 0;
  let timers: { at: number; step: () => void }[] = [];
  const env = {
    now: () => now,
    timer: (ms: number, step: () => void) => void timers.push({ at: now + ms, step }),
  } as unknown as Env;
  const move = (ms: number): void => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { step } of due) step();
  };
  return {
    limit: new ReportLimit(env, (count, topics) => told.push({ count, topics })),
    told,
    move,
  };
}

const topic = (reason: string) => ({ definition: "Flaky", reason });

test("what is over the rate is told once, by definition and reason", () => {
  const { limit, told, move } = limited();
  let admitted = 0;
  for (let index = 0; index < 1000; index += 1) {
    admitted += Number(limit.admits(topic(index % 4 === 0 ? "rare" : "often")));
  }
  expect(admitted).toBe(REPORT_RATE.burst);
  expect(told).toEqual([]);
  move(1000);
  const topics = [
    { definition: "Flaky", reason: "often", count: 735 },
    { definition: "Flaky", reason: "rare", count: 245 },
  ];
  expect(told).toEqual([{ count: 980, topics }]);
  move(10_000);
  limit.flush();
  expect(told.length).toBe(1);
});

test("ten thousand a second: a line a second, and no report is lost count of", () => {
  const { limit, told, move } = limited();
  let admitted = 0;
  for (let ms = 0; ms < 10_000; ms += 1) {
    for (let index = 0; index < 10; index += 1) admitted += Number(limit.admits(topic("again")));
    move(1);
  }
  limit.flush();
  expect(admitted).toBeLessThanOrEqual(REPORT_RATE.burst + 10 * REPORT_RATE.perSecond);
  expect(told.length).toBeLessThanOrEqual(11);
  expect(admitted + told.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
});

test("reasons without end are one number, and long ones are cut", () => {
  const { limit, told } = limited();
  for (let index = 0; index < 1020; index += 1) limit.admits(topic(`${index} ${"x".repeat(5000)}`));
  limit.flush();
  expect(told[0]?.count).toBe(1000);
  expect(told[0]?.topics.length).toBe(17);
  expect(told[0]?.topics[0]).toEqual({ ...OTHERS, count: 984 });
  expect(told[0]?.topics[1]?.reason.length).toBe(201);
});
