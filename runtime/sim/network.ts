/**
 * The network between the nodes of a simulation: when a message arrives, if it does.
 *
 *     route(from, to, now) ──► cut? ──► lost? ──► one delay, or two for two copies ──► times
 *     arrives(from, to, sent) ◄── whoever delivers asks when such a time has come
 *
 * It decides and keeps nothing: the messages lie with whoever asks. Each way from one node to
 * another has its own quality and its own numbers, and each message takes the same count of them
 * whatever happens to it. So a partition or a loss less leaves all other messages as they were.
 * Delays are drawn for each message, so a later one may arrive first, unless the way is `fifo`.
 *
 * Counted are copies: sent + duplicated = delivered + lost + cut + under way.
 *
 * Left out: bandwidth and queues; connections; a node that is down, which whoever delivers knows.
 *
 * @source Alfatafta, Alkhatib, Alquraan, Al-Kiswany, "Toward a Generic Fault Tolerance Technique
 *   for Partial Network Partitioning", OSDI 2020: complete, partial and simplex partitions.
 */

import { SabeamError } from "../errors.ts";
import type { Random } from "../random.ts";
import { isNumber, type Rule, type Wrong, wrongKey } from "../wrong.ts";
import { type Delay, type DelayNs, delayNs, wrongDelay } from "./delay.ts";

/** What a way between two nodes is like. What is left out is as for all ways at the beginning. */
export interface LinkQuality {
  readonly delay?: Delay | undefined;
  /** Messages that never arrive, 0 to 100. */
  readonly lossPercent?: number | undefined;
  /** Messages that arrive twice, 0 to 100. */
  readonly duplicatePercent?: number | undefined;
  /** Messages arrive in the order in which they were sent. */
  readonly fifo?: boolean | undefined;
}

/** The ways from each of `from` to each of `to`; left out means all nodes. */
export interface Ways {
  readonly from?: readonly string[] | undefined;
  readonly to?: readonly string[] | undefined;
}

/** Partitions add up: a way is open when none of them cuts it. */
export type Partition = Shape & {
  readonly name?: string | undefined;
  /** What becomes of messages under way on the ways it cuts. Default "delivered". */
  readonly inFlight?: "delivered" | "lost" | undefined;
};

type Shape =
  /** Nobody in a group reaches anybody in another; who is in none reaches all. */
  | { readonly type: "partition"; readonly groups: readonly (readonly string[])[] }
  /** Nobody of `from` reaches anybody of `to`; the way back stays open. */
  | {
      readonly type: "oneWayPartition";
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  /** The two of a pair do not reach each other, whoever else reaches both. */
  | {
      readonly type: "partialPartition";
      readonly pairs: readonly (readonly [string, string])[];
    };

/** Copies of messages; a message has one, and another one if it was duplicated. */
export interface NetworkCounters {
  sent: number;
  duplicated: number;
  delivered: number;
  lost: number;
  /** Lost to a partition. */
  cut: number;
}

/** A network was asked about a node that it does not join. */
export class UnknownNode extends SabeamError {
  override readonly name = "UnknownNode";
  readonly node: string;

  constructor(node: string, nodes: readonly string[]) {
    const known = nodes.slice(0, NODES_TOLD_MAX).join(", ");
    const more = nodes.length > NODES_TOLD_MAX ? `, … (${nodes.length} in all)` : "";
    super("ERR_UNKNOWN_NODE", `there is no node ${JSON.stringify(node)}, only ${known}${more}`);
    this.node = node;
  }
}

/** Like a data centre with a little jitter. */
const DELAY_DEFAULT: Delay = { type: "uniform", minMs: 0.2, maxMs: 1 };
const KEYS = ["delay", "lossPercent", "duplicatePercent", "fifo"];
const NODES_TOLD_MAX = 10;
/** Percentages are kept to the fourth digit, so that one whole number decides. */
const MILLION = 1_000_000;
const PER_PERCENT = 10_000;
const NOWHERE: readonly number[] = Object.freeze([]);

const isFlag: Rule = {
  allowed: "true or false",
  holds: (value) => typeof value === "boolean",
};

/** What is wrong with this quality; undefined: nothing. */
export function wrongQuality(value: unknown): Wrong | undefined {
  const allowed = `an object with ${KEYS.join(", ")}`;
  if (typeof value !== "object" || value === null) return { key: "", allowed, got: value };
  const other = Object.keys(value).find((key) => !KEYS.includes(key));
  if (other !== undefined) return { key: "", allowed: `${allowed} only`, got: value };
  const { delay, lossPercent, duplicatePercent, fifo } = value as LinkQuality;
  const wrong = delay === undefined ? undefined : wrongDelay(delay);
  if (wrong !== undefined) return { ...wrong, key: wrong.key ? `delay.${wrong.key}` : "delay" };
  return (
    wrongKey("lossPercent", lossPercent, isNumber(0, 100)) ??
    wrongKey("duplicatePercent", duplicatePercent, isNumber(0, 100)) ??
    wrongKey("fifo", fifo, isFlag)
  );
}

/** One way, from one node to another. */
class Link {
  delay: DelayNs;
  lossPpm: number;
  duplicatePpm: number;
  fifo: boolean;
  /** How often partitions cut it. */
  cuts = 0;
  /** What was sent at this time or before is lost, in ns. */
  lostUntilNs = -1;
  /** When the last copy arrives that was sent so far, in ns. */
  lastNs = 0;
  readonly #losses: Random;
  readonly #duplicates: Random;
  readonly #delays: Random;
  readonly #copies: Random;

  constructor(random: Random, quality: LinkQuality) {
    this.#losses = random.fork("loss");
    this.#duplicates = random.fork("duplicate");
    this.#delays = random.fork("delay");
    this.#copies = random.fork("copy");
    this.delay = delayNs(quality.delay ?? DELAY_DEFAULT);
    this.lossPpm = ppm(quality.lossPercent);
    this.duplicatePpm = ppm(quality.duplicatePercent);
    this.fifo = quality.fifo ?? false;
  }

  /** The fate of one message. Draws the same numbers whatever it is. */
  draw(): { lost: boolean; duplicated: boolean; delayNs: number; copyDelayNs: number } {
    return {
      lost: this.#losses.int(MILLION) < this.lossPpm,
      duplicated: this.#duplicates.int(MILLION) < this.duplicatePpm,
      delayNs: this.delay(this.#delays.float()),
      copyDelayNs: this.delay(this.#copies.float()),
    };
  }

  arrival(nowNs: number, delayNs: number): number {
    const atNs = this.fifo ? Math.max(nowNs + delayNs, this.lastNs) : nowNs + delayNs;
    this.lastNs = Math.max(this.lastNs, atNs);
    return atNs;
  }
}

export class Network {
  readonly counters: NetworkCounters = { sent: 0, duplicated: 0, delivered: 0, lost: 0, cut: 0 };
  readonly #random: Random;
  readonly #nodes: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #quality: LinkQuality;
  /** By number of the sender times nodes plus number of the receiver; made at first use. */
  readonly #links = new Map<number, Link>();
  #partitions: { name: string | undefined; links: readonly Link[] }[] = [];

  /**
   * @param random is not changed.
   * @param quality of all ways at the beginning, as `wrongQuality` finds nothing wrong with. What
   *   is left out: 0.2 to 1 ms, nothing lost, nothing duplicated, no order.
   */
  constructor(random: Random, nodes: readonly string[], quality: LinkQuality = {}) {
    this.#random = random.fork("network");
    this.#nodes = nodes;
    this.#numbers = new Map(nodes.map((node, number) => [node, number]));
    this.#quality = quality;
  }

  /**
   * A message is sent now: when each copy of it arrives, in ns of virtual time; nothing if it does
   * not. What a node sends to itself arrives at once and always. About 0.3 µs.
   *
   * @throws UnknownNode (`ERR_UNKNOWN_NODE`)
   */
  route(from: string, to: string, nowNs: number): readonly number[] {
    const link = this.#link(from, to);
    this.counters.sent += 1;
    if (from === to) return [nowNs];
    const fate = link.draw();
    if (link.cuts > 0) {
      this.counters.cut += 1;
      return NOWHERE;
    }
    if (fate.lost) {
      this.counters.lost += 1;
      return NOWHERE;
    }
    const atNs = link.arrival(nowNs, fate.delayNs);
    if (!fate.duplicated) return [atNs];
    this.counters.duplicated += 1;
    return [atNs, link.arrival(nowNs, fate.copyDelayNs)];
  }

  /**
   * A time that `route` gave has come. False: a partition that began meanwhile has taken the copy.
   * Ask once for each copy, since it counts them.
   */
  arrives(from: string, to: string, sentNs: number): boolean {
    const lost = from !== to && sentNs <= this.#link(from, to).lostUntilNs;
    if (lost) this.counters.cut += 1;
    else this.counters.delivered += 1;
    return !lost;
  }

  /** Whether no partition cuts the way. */
  reaches(from: string, to: string): boolean {
    return this.#link(from, to).cuts === 0;
  }

  /**
   * Begins a partition; entries of fault plans are such.
   *
   * @throws UnknownNode (`ERR_UNKNOWN_NODE`); nothing is cut then.
   */
  partition(partition: Partition, nowNs: number): void {
    const links = cutWays(partition).map(([from, to]) => this.#link(from, to));
    for (const link of links) {
      link.cuts += 1;
      if (partition.inFlight === "lost") link.lostUntilNs = nowNs;
    }
    this.#partitions.push({ name: partition.name, links });
  }

  /** Ends all partitions of that name, or all at all. How many these were. */
  heal(name?: string): number {
    const healed = this.#partitions.filter((one) => name === undefined || one.name === name);
    for (const { links } of healed) for (const link of links) link.cuts -= 1;
    this.#partitions = this.#partitions.filter((one) => !healed.includes(one));
    return healed.length;
  }

  /**
   * Changes what ways are like from now on, all of it: what `quality` leaves out is as at the
   * beginning. Without a quality, they are mended. What is under way stays as it is.
   */
  link({ from = this.#nodes, to = this.#nodes }: Ways, quality: LinkQuality = {}): void {
    const links = from.flatMap((sender) => to.map((receiver) => this.#link(sender, receiver)));
    const { delay, lossPercent, duplicatePercent, fifo } = quality;
    const delayed = delayNs(delay ?? this.#quality.delay ?? DELAY_DEFAULT);
    for (const link of links) {
      link.delay = delayed;
      link.lossPpm = ppm(lossPercent ?? this.#quality.lossPercent);
      link.duplicatePpm = ppm(duplicatePercent ?? this.#quality.duplicatePercent);
      link.fifo = fifo ?? this.#quality.fifo ?? false;
    }
  }

  #link(from: string, to: string): Link {
    const sender = this.#numbers.get(from);
    const receiver = this.#numbers.get(to);
    if (sender === undefined) throw new UnknownNode(from, this.#nodes);
    if (receiver === undefined) throw new UnknownNode(to, this.#nodes);
    const key = sender * this.#nodes.length + receiver;
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new Link(this.#random.fork(from).fork(to), this.#quality);
      this.#links.set(key, link);
    }
    return link;
  }
}

function ppm(percent = 0): number {
  return Math.round(percent * PER_PERCENT);
}

/** The ways that a partition cuts. A node always reaches itself. */
function cutWays(partition: Partition): (readonly [string, string])[] {
  switch (partition.type) {
    case "partition":
      return partition.groups.flatMap((group) => {
        const others = partition.groups.filter((other) => other !== group).flat();
        return waysBetween(group, others);
      });
    case "oneWayPartition":
      return waysBetween(partition.from, partition.to);
    case "partialPartition":
      return partition.pairs.flatMap(([one, other]) => [
        [one, other],
        [other, one],
      ]);
  }
}

function waysBetween(from: readonly string[], to: readonly string[]): [string, string][] {
  return from.flatMap((one) =>
    to.filter((other) => other !== one).map((other): [string, string] => [one, other]),
  );
}
