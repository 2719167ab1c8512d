/**
 * The mall and its creatures. A creature that comes first waits; the mall hands the second one on
 * to it, and the first tells the second its new colour.
 */

import { type Deferred, defineActor, type Ref, type Self } from "../../actors/index.ts";

interface MallProtocol {
  close(): number;
  meet(creature: Ref<CreatureProtocol>, colour: number): void;
  count(meetings: number): void;
}

interface CreatureProtocol {
  begin(): void;
  meet(other: Ref<CreatureProtocol>, colour: number): void;
  change(colour: number): void;
  leave(): void;
}

export const Mall = defineActor(import.meta.url, "Mall", {
  init: (_self, pairs: number, creatures: number) => ({
    ...{ pairs, creatures, meetings: 0 },
    waiting: undefined as Ref<CreatureProtocol> | undefined,
    done: undefined as Deferred<number> | undefined,
  }),
  handlers: {
    /** Answers the sum of all meetings when the last creature has left. */
    close(self): Deferred<number> {
      const done = self.defer<number>();
      self.state.done = done;
      return done;
    },
    meet({ state }, creature: Ref<CreatureProtocol>, colour: number): void {
      const { waiting } = state;
      if (state.pairs === 0) creature.cast.leave();
      else if (waiting === undefined) state.waiting = creature;
      else {
        state.pairs -= 1;
        state.waiting = undefined;
        waiting.cast.meet(creature, colour);
      }
    },
    count(self, meetings: number): void {
      const { state } = self;
      state.meetings += meetings;
      state.creatures -= 1;
      if (state.creatures > 0) return;
      state.done?.resolve(state.meetings);
      self.stop();
    },
  },
});

export const COLOURS = 3;

interface CreatureState {
  readonly mall: Ref<MallProtocol>;
  colour: number;
  meetings: number;
}

export const Creature = defineActor(import.meta.url, "Creature", {
  init: (_self, mall: Ref<MallProtocol>, colour: number): CreatureState => ({
    ...{ mall, colour, meetings: 0 },
  }),
  handlers: {
    begin(self): void {
      enter(self);
    },
    meet(self, other: Ref<CreatureProtocol>, colour: number): void {
      self.state.colour = complement(self.state.colour, colour);
      other.cast.change(self.state.colour);
      self.state.meetings += 1;
      enter(self);
    },
    change(self, colour: number): void {
      self.state.colour = colour;
      self.state.meetings += 1;
      enter(self);
    },
    leave(self): void {
      self.state.mall.cast.count(self.state.meetings);
      self.stop();
    },
  },
});

function enter({ ref, state }: Self<CreatureState>): void {
  state.mall.cast.meet(ref as Ref<CreatureProtocol>, state.colour);
}

/** The same of two that are alike, the third of two that differ. */
function complement(one: number, other: number): number {
  return one === other ? one : COLOURS - one - other;
}
