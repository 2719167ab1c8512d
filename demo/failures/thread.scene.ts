/** The town hall as the demo deals with it: who is where, how its thread dies, who answers then. */
import { childRef, type Ref, type SupervisorProtocol, type System } from "../../actors/index.ts";
import { type Arrivals, Books, type BooksProtocol } from "./books.ts";
import { microseconds } from "./stopwatch.ts";
import {
  Bystander,
  CLERK,
  Clerk,
  DESKS_PER_HALL,
  Desk,
  type DeskProtocol,
  Hall,
  House,
  Letterbox,
  Saboteur,
  type SaboteurProtocol,
  Witness,
  type WitnessProtocol,
} from "./thread.actors.ts";
import { until } from "./until.ts";

/** The thread that dies. */
export const DOOMED = 1;
/** Clerk, letterbox, saboteur. */
const OTHERS = 3;
/** Put in before an end and behind it, at once: some wait in the mailbox, some on the way to it. */
const LETTERS = 500;
/** Of everybody together, on a slow machine. */
const BACK_TIMEOUT_MS = 30_000;
const WAIT = { timeout: BACK_TIMEOUT_MS };

/** What one end did. */
export interface Death {
  readonly title: string;
  /** False: only the saboteur is to end, and its thread goes on. */
  readonly ofThread: boolean;
  /** What the exit reasons of those who ended are to tell. */
  readonly expected: string;
  readonly causes: readonly string[];
  readonly ends: Readonly<Record<string, number>>;
  readonly culprits: number;
  /** Of the thread, before and after. */
  readonly generations: readonly [number, number];
  /** From the order to do it until the first end was told, and until the last one worked again. */
  readonly toldUs: number;
  readonly backUs: number;
  /** Who answers to the clerk's name, before and after. */
  readonly clerks: readonly [string, string];
  /** Desks that answer to their ids. */
  readonly desks: number;
  readonly letters: Arrivals;
  /** What the bystander has counted: one more with each death. */
  readonly bystander: number;
}

export interface Plan extends Pick<Death, "title" | "ofThread" | "expected"> {
  readonly act: (saboteur: Ref<SaboteurProtocol>) => void;
}

interface Parts {
  readonly witness: Ref<WitnessProtocol>;
  readonly books: Ref<BooksProtocol>;
  readonly bystander: Ref<{ count(): number }>;
  readonly clerk: Ref<{ address(): string }>;
  readonly letterbox: Ref<{ put(sender: number, number: number): void }>;
  readonly saboteur: Ref<SaboteurProtocol>;
  readonly desks: readonly Ref<DeskProtocol>[];
}

export class Town {
  readonly #system: System;
  readonly #parts: Parts;
  #letters = 0;

  private constructor(system: System, parts: Parts) {
    this.#system = system;
    this.#parts = parts;
  }

  /** @param bystanding where the one lives that nothing happens to */
  static async start(system: System, halls: number, bystanding: number): Promise<Town> {
    const here = { thread: 0 };
    const witness = await system.spawn(Witness, [], { ...here, label: "witness" });
    const books = await system.spawn(Books, [], { ...here, label: "books" });
    const bystander = await system.spawn(Bystander, [], { thread: bystanding });
    const risen = witness.with(WAIT).call.whenRisen(halls * DESKS_PER_HALL + OTHERS);
    const house = await system.spawn(House, [halls, witness, books], { ...here, name: "house" });
    const [letterbox, saboteur, desks] = await Promise.all([
      childRef(house, Letterbox, "letterbox"),
      childRef(house, Saboteur, "saboteur"),
      desksOf(house, halls),
    ]);
    await risen;
    const clerk = system.named(Clerk, CLERK);
    const parts = { witness, books, bystander, clerk, letterbox, saboteur, desks };
    return new Town(system, parts);
  }

  get desks(): number {
    return this.#parts.desks.length;
  }

  /** All that end with the thread. */
  get actors(): number {
    return this.desks + OTHERS;
  }

  /** Has the saboteur do it, with letters on their way, and waits until all work again. */
  async die({ act, ...plan }: Plan): Promise<Death> {
    const { witness, saboteur, clerk } = this.#parts;
    const [clerkBefore, before] = [await clerk.call.address(), this.#generation()];
    const risen = witness.with(WAIT).call.whenRisen(plan.ofThread ? this.actors : 1);
    this.#post();
    const orderUs = microseconds();
    act(saboteur);
    this.#post();
    const { downUs, roseUs, ...seen } = await risen;
    this.#post();
    return {
      ...plan,
      ...seen,
      generations: [before, this.#generation()],
      toldUs: downUs - orderUs,
      backUs: roseUs - orderUs,
      clerks: [clerkBefore, await clerk.call.address()],
      desks: await this.#desksThatWork(),
      letters: await this.#arrivals(),
      bystander: await this.#parts.bystander.call.count(),
    };
  }

  #generation(): number {
    return this.#system.threads[DOOMED]?.generation ?? 0;
  }

  #post(): void {
    for (let count = 0; count < LETTERS; count += 1) {
      this.#parts.letterbox.cast.put(0, this.#letters);
      this.#letters += 1;
    }
  }

  async #desksThatWork(): Promise<number> {
    const answers = this.#parts.desks.map((desk) => desk.with(WAIT).call.works());
    const all = await Promise.allSettled(answers);
    return all.filter(({ status }) => status === "fulfilled").length;
  }

  /** Once the last one has arrived, since they come in order; or as it is after some time. */
  async #arrivals(): Promise<Arrivals> {
    const account = (): Promise<Arrivals> => this.#parts.books.call.account([[this.#letters]]);
    await until(async () => (await account()).missing === 0, BACK_TIMEOUT_MS);
    return account();
  }
}

/** By their ids, so each leads to whichever incarnation runs when something is sent. */
async function desksOf(
  house: Ref<SupervisorProtocol>,
  halls: number,
): Promise<Ref<DeskProtocol>[]> {
  const refs = Array.from({ length: halls }, async (_, number) => {
    const hall = await childRef(house, Hall, `hall ${number}`);
    const first = number * DESKS_PER_HALL;
    const ids = Array.from({ length: DESKS_PER_HALL }, (_one, at) => `desk ${first + at}`);
    return Promise.all(ids.map((id) => childRef(hall, Desk, id)));
  });
  return (await Promise.all(refs)).flat();
}
