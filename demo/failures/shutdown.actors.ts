/**
 * The actors of the shutdown demo: a shop whose customers place numbered orders at its tills.
 *
 *     shop ─┬─ tills ─────┬─ till …       they trap exits: what waits is served before they close
 *           │             └─ express      it does not: what waits there is dead letters
 *           ├─ customers ─── customer …   place orders as fast as the tills take them
 *           └─ printer                    needs a moment to finish
 *
 *     and a watchman without a supervisor, who does not go home
 */
import {
  type ChildSpec,
  childSpec,
  defineActor,
  defineSupervisor,
  type Ref,
  type Self,
} from "../../actors/index.ts";

/** Orders of a customer at each till in one turn. */
const BURST = 1000;
/** How long the printer takes to finish. */
const PRINTER_MS = 120;

export interface TillProtocol {
  order(customer: number, number: number): void;
}

export interface CustomerProtocol {
  shop(tills: Ref<TillProtocol>[]): Promise<void>;
}

interface TillState {
  /** By customer, the number of the last order. */
  last: number[];
  taken: number;
  disorder: number;
}

function open(): TillState {
  return { last: [], taken: 0, disorder: 0 };
}

function order(self: Self<TillState>, customer: number, number: number): void {
  const { state } = self;
  if (number <= (state.last[customer] ?? 0)) state.disorder += 1;
  state.last[customer] = number;
  state.taken += 1;
}

function close(self: Self<TillState>): void {
  const { taken, disorder } = self.state;
  self.log.info({ ended: self.label, taken, disorder }, "ended");
}

export const Till = defineActor(import.meta.url, "Till", {
  init: open,
  handlers: { order },
  trapExit: true,
  terminate: close,
});

export const Express = defineActor(import.meta.url, "Express", {
  init: open,
  handlers: { order },
  terminate: close,
});

export const Customer = defineActor(import.meta.url, "Customer", {
  init: (_self, id: number) => ({ id, number: 0, tills: 0 }),
  handlers: {
    /** Goes shopping until it ends. Waits for room, so a till's mailbox never overflows. */
    async shop(self, tills: Ref<TillProtocol>[]): Promise<void> {
      const { state } = self;
      state.tills = tills.length;
      const crowded = new Set<Ref<TillProtocol>>();
      for (let count = 0; count < BURST; count += 1) {
        state.number += 1;
        for (const till of tills) if (!till.cast.order(state.id, state.number)) crowded.add(till);
      }
      await Promise.all([...crowded].map((till) => till.ready()));
      (self.ref as Ref<CustomerProtocol>).cast.shop(tills);
    },
  },
  terminate(self) {
    const { number, tills } = self.state;
    self.log.info({ ended: self.label, orders: number * tills }, "ended");
  },
});

export const Printer = defineActor(import.meta.url, "Printer", {
  init: () => ({}),
  handlers: {},
  async terminate(self) {
    await new Promise((resolve) => setTimeout(resolve, PRINTER_MS));
    self.log.info({ ended: self.label }, "ended");
  },
});

export const Watchman = defineActor(import.meta.url, "Watchman", {
  init: () => ({}),
  handlers: {},
  terminate: () => new Promise(() => {}),
});

/** Supervisors stay on main: they have little to do. */
const HERE = { thread: 0 } as const;

export const Tills = defineSupervisor(import.meta.url, "Tills", (threads: number[]) => ({
  children: [
    ...threads.map((thread, at) => labelled(`till ${at + 1}`, childSpec(Till, [], { thread }))),
    labelled("express", childSpec(Express, [], { thread: threads[0] ?? 0 })),
  ],
}));

export const Customers = defineSupervisor(import.meta.url, "Customers", (threads: number[]) => ({
  children: threads.map((thread, at) =>
    labelled(`customer ${at + 1}`, childSpec(Customer, [at], { thread })),
  ),
}));

export const Shop = defineSupervisor(import.meta.url, "Shop", (threads: number[]) => ({
  strategy: "rest-for-one",
  children: [
    childSpec(Tills, [threads], { id: "tills", ...HERE }),
    childSpec(Customers, [threads], { id: "customers", ...HERE }),
    labelled("printer", childSpec(Printer, [], { thread: threads.at(-1) ?? 0 })),
  ],
}));

/** An actor says by its label that it has ended. */
function labelled(id: string, spec: ChildSpec): ChildSpec {
  return { ...spec, id, label: id };
}
