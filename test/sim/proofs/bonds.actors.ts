/** Actors of the proof of bonds: each watches others, and is linked with others. */

import { type AnyRef, defineActor } from "../../../dist/actors/index.js";
import type { Pairs } from "./pairs.ts";

const noted: { pairs: Pairs | undefined } = { pairs: undefined };

/** Where actors note whom they are bound to and what they learn, for one run. */
export function noteIn(pairs: Pairs): void {
  noted.pairs = pairs;
}

function pairs(): Pairs {
  if (noted.pairs === undefined) throw new Error("no run is under way");
  return noted.pairs;
}

export interface FriendProtocol {
  watch(other: AnyRef): void;
  forget(): void;
  bind(other: AnyRef): void;
  part(other: AnyRef): void;
  leave(): void;
  fail(): void;
}

interface FriendState {
  /** Numbers of monitors, by that of the runtime. */
  readonly watches: Map<number, number>;
}

export const Friend = defineActor(import.meta.url, "Friend", {
  init: (self): FriendState => {
    pairs().lives(self.ref);
    return { watches: new Map() };
  },
  down(self, { monitor, ref, reason }) {
    pairs().hears(self.ref, self.state.watches.get(monitor), ref, reason.type);
    self.state.watches.delete(monitor);
  },
  handlers: {
    watch(self, other: AnyRef): void {
      self.state.watches.set(self.monitor(other), pairs().watches(self.ref, other));
    },
    forget(self): void {
      const [first] = self.state.watches;
      if (first === undefined) return;
      const [monitor, number] = first;
      self.demonitor(monitor, { flush: true });
      self.state.watches.delete(monitor);
      pairs().forgets(number);
    },
    bind(self, other: AnyRef): void {
      self.link(other);
      pairs().binds(self.ref, other);
    },
    part(self, other: AnyRef): void {
      self.unlink(other);
      pairs().parts(self.ref, other);
    },
    leave(self): void {
      self.stop("shutdown");
    },
    fail(): void {
      throw new Error("the friend fails");
    },
  },
});
