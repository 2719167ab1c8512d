/** The factory that makes customers, the room where they wait, and the barber. */

import { defineActor, type Ref } from "../../actors/index.ts";
import { busy } from "./busy.ts";
import { Random } from "./random.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface FactoryProtocol {
  produce(customers: number): void;
  returned(customer: Ref<CustomerProtocol>): void;
  done(): void;
}

interface CustomerProtocol {
  full(): void;
  wait(): void;
  start(): void;
  done(): void;
}

interface RoomProtocol {
  enter(customer: Ref<CustomerProtocol>): void;
  next(): void;
  close(): void;
}

interface BarberProtocol {
  enter(customer: Ref<CustomerProtocol>, room: Ref<RoomProtocol>): void;
  wait(): void;
  close(): void;
}

/** The suite's bounds of making a customer and of a haircut, in steps of busy waiting. */
const PERIOD_MIN = 10;
const PERIODS = 1000;

export const Factory = defineActor(import.meta.url, "Factory", {
  init: (_self, room: Ref<RoomProtocol>, seed: number, total: Ref<TotalProtocol>) => ({
    ...{ room, random: new Random(seed), total, left: 0, haircuts: 0, sum: 0 },
  }),
  handlers: {
    async produce(self, customers: number): Promise<void> {
      const { room, random } = self.state;
      const factory = self.ref as Ref<FactoryProtocol>;
      self.state.left = customers;
      for (let made = 0; made < customers; made += 1) {
        const customer = await self.spawn(Customer, [factory], { thread: "local" });
        room.cast.enter(customer);
        self.state.sum += busy(PERIOD_MIN + random.below(PERIODS));
      }
    },
    returned({ state }, customer: Ref<CustomerProtocol>): void {
      state.room.cast.enter(customer);
    },
    done(self): void {
      const { state } = self;
      state.haircuts += 1;
      state.left -= 1;
      if (state.left > 0) return;
      state.room.cast.close();
      state.total.cast.report(state.sum + state.haircuts);
      self.stop();
    },
  },
});

const Customer = defineActor(import.meta.url, "Customer", {
  init: (_self, factory: Ref<FactoryProtocol>) => ({ factory }),
  handlers: {
    full(self): void {
      self.state.factory.cast.returned(self.ref as Ref<CustomerProtocol>);
    },
    wait(): void {},
    start(): void {},
    done(self): void {
      self.state.factory.cast.done();
      self.stop();
    },
  },
});

export const Room = defineActor(import.meta.url, "Room", {
  init: (_self, chairs: number, barber: Ref<BarberProtocol>) => ({
    ...{ chairs, barber, asleep: true },
    waiting: [] as Ref<CustomerProtocol>[],
  }),
  handlers: {
    enter({ ref, state }, customer: Ref<CustomerProtocol>): void {
      if (state.waiting.length === state.chairs) {
        customer.cast.full();
        return;
      }
      state.waiting.push(customer);
      if (state.asleep) {
        state.asleep = false;
        (ref as Ref<RoomProtocol>).cast.next();
      } else customer.cast.wait();
    },
    next({ ref, state }): void {
      const customer = state.waiting.shift();
      if (customer !== undefined) state.barber.cast.enter(customer, ref as Ref<RoomProtocol>);
      else {
        state.barber.cast.wait();
        state.asleep = true;
      }
    },
    close(self): void {
      self.state.barber.cast.close();
      self.stop();
    },
  },
});

export const Barber = defineActor(import.meta.url, "Barber", {
  init: (_self, seed: number, total: Ref<TotalProtocol>) => ({
    ...{ random: new Random(seed), total, sum: 0 },
  }),
  handlers: {
    enter({ state }, customer: Ref<CustomerProtocol>, room: Ref<RoomProtocol>): void {
      customer.cast.start();
      state.sum += busy(PERIOD_MIN + state.random.below(PERIODS));
      customer.cast.done();
      room.cast.next();
    },
    wait(): void {},
    close(self): void {
      self.state.total.cast.report(self.state.sum);
      self.stop();
    },
  },
});
