/**
 * Accounting: casts and calls across threads, small and large, to mailboxes of every policy, while
 * actors fail and threads die.
 *
 * Always: each message is handled once at most, whole, and in the order of its sender; a call
 * settles as what has happened allows. At the end: the counters say what was sent and handled.
 */

import type { MailboxOptions, Ref } from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { Clerk, type ClerkProtocol, noteIn, perform, type Task } from "./accounting.actors.ts";
import { Books } from "./books.ts";
import {
  calm,
  deathsOf,
  drawTrouble,
  type Met,
  MORTAL,
  type Proof,
  quiet,
  started,
} from "./proof.ts";

const THREADS = 3;
const CLERKS = 5;
const LABELS: string[] = Array.from({ length: CLERKS }, (_, place) => `clerk ${place}`);
const TROUBLE_MS = 300;
const CALM_MS = 6_000;
const POLICIES = ["reject", "drop-newest", "drop-oldest", "back-pressure"] as const;
const HOWS = ["cast", "cast", "cast", "call", "later", "fail"] as const;

type Draws = Pick<Simulation["random"], "int" | "chance">;

class Office {
  readonly #sim: Simulation;
  readonly #books: Books;
  #until = Number.POSITIVE_INFINITY;
  readonly #clerks: Ref<ClerkProtocol>[] = [];

  constructor(sim: Simulation, books: Books) {
    this.#sim = sim;
    this.#books = books;
  }

  /** From now on it goes on for some time. */
  begin(): void {
    this.#until = this.#sim.now + TROUBLE_MS;
  }

  get #leftMs(): number {
    return Math.ceil(Math.min(TROUBLE_MS, Math.max(0, this.#until - this.#sim.now)));
  }

  /** There is a clerk at this place until the end. */
  async keep(place: number): Promise<void> {
    const { system, random: all } = this.#sim;
    const random = all.fork(`clerk ${place}`);
    while (this.#leftMs > 0) {
      const policy = POLICIES[random.int(POLICIES.length)] ?? "reject";
      const mailbox: MailboxOptions = random.chance(50) ? {} : { max: 2 + random.int(12), policy };
      const options = { label: `clerk ${place}`, thread: random.int(THREADS + 1), mailbox };
      const clerk = await system.spawn(Clerk, [], options).catch(() => undefined);
      if (clerk === undefined) continue;
      this.#clerks[place] = clerk;
      await system.whenDown(clerk, { timeout: this.#leftMs });
    }
  }

  /** Sends from outside of actors, and has clerks send. */
  async user(number: number): Promise<void> {
    const random = this.#sim.random.fork(`user ${number}`);
    const open: Promise<void>[] = [];
    while (this.#leftMs > 0) {
      const tasks = this.#tasks(random);
      const clerk = this.#clerks[random.int(CLERKS)];
      if (clerk === undefined || random.chance(40)) open.push(...tasks.map((one) => this.#do(one)));
      else open.push(this.#relay(clerk, tasks, random));
      await this.#sim.sleep(random.int(20));
    }
    await Promise.all(open);
  }

  #do(task: Task): Promise<void> {
    return perform("outside", task);
  }

  async #relay(clerk: Ref<ClerkProtocol>, tasks: Task[], random: Draws): Promise<void> {
    const { cast, call } = clerk;
    if (random.chance(60)) {
      this.#books.casts("outside", clerk, (number) => cast.relay(number, "", 0, tasks));
      return;
    }
    await this.#books.calls("outside", clerk, (number) => call.relay(number, "", 0, tasks));
  }

  #tasks(random: Draws): Task[] {
    const tasks: Task[] = [];
    // Often all to one, whose mailbox is full then.
    const one = random.chance(40) ? this.#clerks[random.int(CLERKS)] : undefined;
    for (let left = 1 + random.int(one === undefined ? 8 : 20); left > 0; left -= 1) {
      const to = one ?? this.#clerks[random.int(CLERKS)];
      const how = HOWS[random.int(random.chance(95) ? 5 : 6)] ?? "cast";
      const bytes = random.chance(6) ? 20_000 + random.int(40_000) : random.int(80);
      if (to !== undefined) tasks.push({ to, how, bytes, ms: random.int(6) });
    }
    return tasks;
  }
}

async function body(sim: Simulation, faults: Plan): Promise<Met> {
  const books = new Books(sim);
  noteIn(books);
  sim.always("the books", () => books.problems[0]);
  sim.system.deadLetters((letter) => books.letter(letter));
  const office = new Office(sim, books);
  const work = LABELS.map((_, place) => office.keep(place));
  await started(sim);
  office.begin();
  await Promise.all([...work, office.user(0), office.user(1)]);
  await calm(sim, faults, CALM_MS);
  await quiet(sim);
  const counters = sim.system.counters();
  const [node] = sim.nodes.values();
  const isAlive = (from: string): boolean => from === "outside" || node?.find(from) !== undefined;
  books.close(counters, deathsOf(sim), isAlive);
  await sim.system.stop();
  return { ...books.met, dropped: counters.dropped };
}

export const accounting: Proof = {
  name: "accounting",
  file: "test/sim/accounting.test.ts",
  least: { casts: 15_000, calls: 9_000, large: 1_000, dropped: 80, kill: 150 },
  async run(seed, more) {
    const kinds = { kill: seed % 5 === 0 ? 0 : 400, crash: 120, slow: 60, stall: 5 };
    const trouble = { forMs: TROUBLE_MS, kinds, actors: LABELS, threads: THREADS };
    const faults = drawTrouble(seed, trouble);
    const system = { development: seed % 2 === 0, ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const { result, faults: met, messages } = await simulate(options, (sim) => body(sim, faults));
    return { ...result, ...met, messages };
  },
};
