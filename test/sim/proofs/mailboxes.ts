/**
 * Surviving mailboxes: numbered messages from several threads, while threads die, also many.
 *
 * Always: no message comes twice but where it may, in the order of its sender; one turn at a time.
 * At the end: every message was handled, or is a dead letter with its reason, or was dropped.
 */

import type { MailboxOptions, Ref } from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { Deliveries } from "./deliveries.ts";
import {
  ATTEMPTS,
  HANDLERS,
  noteIn,
  type Order,
  Sink,
  type SinkProtocol,
  Source,
} from "./mailboxes.actors.ts";
import {
  calm,
  deathsOf,
  drawTrouble,
  type Met,
  MORTAL,
  onThreads,
  type Proof,
  quiet,
  started,
} from "./proof.ts";

const THREADS = 3;
const TROUBLE_MS = 600;
const CALM_MS = 1_000;
const SINKS = ["sink 0", "sink 1", "sink 2"];
const HELD_UP = { slow: 100, stall: 10 };
const POLICIES = ["reject", "drop-newest", "drop-oldest", "back-pressure"] as const;

class Program {
  readonly #sim: Simulation;
  readonly #deliveries: Deliveries;
  #until = Number.POSITIVE_INFINITY;
  readonly sinks: Ref<SinkProtocol>[] = [];
  readonly #sources: Ref<{ send(orders: readonly Order[]): void }>[] = [];
  /** Sent from here, without a number. */
  orders = 0;

  constructor(sim: Simulation, deliveries: Deliveries) {
    this.#sim = sim;
    this.#deliveries = deliveries;
  }

  /** From now on it goes on for some time. */
  begin(): void {
    this.#until = this.#sim.now + TROUBLE_MS;
  }

  get #goesOn(): boolean {
    return this.#sim.now < this.#until;
  }

  get #leftMs(): number {
    return Math.ceil(Math.min(TROUBLE_MS, Math.max(0, this.#until - this.#sim.now)));
  }

  /** There is a sink at this place until the end, with mailboxes of all kinds. */
  async keepSink(place: number): Promise<void> {
    const { system, random: all } = this.#sim;
    const random = all.fork(`sink ${place}`);
    while (this.#goesOn) {
      const policy = POLICIES[random.int(POLICIES.length)] ?? "reject";
      const mailbox: MailboxOptions = random.chance(60) ? {} : { max: 4 + random.int(30), policy };
      const thread = 1 + random.int(THREADS);
      const options = { label: `sink ${place}`, thread, mailbox };
      const sink = await system.spawn(Sink, [], options).catch(() => undefined);
      if (sink === undefined) continue;
      this.sinks[place] = sink;
      await system.whenDown(sink, { timeout: this.#leftMs });
      while (this.#goesOn && this.#sim.state(sink) === undefined) {
        const { type } = await system.whenDown(sink, { timeout: 5 });
        if (type === "noproc") break;
      }
    }
  }

  async keepSource(thread: number): Promise<void> {
    const { system } = this.#sim;
    while (this.#goesOn) {
      const source = await system.spawn(Source, [], { thread }).catch(() => undefined);
      if (source === undefined) continue;
      this.#sources[thread] = source;
      await system.whenDown(source, { timeout: this.#leftMs });
    }
  }

  /** Tells sources what to send, and sends by itself. */
  async user(number: number): Promise<void> {
    const random = this.#sim.random.fork(`user ${number}`);
    while (this.#goesOn) {
      const source = this.#sources[random.int(THREADS + 1)];
      const orders = Array.from({ length: 1 + random.int(8) }, () => this.#order(random));
      const known = orders.filter(([sink]) => sink !== undefined);
      if (source === undefined || random.chance(20)) this.#sendHere(known);
      else {
        this.orders += 1;
        source.cast.send(known);
      }
      await this.#sim.sleep(random.int(16));
    }
  }

  #order(random: { int(max: number): number; chance(percent: number): boolean }): Order {
    const sink = this.sinks[random.int(this.sinks.length || 1)] as Ref<SinkProtocol>;
    const handler = HANDLERS[random.int(HANDLERS.length)] ?? "once";
    const ms = random.int(random.chance(10) ? 60 : 4);
    return [sink, handler, ms, random.chance(5) ? 40_000 : random.int(60)];
  }

  #sendHere(orders: readonly Order[]): void {
    for (const [sink, handler, ms, bytes] of orders) {
      if (bytes % 2 === 0) {
        const number = this.#deliveries.sends("outside", sink, handler);
        sink.cast[handler]("outside", number, ms, "x".repeat(bytes));
        continue;
      }
      void this.#deliveries.calls(sink, handler, (source, number) =>
        sink.call[handler](source, number, ms, "x".repeat(bytes)),
      );
    }
  }
}

async function body(sim: Simulation, faults: Plan, isCalm: boolean): Promise<Met> {
  const isIdempotent = (name: string): boolean => name.startsWith("again");
  const bounds = { attempts: ATTEMPTS, isIdempotent, isCalm };
  const deliveries = new Deliveries(sim, bounds);
  noteIn(deliveries);
  sim.always("deliveries", () => deliveries.problems[0]);
  onThreads(sim, THREADS, (isWhole) => deliveries.changed(isWhole));
  sim.system.deadLetters((letter) => deliveries.letter(letter));
  const program = new Program(sim, deliveries);
  const work = SINKS.map((_, at) => program.keepSink(at));
  for (let thread = 1; thread <= THREADS; thread += 1) work.push(program.keepSource(thread));
  await started(sim);
  program.begin();
  await Promise.all([...work, program.user(0), program.user(1)]);
  await calm(sim, faults, CALM_MS);
  await quiet(sim);
  const counters = sim.system.counters();
  const isGone = (source: string): boolean => source !== "outside";
  deliveries.close(counters, { orders: program.orders, deaths: deathsOf(sim), isGone });
  const { met } = deliveries;
  const { dropped } = counters;
  const stopped = await sim.system.stop();
  if (stopped.counters.sent !== counters.sent) throw new Error("a stop sends no messages");
  return { ...met, dropped };
}

export const mailboxes: Proof = {
  name: "mailboxes",
  file: "test/sim/mailboxes.test.ts",
  least: { sent: 50_000, lives: 150, cut: 80, repeated: 40, dropped: 1_000, kill: 120 },
  async run(seed, more) {
    const isCalm = seed % 2 === 0;
    const kinds = { kill: seed % 4 < 2 ? 200 : 600, crash: 60, ...(isCalm ? {} : HELD_UP) };
    const faults = drawTrouble(seed, { forMs: TROUBLE_MS, kinds, actors: SINKS, threads: THREADS });
    const system = { development: seed % 5 < 3, standbys: 1 + (seed % 3), ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const run = (sim: Simulation): Promise<Met> => body(sim, faults, isCalm);
    const { result, faults: met, messages } = await simulate(options, run);
    return { ...result, ...met, messages };
  },
};
