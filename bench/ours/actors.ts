/** The actors that the benchmarks use; sixteen.ts has the ones that differ only by definition. */

import { type Deferred, defineActor, type Ref } from "../../actors/index.ts";
import { job, payload } from "../contender.ts";
import { ROUND_TIMEOUT_MS, tally } from "./start.ts";

/** A message of four fields. */
export interface Order {
  readonly id: number;
  readonly symbol: string;
  readonly price: number;
  readonly amount: number;
}

/** What a sender can be pointed at. `take` answers the sum so far and starts again. */
export interface Adder {
  add(by: number): void;
  take(): number;
}

export const Counter = defineActor(import.meta.url, "Counter", {
  init: () => ({ sum: 0 }),
  handlers: {
    add(self, by: number): void {
      self.state.sum += by;
    },
    order(self, order: Order): void {
      self.state.sum += order.amount;
    },
    bytes(self, data: Uint8Array): void {
      self.state.sum += data.length + (data[0] ?? 0);
    },
    take(self): number {
      const { sum } = self.state;
      self.state.sum = 0;
      return sum;
    },
    echo(_self, value: number): number {
      return value + 1;
    },
  },
});

/** Does jobs that keep a core busy. */
export const Worker = defineActor(import.meta.url, "Worker", {
  init: () => ({}),
  handlers: {
    work: (_self, seed: number): number => job(seed),
  },
});

/** One of very many: also counts in the tally of its thread. */
export const Tallied = defineActor(import.meta.url, "Tallied", {
  init: () => ({ sum: 0 }),
  handlers: {
    add(self, by: number): void {
      self.state.sum += by;
      tally.sum += by;
    },
    take(self): number {
      return self.state.sum;
    },
  },
});

/** Lives for one message. */
export const Once = defineActor(import.meta.url, "Once", {
  init: () => ({}),
  handlers: {
    finish(self, by: number): void {
      tally.sum += by;
      self.stop();
    },
  },
});

/** Messages of one turn of the sender: one lap, in the rows of a thousand actors. */
const BURST = 1000;

export interface SenderProtocol {
  run(count: number, collect: boolean): number;
  burst(): void;
  collect(): void;
}

/**
 * Sends numbers to its targets in turn, as fast as they are taken. None of its handlers is async:
 * one async handler makes every promise of its thread dearer, and this is not what its rows are
 * about.
 */
export const Sender = defineActor(import.meta.url, "Sender", {
  init: (_self, targets: readonly Ref<Adder>[]) => ({
    targets,
    next: 0,
    sent: 0,
    count: 0,
    collect: false,
    done: undefined as Deferred<number> | undefined,
  }),
  handlers: {
    /**
     * Answers when all are sent and, if asked to collect, the sum that the targets have added up.
     */
    run(self, count: number, collect: boolean): Deferred<number> {
      const done = self.defer<number>();
      Object.assign(self.state, { next: 0, sent: 0, count, collect, done });
      (self.ref as Ref<SenderProtocol>).cast.burst();
      return done;
    },
    burst(self): void {
      const { state } = self;
      const me = self.ref as Ref<SenderProtocol>;
      const { targets, count } = state;
      const end = Math.min(count, state.sent + BURST);
      let { next, sent } = state;
      let full: Ref<Adder> | undefined;
      while (sent < end && full === undefined) {
        const target = targets[next] as Ref<Adder>;
        if (!target.cast.add(payload(sent))) full = target;
        sent += 1;
        next = next + 1 === targets.length ? 0 : next + 1;
      }
      state.next = next;
      state.sent = sent;
      if (full !== undefined && sent < count) {
        void full.ready({ timeout: ROUND_TIMEOUT_MS }).then(() => me.cast.burst());
      } else if (sent < count) me.cast.burst();
      else if (state.collect) me.cast.collect();
      else state.done?.resolve(0);
    },
    collect({ state }): void {
      const take = (target: Ref<Adder>) => target.with({ timeout: ROUND_TIMEOUT_MS }).call.take();
      void Promise.all(state.targets.map(take)).then((sums) => {
        state.done?.resolve(sums.reduce((total, sum) => total + sum, 0));
      });
    },
  },
});

/** Calls `echo` over and over, one call after the other. */
export const Caller = defineActor(import.meta.url, "Caller", {
  init: (_self, target: Ref<{ echo(value: number): number }>) => ({ target }),
  handlers: {
    async run(self, count: number): Promise<number> {
      let sum = 0;
      for (let index = 0; index < count; index += 1) {
        sum += await self.state.target.call.echo(payload(index));
      }
      return sum;
    },
  },
});

export interface PingProtocol {
  play(count: number): number;
  back(left: number): void;
}

export interface PongProtocol {
  join(ping: Ref<PingProtocol>): void;
  ball(left: number): void;
}

export const Ping = defineActor(import.meta.url, "Ping", {
  init: (_self, pong: Ref<PongProtocol>) => ({
    pong,
    trips: 0,
    done: undefined as Deferred<number> | undefined,
  }),
  handlers: {
    /** Answers the number of round trips once there were `count`. */
    play(self, count: number): Deferred<number> {
      const done = self.defer<number>();
      self.state.done = done;
      self.state.trips = 0;
      self.state.pong.cast.ball(count);
      return done;
    },
    back(self, left: number): void {
      self.state.trips += 1;
      if (left > 1) self.state.pong.cast.ball(left - 1);
      else self.state.done?.resolve(self.state.trips);
    },
  },
});

export const Pong = defineActor(import.meta.url, "Pong", {
  init: () => ({ ping: undefined as Ref<PingProtocol> | undefined }),
  handlers: {
    join(self, ping: Ref<PingProtocol>): void {
      self.state.ping = ping;
    },
    ball(self, left: number): void {
      self.state.ping?.cast.back(left);
    },
  },
});

/** Sets one timer after the other and notes how many ms each was late. */
export const Ticker = defineActor(import.meta.url, "Ticker", {
  init: () => ({
    late: [] as number[],
    ticks: 0,
    everyMs: 0,
    due: 0,
    done: undefined as Deferred<number[]> | undefined,
  }),
  handlers: {
    run(self, ticks: number, everyMs: number): Deferred<number[]> {
      const done = self.defer<number[]>();
      const due = performance.now() + everyMs;
      Object.assign(self.state, { late: [], ticks, everyMs, due, done });
      self.timers.after("tick", everyMs, "tick");
      return done;
    },
    tick(self): void {
      const { state } = self;
      const now = performance.now();
      state.late.push(now - state.due);
      state.due = now + state.everyMs;
      if (state.late.length === state.ticks) state.done?.resolve(state.late);
      else self.timers.after("tick", state.everyMs, "tick");
    },
  },
});
