/**
 * A producer makes an item when it is asked for one; the manager asks for the next as long as its
 * buffer has room, and hands items to consumers that have nothing to do.
 */

import { defineActor, type Ref } from "../../actors/index.ts";
import { Random } from "./random.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface ManagerProtocol {
  item(item: number, producer: Ref<ProducerProtocol>): void;
  available(consumer: Ref<ConsumerProtocol>): void;
  finished(): void;
}

interface ProducerProtocol {
  produce(): void;
}

interface ConsumerProtocol {
  consume(item: number): void;
  finish(): void;
}

interface Store {
  readonly room: number;
  readonly items: number[];
  /** Consumers that wait for an item; producers that wait for room. */
  idle: Ref<ConsumerProtocol>[];
  readonly held: Ref<ProducerProtocol>[];
  producers: number;
  consumers: number;
}

export const Manager = defineActor(import.meta.url, "Manager", {
  init: (_self, room: number, producers: number, consumers: number): Store => ({
    ...{ room, items: [], idle: [], held: [], producers, consumers },
  }),
  handlers: {
    item({ state }, item: number, producer: Ref<ProducerProtocol>): void {
      const consumer = state.idle.shift();
      if (consumer === undefined) state.items.push(item);
      else consumer.cast.consume(item);
      if (state.items.length < state.room) producer.cast.produce();
      else state.held.push(producer);
    },
    available(self, consumer: Ref<ConsumerProtocol>): void {
      const { state } = self;
      const item = state.items.shift();
      if (item !== undefined) {
        consumer.cast.consume(item);
        state.held.shift()?.cast.produce();
      } else if (state.producers > 0) state.idle.push(consumer);
      else {
        consumer.cast.finish();
        state.consumers -= 1;
        if (state.consumers === 0) self.stop();
      }
    },
    /** A producer has made its last item; without producers, who is idle may go. */
    finished(self): void {
      const { state } = self;
      state.producers -= 1;
      if (state.producers > 0) return;
      for (const consumer of state.idle) consumer.cast.finish();
      state.consumers -= state.idle.length;
      state.idle = [];
      if (state.consumers === 0) self.stop();
    },
  },
});

/** What a producer makes: so many items, each of so many steps of work. */
interface Work {
  readonly place: number;
  readonly items: number;
  readonly steps: number;
}

export const Producer = defineActor(import.meta.url, "Producer", {
  init: (_self, manager: Ref<ManagerProtocol>, work: Work) => ({ manager, work, left: work.items }),
  handlers: {
    produce(self): void {
      const { manager, work, left } = self.state;
      if (left === 0) {
        manager.cast.finished();
        self.stop();
        return;
      }
      self.state.left -= 1;
      const item = process(work.place * work.items + left, work.steps);
      manager.cast.item(item, self.ref as Ref<ProducerProtocol>);
    },
  },
});

export const Consumer = defineActor(import.meta.url, "Consumer", {
  init: (_self, manager: Ref<ManagerProtocol>, total: Ref<TotalProtocol>, steps: number) => ({
    ...{ manager, total, steps, sum: 0 },
  }),
  handlers: {
    consume(self, item: number): void {
      const { manager, steps } = self.state;
      self.state.sum += process(item, steps);
      manager.cast.available(self.ref as Ref<ConsumerProtocol>);
    },
    finish(self): void {
      self.state.total.cast.report(self.state.sum);
      self.stop();
    },
  },
});

/** The suite's work on an item: so many logarithms of random numbers, here in thousandths. */
function process(item: number, steps: number): number {
  const random = new Random(item);
  let sum = 0;
  for (let step = 0; step < steps; step += 1) sum += Math.log(random.next() / 2 ** 32 + 0.01);
  return Math.round(-1000 * sum);
}
