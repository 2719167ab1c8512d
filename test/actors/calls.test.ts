/**
 * Goal: every call that may run out of time has exactly one entry in the wheel, from the first
 * `date` that must give it one until it leaves; one that leaves before has none.
 */
import { beforeEach, expect, test } from "vitest";
import { Calls } from "../../actors/calls.ts";
import { Request } from "../../actors/request.ts";
import { Wheel } from "../../runtime/wheel.ts";

const THREAD = 0;
let wheel: Wheel;
let calls: Calls;
beforeEach(() => {
  wheel = new Wheel(0);
  calls = new Calls(wheel, THREAD);
});

function entered(timeoutMs: number, deadline = Number.POSITIVE_INFINITY): Request {
  const request = new Request();
  Object.assign(request, { thread: THREAD, timeoutMs, deadline });
  calls.enter(request);
  return request;
}

/** What fires up to `now`, by the index of the call. */
function fired(now: number): number[] {
  const indices: number[] = [];
  wheel.advance(now, (payload) => indices.push(payload / 2));
  return indices;
}

test("dated at a reading of the clock, and gone with the call", () => {
  const call = entered(50);
  expect([wheel.size, call.deadline]).toEqual([0, Number.POSITIVE_INFINITY]);
  calls.date(10);
  expect([wheel.size, call.deadline]).toEqual([1, 60]);
  calls.leave(call);
  expect(wheel.size).toBe(0);
});

test("who has left before costs no entry, and who came to its index gets one", () => {
  for (let round = 0; round < 5; round += 1) calls.leave(entered(50));
  const last = entered(70);
  calls.date(10);
  expect([wheel.size, last.index, last.deadline]).toEqual([1, 0, 80]);
  expect(fired(79)).toEqual([]);
  expect(fired(81)).toEqual([0]);
});

test("an index whose call is dated by itself is not dated again", () => {
  calls.leave(entered(50));
  const far = entered(20, 25);
  calls.date(10);
  expect([wheel.size, far.deadline]).toEqual([1, 25]);
});

test("once a millisecond is enough, but before a sleep nobody is left out", () => {
  calls.leave(entered(50));
  calls.date(10);
  const call = entered(50);
  calls.date(10.5);
  expect(call.deadline).toBe(Number.POSITIVE_INFINITY);
  calls.dateAll();
  calls.date(10.6);
  expect(call.deadline).toBe(60.6);
  const next = entered(50);
  calls.date(11);
  expect(next.deadline).toBe(Number.POSITIVE_INFINITY);
  calls.date(11.7);
  expect([next.deadline, wheel.size]).toEqual([61.7, 2]);
});

test("one without a time-out is never dated", () => {
  entered(0);
  calls.date(10);
  expect(wheel.size).toBe(0);
});
