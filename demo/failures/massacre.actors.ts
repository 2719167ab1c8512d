/**
 * The actors of the massacre: boxes on threads that are killed all the time, and those who send to
 * them from where nobody dies.
 *
 *     Postman, on main            ─┐                    ┌─ box 0, box 1   on thread 1, killed
 *     Postman, on its own thread  ─┴─ put(sender, n) ──▶┴─ box 2, box 3   on thread 2, killed
 *                                                          │
 *     Books (books.ts), on main ◀── arrived(box, sender, n)┤
 *     Register, on main         ◀── rose(box, …) ──────────┘ once in each life
 */
import { defineActor, type Ref, type Self } from "../../actors/index.ts";
import type { BooksProtocol } from "./books.ts";
import { microseconds } from "./stopwatch.ts";

/** Turns of one letter that deaths may cut off: more than a massacre brings about. */
export const ATTEMPTS = 100;
/** Of the letters that wait in a box. */
const BOX_BYTES = 4 * 2 ** 20;

export interface BoxProtocol {
  hello(): void;
  put(sender: number, number: number): void;
}

interface BoxState {
  readonly box: number;
  readonly books: Ref<BooksProtocol>;
  readonly register: Ref<RegisterProtocol>;
  readonly bornUs: number;
}

/** Says once in each life that it works. */
function rise({ local, state }: Pick<Self<BoxState>, "local" | "state">): void {
  if (local.risen === true) return;
  local.risen = true;
  state.register.cast.rose(state.box, state.bornUs, microseconds());
}

export const Box = defineActor(import.meta.url, "Box", {
  init(self, box: number, books: Ref<BooksProtocol>, register: Ref<RegisterProtocol>): BoxState {
    (self.ref as Ref<BoxProtocol>).cast.hello();
    return { box, books, register, bornUs: microseconds() };
  },
  survives: { attempts: ATTEMPTS, bytes: BOX_BYTES },
  // Noting a number twice does no harm, so a turn that was cut off may be run again.
  idempotent: ["put", "hello"],
  handlers: {
    hello: rise,
    put(self, sender: number, number: number): void {
      rise(self);
      self.state.books.cast.arrived(self.state.box, sender, number);
    },
  },
});

/** When a life began, and when it handled its first message. */
export interface Rise {
  readonly box: number;
  readonly bornUs: number;
  readonly roseUs: number;
}

export interface RegisterProtocol {
  rose(box: number, bornUs: number, roseUs: number): void;
  rises(): Rise[];
}

/** Rises that are kept, far more than a massacre has. */
const RISES_MAX = 100_000;

export const Register = defineActor(import.meta.url, "Register", {
  init: (): { rises: Rise[] } => ({ rises: [] }),
  handlers: {
    rose(self, box: number, bornUs: number, roseUs: number): void {
      if (self.state.rises.length < RISES_MAX) self.state.rises.push({ box, bornUs, roseUs });
    },
    rises: (self): Rise[] => [...self.state.rises],
  },
});

/** Letters to a box at a time, and the pause behind them: not as fast as it goes. */
const BURST = 32;
const PAUSE_MS = 4;
/** A bound for hangs: a thread is replaced within milliseconds. */
const READY_TIMEOUT_MS = 30_000;

export interface PostmanProtocol {
  /** Sends to all of them until it is told to stop. */
  begin(boxes: readonly Ref<BoxProtocol>[]): void;
  post(box: number): Promise<void>;
  /** Answers how many it has sent to each box. */
  stop(): number[];
}

interface PostmanState {
  readonly sender: number;
  stopped: boolean;
  sent: number[];
}

export const Postman = defineActor(import.meta.url, "Postman", {
  init: (_self, sender: number): PostmanState => ({ sender, stopped: false, sent: [] }),
  // While the thread of one box is dead, the letters to the others go on.
  concurrent: ["post"],
  handlers: {
    begin(self, boxes: readonly Ref<BoxProtocol>[]): void {
      self.local.boxes = boxes;
      self.state.sent = boxes.map(() => 0);
      for (const box of boxes.keys()) (self.ref as Ref<PostmanProtocol>).cast.post(box);
    },
    async post(self, box: number): Promise<void> {
      const { state, local } = self;
      const receiver = (local.boxes as readonly Ref<BoxProtocol>[])[box];
      for (let count = 0; count < BURST && receiver !== undefined; count += 1) {
        if (state.stopped) return;
        const number = state.sent[box] ?? 0;
        state.sent[box] = number + 1;
        const room = receiver.cast.put(state.sender, number);
        if (!room) await receiver.ready({ timeout: READY_TIMEOUT_MS });
      }
      self.timers.after(`post ${box}`, PAUSE_MS, "post", box);
    },
    stop(self): number[] {
      self.state.stopped = true;
      return [...self.state.sent];
    },
  },
});

/** Where a box lives. */
export interface Plot {
  readonly box: number;
  readonly thread: number;
}
