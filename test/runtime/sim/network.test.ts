/** The simulated network: who reaches whom, what is lost, and that faults leave the rest alone. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../../runtime/random.ts";
import {
  type LinkQuality,
  Network,
  type Partition,
  wrongQuality,
} from "../../../runtime/sim/network.ts";

const NODES = ["a", "b", "c", "d"];
const SECOND = 1_000_000_000;

const network = (quality?: LinkQuality, seed = 1): Network =>
  new Network(new Random(seed), NODES, quality);

/** Ways that are cut, like "a>b". */
function cutsOf(net: Network): string[] {
  return NODES.flatMap((from) =>
    NODES.filter((to) => !net.reaches(from, to)).map((to) => `${from}>${to}`),
  );
}

/** When each of many messages arrives, one sent each ms. */
function traffic(net: Network, count: number, [from, to] = ["a", "b"]): (readonly number[])[] {
  return Array.from({ length: count }, (_, index) => net.route(from, to, index * 1_000_000));
}

describe("partitions", () => {
  const rows: [name: string, partition: Partition, cuts: string[]][] = [
    ["symmetric", { type: "partition", groups: [["a"], ["b", "c"]] }, ["a>b", "a>c", "b>a", "c>a"]],
    [
      "of three",
      { type: "partition", groups: [["a"], ["b"], ["c"]] },
      ["a>b", "a>c", "b>a", "b>c", "c>a", "c>b"],
    ],
    [
      "one way",
      { type: "oneWayPartition", from: ["a", "b"], to: ["b", "c"] },
      ["a>b", "a>c", "b>c"],
    ],
    [
      "partial",
      {
        type: "partialPartition",
        pairs: [
          ["a", "b"],
          ["c", "d"],
          ["b", "a"],
        ],
      },
      ["a>b", "b>a", "c>d", "d>c"],
    ],
  ];
  for (const [name, partition, cuts] of rows) {
    test(name, () => {
      const net = network();
      net.partition(partition, 0);
      expect(cutsOf(net)).toEqual(cuts);
      const reached = NODES.flatMap((from) =>
        NODES.filter((to) => net.route(from, to, 0).length === 0).map((to) => `${from}>${to}`),
      );
      expect(reached).toEqual(cuts);
      expect(net.counters).toMatchObject({ sent: 16, cut: cuts.length });
      expect(net.heal()).toBe(1);
      expect(cutsOf(net)).toEqual([]);
    });
  }

  test("add up, and are healed by name or all at once", () => {
    const net = network();
    net.partition({ type: "partition", groups: [["a"], ["b", "c", "d"]], name: "one" }, 0);
    net.partition({ type: "oneWayPartition", from: ["a"], to: ["b"], name: "two" }, 0);
    net.partition({ type: "partialPartition", pairs: [["c", "d"]] }, 0);
    expect(net.heal("none")).toBe(0);
    expect(net.heal("one")).toBe(1);
    expect(cutsOf(net)).toEqual(["a>b", "c>d", "d>c"]);
    expect(net.heal("one")).toBe(0);
    expect(net.heal()).toBe(2);
    expect(cutsOf(net)).toEqual([]);
  });

  test("what is under way arrives, unless the partition takes it", () => {
    const net = network({ delay: { type: "fixed", ms: 1000 } });
    expect(net.route("a", "b", 0)).toEqual([SECOND]);
    net.partition({ type: "partialPartition", pairs: [["a", "b"]] }, 10);
    expect(net.arrives("a", "b", 0)).toBe(true);
    net.heal();
    expect(net.route("a", "b", 20)).toEqual([SECOND + 20]);
    expect(net.route("b", "c", 20)).toEqual([SECOND + 20]);
    expect(net.route("a", "b", 30)).toEqual([SECOND + 30]);
    net.partition({ type: "oneWayPartition", from: ["a"], to: ["b"], inFlight: "lost" }, 30);
    net.heal();
    expect(net.route("a", "b", 40)).toEqual([SECOND + 40]);
    const arrived = [20, 30, 40].map((sentNs) => net.arrives("a", "b", sentNs));
    expect([...arrived, net.arrives("b", "c", 20)]).toEqual([false, false, true, true]);
    expect(net.counters).toEqual({ sent: 5, duplicated: 0, delivered: 3, lost: 0, cut: 2 });
  });

  test("never keep a node from itself", () => {
    const net = network({ lossPercent: 100 });
    net.partition({ type: "oneWayPartition", from: NODES, to: NODES, inFlight: "lost" }, 5);
    expect(net.route("a", "a", 5)).toEqual([5]);
    expect(net.arrives("a", "a", 5)).toBe(true);
  });
});

describe("quality", () => {
  test("delays have their distribution, and reorder unless the way is fifo", () => {
    const delay = { type: "uniform", minMs: 1, maxMs: 9 } as const;
    const delays = traffic(network({ delay }), 2000).map(
      ([at = 0], index) => at - index * 1_000_000,
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1_000_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(9_000_000);
    const average = delays.reduce((sum, one) => sum + one, 0) / 2000;
    expect(Math.abs(average - 5_000_000)).toBeLessThan(300_000);
    const disorder = (times: number[]): number =>
      times.filter((at, index) => at < (times[index - 1] ?? 0)).length;
    expect(disorder(traffic(network({ delay }), 2000).flat())).toBeGreaterThan(400);
    const fifo = network({ delay, fifo: true, duplicatePercent: 20 });
    expect(disorder(traffic(fifo, 2000).flat())).toBe(0);
  });

  test("loss and duplication have their share, and other ways theirs", () => {
    const net = network({ delay: { type: "uniform", minMs: 1, maxMs: 9 } });
    net.link({ from: ["a"], to: ["b", "c"] }, { lossPercent: 20, duplicatePercent: 10 });
    const copies = traffic(net, 5000).map((times) => times.length);
    const share = (count: number): number => copies.filter((one) => one === count).length / 50;
    expect(Math.abs(share(0) - 20)).toBeLessThan(2.5);
    expect(Math.abs(share(2) - 8)).toBeLessThan(2);
    expect(traffic(net, 500, ["b", "a"]).every((times) => times.length === 1)).toBe(true);
    net.link({ to: ["b"] });
    expect(traffic(net, 500).every((times) => times.length === 1)).toBe(true);
    expect(traffic(net, 500, ["a", "c"]).some((times) => times.length === 0)).toBe(true);
  });

  test("all and nothing are exact", () => {
    const all = network({ lossPercent: 100 });
    expect(traffic(all, 1000).flat()).toEqual([]);
    expect(all.counters).toMatchObject({ sent: 1000, lost: 1000 });
    const twice = network({ duplicatePercent: 100 });
    expect(traffic(twice, 1000).flat()).toHaveLength(2000);
  });
});

describe("what is left out changes nothing else", () => {
  const delay = { type: "uniform", minMs: 1, maxMs: 9 } as const;
  const plain = traffic(network({ delay }), 1000);

  test("loss, duplication and partitions leave the other messages as they were", () => {
    const net = network({ delay, lossPercent: 30, duplicatePercent: 30 });
    const times = traffic(net, 500);
    net.partition({ type: "partition", groups: [["a"], ["b"]] }, 0);
    for (let index = 500; index < 600; index += 1)
      times.push(net.route("a", "b", index * 1_000_000));
    net.heal();
    net.link({}, { lossPercent: 0, duplicatePercent: 0 });
    for (let index = 600; index < 1000; index += 1)
      times.push(net.route("a", "b", index * 1_000_000));
    const kept = times.map((one, index) => one.length === 0 || one[0] === plain[index]?.[0]);
    expect(kept).not.toContain(false);
    expect(times.slice(500, 600).flat()).toEqual([]);
    expect(times.slice(600)).toEqual(plain.slice(600));
  });

  test("other ways and other nodes leave a way as it was", () => {
    const more = new Network(new Random(1), ["x", ...NODES, "y"], { delay });
    const times = plain.map((_, index) => {
      more.route("b", "a", index);
      more.route("x", "a", index);
      return more.route("a", "b", index * 1_000_000);
    });
    expect(times).toEqual(plain);
  });

  test("but another seed and the way back are another way", () => {
    expect(traffic(network({ delay }, 2), 1000)).not.toEqual(plain);
    for (const way of [
      ["b", "a"],
      ["c", "b"],
      ["a", "c"],
    ]) {
      expect(traffic(network({ delay }), 1000, way as [string, string])).not.toEqual(plain);
    }
  });
});

test("every copy is counted once, whatever happens", () => {
  const node = fc.constantFrom(...NODES);
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constant("send" as const), node, node) },
    { weight: 4, arbitrary: fc.tuple(fc.constant("arrive" as const), node, node) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("cut" as const), node, node) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("heal" as const), node, node) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.nat(), (steps, seed) => {
      const net = network({ lossPercent: 20, duplicatePercent: 30 }, seed);
      let underWay: { from: string; to: string; sentNs: number }[] = [];
      let arrived = 0;
      for (const [nowNs, [what, from, to]] of steps.entries()) {
        if (what === "send") {
          for (const _ of net.route(from, to, nowNs)) underWay.push({ from, to, sentNs: nowNs });
        } else if (what === "cut" && from !== to) {
          net.partition({ type: "partialPartition", pairs: [[from, to]], inFlight: "lost" }, nowNs);
        } else if (what === "heal") net.heal();
        else {
          const [first, ...rest] = underWay;
          if (first !== undefined && net.arrives(first.from, first.to, first.sentNs)) arrived += 1;
          underWay = rest;
        }
        const { sent, duplicated, delivered, lost, cut } = net.counters;
        expect(sent + duplicated).toBe(delivered + lost + cut + underWay.length);
        expect(delivered).toBe(arrived);
      }
    }),
    { numRuns: 100 },
  );
});

test("nodes that are not there", () => {
  const net = network();
  const unknown = expect.objectContaining({ code: "ERR_UNKNOWN_NODE", node: "x" });
  expect(() => net.route("x", "a", 0)).toThrow(unknown);
  expect(() => net.route("a", "x", 0)).toThrow('there is no node "x", only a, b, c, d');
  expect(() => net.partition({ type: "partition", groups: [["a"], ["b", "x"]] }, 0)).toThrow(
    unknown,
  );
  expect(() => net.link({ to: ["x"] }, { lossPercent: 1 })).toThrow(unknown);
  expect(cutsOf(net)).toEqual([]);
  expect(net.counters.sent).toBe(0);
});

test("qualities that are none", () => {
  expect(
    wrongQuality({ delay: { type: "fixed", ms: 1 }, lossPercent: 0.5, fifo: true }),
  ).toBeUndefined();
  const rows: [unknown, string][] = [
    [null, ""],
    [{ loss: 5 }, ""],
    [{ delay: { type: "uniform", minMs: 2, maxMs: 1 } }, "delay.maxMs"],
    [{ delay: 5 }, "delay"],
    [{ lossPercent: 101 }, "lossPercent"],
    [{ duplicatePercent: -1 }, "duplicatePercent"],
    [{ fifo: 1 }, "fifo"],
  ];
  for (const [value, key] of rows) expect(wrongQuality(value)).toMatchObject({ key });
});
