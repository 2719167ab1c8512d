/** Actors of the proof of surviving mailboxes: sources send numbered messages to sinks. */

import { defineActor, type Ref, type Self } from "../../../dist/actors/index.js";
import type { Deliveries } from "./deliveries.ts";

const noted: { deliveries: Deliveries | undefined } = { deliveries: undefined };

/** Where actors note what they send and handle, for one run. */
export function noteIn(deliveries: Deliveries): void {
  noted.deliveries = deliveries;
}

function deliveries(): Deliveries {
  if (noted.deliveries === undefined) throw new Error("no run is under way");
  return noted.deliveries;
}

/** All are given who sent it, its number, a time in ms, and something that has a size. */
export interface SinkProtocol {
  once(source: string, number: number, ms: number, load: string): number;
  onceLater(source: string, number: number, ms: number, load: string): number;
  again(source: string, number: number, ms: number, load: string): number;
  againLater(source: string, number: number, ms: number, load: string): number;
}

export const HANDLERS = ["once", "onceLater", "again", "againLater"] as const;
/** Turns of a message that deaths of threads may cut off. */
export const ATTEMPTS = 3;

interface SinkState {
  readonly life: number;
}

type Sink = Self<SinkState>;

const now = (self: Sink, source: string, number: number): number => {
  const note = deliveries().begins(self.ref, self.state.life, source, number);
  note.ends();
  return number;
};

const later = async (self: Sink, source: string, number: number, ms: number): Promise<number> => {
  const note = deliveries().begins(self.ref, self.state.life, source, number);
  await new Promise((resolve) => setTimeout(resolve, ms));
  note.ends();
  return number;
};

export const Sink = defineActor(import.meta.url, "Sink", {
  survives: { attempts: ATTEMPTS, bytes: 2 ** 18 },
  idempotent: ["again", "againLater"],
  init: (self): SinkState => ({ life: deliveries().lives(self.ref) }),
  terminate: (self) => deliveries().fails(self.ref),
  handlers: {
    once: (self, source: string, number: number, _ms: number, _load: string) =>
      now(self, source, number),
    again: (self, source: string, number: number, _ms: number, _load: string) =>
      now(self, source, number),
    onceLater: (self, source: string, number: number, ms: number, _load: string) =>
      later(self, source, number, ms),
    againLater: (self, source: string, number: number, ms: number, _load: string) =>
      later(self, source, number, ms),
  },
});

/** What is to be sent: the sink, by which handler, for how long, how much. */
export type Order = readonly [Ref<SinkProtocol>, (typeof HANDLERS)[number], number, number];

export const Source = defineActor(import.meta.url, "Source", {
  init: () => ({ sent: 0 }),
  handlers: {
    send(self, orders: readonly Order[]): void {
      const source = String(self.ref);
      for (const [sink, handler, ms, bytes] of orders) {
        const number = deliveries().sends(source, sink, handler);
        sink.cast[handler](source, number, ms, "x".repeat(bytes));
        self.state.sent += 1;
      }
      deliveries().done();
    },
  },
});
