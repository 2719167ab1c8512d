/**
 * The actors of the thread demo: a town hall on one thread, and who looks on from elsewhere.
 *
 *     house ─┬─ hall 0 … ─┬─ desk 0 …      a hundred desks each
 *            ├─ clerk                      found by its name
 *            ├─ letterbox                  its mailbox survives, and what is put in is numbered
 *            └─ saboteur                   ends the thread
 *
 *     on main: Witness, who watches them all; Books (books.ts), where letters arrive
 */
import {
  type AnyRef,
  type ChildSpec,
  childSpec,
  type Deferred,
  type Down,
  defineActor,
  defineSupervisor,
  type Ref,
  type Self,
} from "../../actors/index.ts";
import type { BooksProtocol } from "./books.ts";
import { microseconds } from "./stopwatch.ts";

export const CLERK = "clerk";
export const EXIT_CODE = 3;
export const DESKS_PER_HALL = 100;
/** The saboteur is charged for what it does, and that is meant. */
const INTENSITY = 10;

interface Witnessed {
  readonly witness: Ref<WitnessProtocol>;
}

/** Says once in each life that it works, with the first message that it handles. */
function rise(self: Pick<Self<Witnessed>, "local" | "ref" | "state">): void {
  if (self.local.risen === true) return;
  self.local.risen = true;
  self.state.witness.cast.rose(self.ref, microseconds());
}

function begin(self: Self<undefined>, witness: Ref<WitnessProtocol>): Witnessed {
  (self.ref as Ref<{ hello(): void }>).cast.hello();
  return { witness };
}

export interface DeskProtocol {
  hello(): void;
  works(): boolean;
}

export const Desk = defineActor(import.meta.url, "Desk", {
  init: begin,
  handlers: {
    hello: rise,
    works: (): boolean => true,
  },
});

export const Clerk = defineActor(import.meta.url, "Clerk", {
  init: begin,
  handlers: {
    hello: rise,
    /** Which life of it this is. */
    address: (self): string => String(self.ref),
  },
});

interface BoxState extends Witnessed {
  readonly books: Ref<BooksProtocol>;
}

export const Letterbox = defineActor(import.meta.url, "Letterbox", {
  init: (self, witness: Ref<WitnessProtocol>, books: Ref<BooksProtocol>): BoxState => ({
    ...begin(self, witness),
    books,
  }),
  survives: true,
  // To note a number twice does no harm, so a turn that was cut off may be run again.
  idempotent: ["put", "hello"],
  handlers: {
    hello: rise,
    put(self, sender: number, number: number): void {
      rise(self);
      self.state.books.cast.arrived(0, sender, number);
    },
  },
});

export interface SaboteurProtocol {
  hello(): void;
  /** Its thread ends in this very turn. */
  exit(): void;
  /** Its turn has ended when a timer throws, so it can be laid at nobody's door. */
  throwLater(): void;
  rejectLater(): void;
  /** A promise that this turn made fails unheard: that is this actor's, and nobody else's. */
  fail(): Promise<void>;
}

export const Saboteur = defineActor(import.meta.url, "Saboteur", {
  init: begin,
  handlers: {
    hello: rise,
    exit: (): void => process.exit(EXIT_CODE),
    throwLater(): void {
      setTimeout(() => {
        throw new Error("a timer threw");
      });
    },
    rejectLater(): void {
      setTimeout(() => void Promise.reject(new Error("nobody listened")));
    },
    async fail(): Promise<void> {
      void Promise.reject(new Error("a promise of its own failed"));
    },
  },
});

/** What the witness saw between two moments. */
export interface Seen {
  /** How many ended, and by what: `lost`, `crash`. */
  readonly ends: Readonly<Record<string, number>>;
  readonly causes: readonly string[];
  /** How many of them are told to be at fault. */
  readonly culprits: number;
  /** When the first end was told, and when the last of them worked again. */
  readonly downUs: number;
  readonly roseUs: number;
}

export interface WitnessProtocol {
  rose(ref: AnyRef, atUs: number): void;
  /** Settles once so many have begun to work since the last one was asked for. */
  whenRisen(count: number): Deferred<Seen>;
}

interface Notes {
  ends: Record<string, number>;
  causes: string[];
  culprits: number;
  downUs: number;
  roseUs: number;
  risen: number;
}

const noNotes = (): Notes => {
  return { ends: {}, causes: [], culprits: 0, downUs: 0, roseUs: 0, risen: 0 };
};

interface Waiting {
  readonly count: number;
  readonly answer: Deferred<Seen>;
}

function settle(self: Self<Notes>): void {
  const waiting = self.local.waiting as Waiting | undefined;
  const { risen, ...seen } = self.state;
  if (waiting === undefined || risen < waiting.count) return;
  waiting.answer.resolve(seen);
  self.local.waiting = undefined;
  Object.assign(self.state, noNotes());
}

export const Witness = defineActor(import.meta.url, "Witness", {
  init: noNotes,
  handlers: {
    rose(self, ref: AnyRef, atUs: number): void {
      self.monitor(ref);
      self.state.risen += 1;
      self.state.roseUs = Math.max(self.state.roseUs, atUs);
      settle(self);
    },
    whenRisen(self, count: number): Deferred<Seen> {
      const answer = self.defer<Seen>();
      self.local.waiting = { count, answer } satisfies Waiting;
      settle(self);
      return answer;
    },
  },
  down(self, { reason: { type, cause = type, culprit } }: Down): void {
    const { state } = self;
    if (state.downUs === 0) state.downUs = microseconds();
    state.ends[type] = (state.ends[type] ?? 0) + 1;
    if (culprit === true) state.culprits += 1;
    if (!state.causes.includes(cause)) state.causes.push(cause);
  },
});

/** Lives elsewhere, and must not notice anything. */
export const Bystander = defineActor(import.meta.url, "Bystander", {
  init: () => ({ count: 0 }),
  handlers: {
    count(self): number {
      self.state.count += 1;
      return self.state.count;
    },
  },
});

/** The thread that dies. Supervisors are on main. */
const DOOMED = { thread: 1 } as const;
const HERE = { thread: 0 } as const;

export const Hall = defineSupervisor(
  import.meta.url,
  "Hall",
  (first: number, witness: Ref<WitnessProtocol>) => ({
    children: Array.from(
      { length: DESKS_PER_HALL },
      (_, at): ChildSpec => childSpec(Desk, [witness], { id: `desk ${first + at}`, ...DOOMED }),
    ),
  }),
);

export const House = defineSupervisor(
  import.meta.url,
  "House",
  (halls: number, witness: Ref<WitnessProtocol>, books: Ref<BooksProtocol>) => ({
    intensity: INTENSITY,
    children: [
      ...Array.from(
        { length: halls },
        (_, at): ChildSpec =>
          childSpec(Hall, [at * DESKS_PER_HALL, witness], { id: `hall ${at}`, ...HERE }),
      ),
      childSpec(Clerk, [witness], { id: "clerk", name: CLERK, ...DOOMED }),
      childSpec(Letterbox, [witness, books], { id: "letterbox", ...DOOMED }),
      childSpec(Saboteur, [witness], { id: "saboteur", ...DOOMED }),
    ],
  }),
);
