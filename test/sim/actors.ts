/** Actors of the tests of simulations. */

import { childSpec, defineActor, defineSupervisor, type Ref } from "../../dist/actors/index.js";

export const Counter = defineActor(import.meta.url, "Counter", {
  init: (_self, start: number) => ({ count: start }),
  handlers: {
    add(self, by: number): number {
      self.state.count += by;
      return self.state.count;
    },
    async addLater(self, by: number, ms: number): Promise<number> {
      await new Promise((resolve) => setTimeout(resolve, ms));
      self.state.count += by;
      return self.state.count;
    },
    async never(self): Promise<void> {
      // It could be aborted, so that it may wait.
      await new Promise((resolve) => self.signal.addEventListener("abort", resolve));
    },
    fail(): void {
      throw new Error("it fails on purpose");
    },
    self(self): unknown {
      return self.ref;
    },
  },
});

export interface CounterProtocol {
  add(by: number): number;
  addLater(by: number, ms: number): number;
}

export interface LedgerProtocol {
  write(number: number): void;
}

/** Adds to a counter, one call after the other. */
export const Pump = defineActor(import.meta.url, "Pump", {
  init: () => ({ done: 0 }),
  handlers: {
    async pump(self, counter: Ref<CounterProtocol>, times: number): Promise<number> {
      for (let index = 0; index < times; index += 1) {
        await counter.call.addLater(1, 3);
        self.state.done += 1;
      }
      return self.state.done;
    },
    write(_self, ledger: Ref<LedgerProtocol>, from: number, to: number): void {
      for (let number = from; number < to; number += 1) ledger.cast.write(number);
    },
    cast(_self, counter: Ref<CounterProtocol>, times: number): void {
      for (let index = 0; index < times; index += 1) counter.cast.add(1);
    },
  },
});

/** Numbers that reached a Ledger, in their order: outside of it, since it dies with its thread. */
export const written: number[] = [];

export const Ledger = defineActor(import.meta.url, "Ledger", {
  survives: true,
  init: () => ({}),
  handlers: {
    write(_self, number: number): void {
      written.push(number);
    },
  },
});

export interface CellProtocol {
  get(): number;
  set(value: number): void;
  add(by: number): number;
}

/** A value that can be read and written, and so lost, or added to. */
export const Register = defineActor(import.meta.url, "Register", {
  init: () => ({ value: 0 }),
  handlers: {
    get: (self): number => self.state.value,
    set(self, value: number): void {
      self.state.value = value;
    },
    add(self, by: number): number {
      self.state.value += by;
      return self.state.value;
    },
  },
});

export const Client = defineActor(import.meta.url, "Client", {
  init: () => ({}),
  handlers: {
    async readAndWrite(_self, register: Ref<CellProtocol>): Promise<void> {
      const value = await register.call.get();
      await register.call.set(value + 1);
    },
    async add(_self, register: Ref<CellProtocol>): Promise<void> {
      await register.call.add(1);
    },
  },
});

/** Starts a counter of that name again when it dies. */
export const Family = defineSupervisor(import.meta.url, "Family", () => ({
  children: [childSpec(Counter, [0], { id: "counter", name: "counter" })],
}));
