/** Goal: a system is taken for quiet only when nobody works and nothing is under way. */
import { describe, expect, test } from "vitest";
import { noCounts } from "../../runtime/counters.ts";
import { Quiet, type Remains, UNBALANCED_LOOKS } from "../../runtime/quiet.ts";

type Part = Partial<Remains["counts"]> & { openTurns?: number; busy?: boolean };

const remains = ({ openTurns = 0, busy = false, ...counts }: Part): Remains => ({
  counts: { ...noCounts(), ...counts },
  openTurns,
  busy,
  who: [],
});

/** After which of the looks it was quiet; -1 if after none. */
function quietAt(...looks: (Part | undefined)[][]): number {
  const quiet = new Quiet();
  return looks.findIndex((parts) => {
    const threads = parts.map((one) => (one === undefined ? undefined : remains(one)));
    const sum = (name: "sent" | "handled" | "queued"): number =>
      threads.reduce((total, one) => total + (one?.counts[name] ?? 0), 0);
    return quiet.look(threads, sum("sent") - sum("handled") - sum("queued"));
  });
}

/** One thread has sent ten to the other, which has handled them all. */
const done: Part[] = [
  { sent: 10, recordsOut: 10 },
  { handled: 10, recordsIn: 10 },
];
/** Three of them are in the lane. */
const underWay: Part[] = [
  { sent: 10, recordsOut: 10 },
  { handled: 7, recordsIn: 7 },
];

describe("quiet", () => {
  test("one look proves nothing, two that are the same do", () => {
    expect(quietAt(done)).toBe(-1);
    expect(quietAt(done, done)).toBe(1);
    expect(quietAt(underWay, done, done)).toBe(2);
  });

  test.each<[string, Part]>([
    ["waits in a mailbox", { sent: 10, queued: 1 }],
    ["waits in a turn", { sent: 10, openTurns: 1 }],
    ["is about to run", { sent: 10, busy: true }],
  ])("not as long as something %s", (_, first) => {
    const looks = new Array<(Part | undefined)[]>(10).fill([first, done[1]]);
    expect(quietAt(...looks)).toBe(-1);
    expect(quietAt(...looks, done, done)).toBe(11);
  });

  test("not as long as a thread does not answer", () => {
    expect(quietAt(...new Array<(Part | undefined)[]>(10).fill([done[0], undefined]))).toBe(-1);
    expect(quietAt(done, [done[0], undefined], done, done)).toBe(3);
  });

  test("not while threads hand one message round: each look finds it under way elsewhere", () => {
    const looks = Array.from({ length: 50 }, (_, at) => [
      { sent: at, handled: at, recordsOut: at, recordsIn: at },
      { sent: at, handled: at, recordsOut: at, recordsIn: at },
    ]);
    expect(quietAt(...looks)).toBe(-1);
  });

  test("sums that never agree are believed in the end, and no others", () => {
    const looks = new Array<Part[]>(2 * UNBALANCED_LOOKS).fill(underWay);
    expect(quietAt(...looks)).toBe(UNBALANCED_LOOKS);
    expect(quietAt(...looks.slice(0, UNBALANCED_LOOKS), done)).toBe(-1);
  });
});
