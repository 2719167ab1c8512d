/**
 * The actors in the storm: workers under supervisors, and clients that ask them numbered questions.
 *
 *     Client ── question(client, number) ──▶ Worker ── begun(client, number) ──▶ Ledger
 *        └─ what came of each number            └─ fell, rose ──▶ Lightning ── strikes ──▶ a Worker
 *
 * The other two have no part in the storm: storm.ledger.ts, storm.lightning.ts.
 */
import {
  type ActorDown,
  type ChildSpec,
  childSpec,
  defineActor,
  defineSupervisor,
  type Ref,
  type Self,
} from "../../actors/index.ts";
import { Random } from "../../runtime/index.ts";
import { microseconds } from "./stopwatch.ts";
import type { LedgerProtocol } from "./storm.ledger.ts";
import type { LightningProtocol } from "./storm.lightning.ts";
import { type Fate, Tally } from "./storm.tally.ts";

const STRUCK = "struck by lightning";

export interface WorkerProtocol {
  hello(): void;
  question(client: number, number: number): number;
  /** It throws at the next question. */
  doom(): void;
}

interface WorkerState {
  readonly id: number;
  answered: number;
  doomed: boolean;
}

interface WorkerLinks {
  readonly ledger: Ref<LedgerProtocol>;
  readonly lightning: Ref<LightningProtocol>;
}

function linksOf(self: Pick<Self<unknown>, "local">): WorkerLinks {
  return self.local.links as WorkerLinks; // `init` has put it there.
}

export const Worker = defineActor(import.meta.url, "Worker", {
  init(
    self,
    id: number,
    ledger: Ref<LedgerProtocol>,
    lightning: Ref<LightningProtocol>,
  ): WorkerState {
    self.local.links = { ledger, lightning } satisfies WorkerLinks;
    // The first message that it handles says that it works.
    (self.ref as Ref<WorkerProtocol>).cast.hello();
    return { id, answered: 0, doomed: false };
  },
  handlers: {
    hello(self): void {
      linksOf(self).lightning.cast.rose(self.state.id, microseconds(), self.ref);
    },
    question(self, client: number, number: number): number {
      const { ledger, lightning } = linksOf(self);
      ledger.cast.begun(client, number);
      if (self.state.doomed) {
        lightning.cast.fell(self.state.id, microseconds());
        throw new Error(STRUCK);
      }
      self.state.answered += 1;
      return number;
    },
    doom(self): void {
      self.state.doomed = true;
    },
  },
});

/** Crashes are what this is about, and no reason to give up. */
const INTENSITY = 1_000_000;
/** Supervisors have little to do, and main is where they cannot be lost. */
const HERE = { thread: 0 } as const;

/** Where a worker lives, and who keeps its books there. */
export interface Post {
  readonly thread: number;
  readonly ledger: Ref<LedgerProtocol>;
}

export const Troop = defineSupervisor(
  import.meta.url,
  "Troop",
  (first: number, posts: readonly Post[], lightning: Ref<LightningProtocol>) => ({
    intensity: INTENSITY,
    children: posts.map(({ thread, ledger }, at): ChildSpec => {
      const id = first + at;
      return childSpec(Worker, [id, ledger, lightning], { id: `worker ${id}`, thread });
    }),
  }),
);

export const Army = defineSupervisor(
  import.meta.url,
  "Army",
  (troops: readonly (readonly Post[])[], lightning: Ref<LightningProtocol>) => ({
    children: troops.map((posts, at): ChildSpec => {
      const first = troops.slice(0, at).reduce((sum, { length }) => sum + length, 0);
      return childSpec(Troop, [first, posts, lightning], { id: `troop ${at}`, ...HERE });
    }),
  }),
);

/** Questions that a client has under way at a time. */
const BURST = 128;
/** Between two bursts. At full load one would measure how the threads compete for the cores. */
const PAUSE_MS = 4;
/** A bound for hangs: an answer takes milliseconds. */
const ANSWER_TIMEOUT_MS = 30_000;

/** What a client was told, in the end. */
export interface Told {
  readonly asked: number;
  /** A byte of FATES for each number. */
  readonly fates: Uint8Array;
  /** Questions that were not begun, by how the worker was down. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface ClientProtocol {
  /** Asks until it is told to stop. */
  ask(workers: readonly Ref<WorkerProtocol>[]): Promise<void>;
  stop(): void;
  told(): Told;
}

interface ClientState {
  readonly id: number;
  asked: number;
  stopped: boolean;
  readonly reasons: Record<string, number>;
}

interface ClientTools {
  readonly tally: Tally;
  readonly random: Random;
}

export const Client = defineActor(import.meta.url, "Client", {
  init(self, id: number, seed: string): ClientState {
    const random = new Random(`${seed} client ${id}`);
    self.local.tools = { tally: new Tally(), random } satisfies ClientTools;
    return { id, asked: 0, stopped: false, reasons: {} };
  },
  handlers: {
    async ask(self, workers: readonly Ref<WorkerProtocol>[]): Promise<void> {
      if (self.state.stopped) return;
      const { random } = self.local.tools as ClientTools;
      const burst = Array.from({ length: BURST }, () => {
        const worker = workers[random.int(workers.length)];
        return worker === undefined ? undefined : askOne(self, worker);
      });
      await Promise.all(burst);
      self.timers.after("ask", PAUSE_MS, "ask", workers);
    },
    stop(self): void {
      self.state.stopped = true;
    },
    told(self): Told {
      const { asked, reasons } = self.state;
      const { tally } = self.local.tools as ClientTools;
      return { asked, fates: tally.bytes, reasons: { ...reasons } };
    },
  },
});

/** Asks the next question, and notes what comes of it. */
async function askOne(self: Self<ClientState>, worker: Ref<WorkerProtocol>): Promise<void> {
  const { state, local } = self;
  const { tally } = local.tools as ClientTools;
  const number = state.asked;
  state.asked += 1;
  const fate = await fateOf(worker, state, number);
  if (fate !== undefined) tally.settle(number, fate);
}

/** Undefined: nobody knows. */
async function fateOf(
  worker: Ref<WorkerProtocol>,
  { id, reasons }: ClientState,
  number: number,
): Promise<Fate | undefined> {
  try {
    const { call } = worker.with({ timeout: ANSWER_TIMEOUT_MS });
    return (await call.question(id, number)) === number ? "answered" : undefined;
  } catch (error) {
    const { code, handled, reason, message } = error as Partial<ActorDown> & Error;
    if (code === "ERR_ACTOR_DOWN" && handled === "no") {
      const type = reason?.type ?? "unknown";
      reasons[type] = (reasons[type] ?? 0) + 1;
      return "refused";
    }
    const crashed = code === "ERR_ACTOR_DOWN" || message === STRUCK;
    return crashed ? "failed" : undefined;
  }
}
