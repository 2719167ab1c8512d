/** The storm as the demo deals with it: starts it all, lets it rage, and asks what came of it. */
import {
  type ChildInfo,
  childRef,
  type Ref,
  type SupervisorProtocol,
  type System,
} from "../../actors/index.ts";
import {
  Army,
  Client,
  type ClientProtocol,
  type Post,
  Troop,
  Worker,
  type WorkerProtocol,
} from "./storm.actors.ts";
import { Ledger, type LedgerProtocol } from "./storm.ledger.ts";
import { Lightning, type LightningProtocol, type StormFigures } from "./storm.lightning.ts";
import { type Account, accountOf, sumAccounts } from "./storm.tally.ts";
import { until } from "./until.ts";

/** A supervisor starts one child after the other, so many of them are put right sooner. */
export const TROOPS = 30;
const WORKERS_PER_TROOP = 10;
export const WORKERS: number = TROOPS * WORKERS_PER_TROOP;
const CLIENTS_PER_THREAD = 2;
/** Until the last worker is there, before the storm and after it. */
const UP_TIMEOUT_MS = 10_000;

export class Storm {
  readonly clients: number;
  readonly #troops: readonly Ref<SupervisorProtocol>[];
  readonly #ledgers: readonly Ref<LedgerProtocol>[];
  readonly #askers: readonly Ref<ClientProtocol>[];
  readonly #lightning: Ref<LightningProtocol>;

  private constructor(
    troops: readonly Ref<SupervisorProtocol>[],
    ledgers: readonly Ref<LedgerProtocol>[],
    askers: readonly Ref<ClientProtocol>[],
    lightning: Ref<LightningProtocol>,
  ) {
    this.clients = askers.length;
    this.#troops = troops;
    this.#ledgers = ledgers;
    this.#askers = askers;
    this.#lightning = lightning;
  }

  /** @param threads where workers and clients live. */
  static async start(system: System, threads: readonly number[], seed: string): Promise<Storm> {
    const clients = threads.length * CLIENTS_PER_THREAD;
    const lightning = await system.spawn(Lightning, [seed], { thread: 0 });
    const ledgers = await Promise.all(
      threads.map((thread) => system.spawn(Ledger, [clients], { thread })),
    );
    const posts = ledgers.map((ledger, at): Post => ({ ledger, thread: threads[at] ?? 0 }));
    const troop = (_: unknown, number: number): Post[] =>
      Array.from(
        { length: WORKERS_PER_TROOP },
        (_one, at) => posts[(number + at) % posts.length],
      ).filter((post) => post !== undefined);
    const army = await system.spawn(Army, [Array.from({ length: TROOPS }, troop), lightning], {
      thread: 0,
    });
    const troops = await Promise.all(
      Array.from({ length: TROOPS }, (_, at) => childRef(army, Troop, `troop ${at}`)),
    );
    const askers = await Promise.all(
      Array.from({ length: clients }, (_, id) =>
        system.spawn(Client, [id, seed], { thread: threads[id % threads.length] ?? 0 }),
      ),
    );
    return new Storm(troops, ledgers, askers, lightning);
  }

  /** From now on questions are asked, and workers struck. */
  async begin(strikesPerSecond: number): Promise<void> {
    const workers = await this.#workers();
    for (const asker of this.#askers) asker.cast.ask(workers);
    this.#lightning.cast.strike(strikesPerSecond);
  }

  /** Nothing new from now on. Settles when those that were struck are up again, or do not come. */
  async end(): Promise<void> {
    this.#lightning.cast.strike(0);
    for (const asker of this.#askers) asker.cast.stop();
    await until(async () => (await this.figures()).down === 0, UP_TIMEOUT_MS);
  }

  figures(): Promise<StormFigures> {
    return this.#lightning.call.figures();
  }

  recoveries(): Promise<number[]> {
    return this.#lightning.call.recoveries();
  }

  /** What supervisors know of their workers. */
  async infos(): Promise<ChildInfo[]> {
    return (await Promise.all(this.#troops.map((troop) => troop.call.whichChildren()))).flat();
  }

  /** All questions, compared one by one; and those that were refused, by reason. */
  async account(): Promise<{ account: Account; reasons: Record<string, number> }> {
    const reasons: Record<string, number> = {};
    const accounts: Account[] = [];
    for (const [id, asker] of this.#askers.entries()) {
      const { asked, fates, reasons: own } = await asker.call.told();
      const begun = await Promise.all(this.#ledgers.map((ledger) => ledger.call.of(id)));
      accounts.push(accountOf(asked, fates, begun));
      for (const [name, count] of Object.entries(own)) {
        reasons[name] = (reasons[name] ?? 0) + count;
      }
    }
    return { account: sumAccounts(accounts), reasons };
  }

  /** By their ids, so they lead to whichever incarnation runs. */
  async #workers(): Promise<Ref<WorkerProtocol>[]> {
    const refs = this.#troops.map(async (troop) => {
      const infos = await troop.call.whichChildren();
      return await Promise.all(infos.map(({ id }) => childRef(troop, Worker, id)));
    });
    return (await Promise.all(refs)).flat();
  }
}
