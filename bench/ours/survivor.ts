/** What it costs a mailbox to outlive its thread, beside one that does not, in the same run. */

import { defineActor, type Ref } from "../../actors/index.ts";
import { type Contender, type Options, payload, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { type Adder, Counter, Sender } from "./actors.ts";
import { ROUND_TIMEOUT_MS, type System, start } from "./start.ts";

/** The same as `Counter`, but each message is in shared memory before it is in the mailbox. */
export const Survivor = defineActor(import.meta.url, "Survivor", {
  survives: true,
  init: () => ({ sum: 0 }),
  handlers: {
    add(self, by: number): void {
      self.state.sum += by;
    },
    take(self): number {
      const { sum } = self.state;
      self.state.sum = 0;
      return sum;
    },
  },
});

type Target = Ref<Adder>;
type Play = (system: System, target: Target, count: number) => Promise<number>;

const across: Play = async (_system, target, count) => {
  for (let index = 0; index < count; index += 1) {
    if (!target.cast.add(payload(index))) await target.ready({ timeout: ROUND_TIMEOUT_MS });
  }
  return target.with({ timeout: ROUND_TIMEOUT_MS }).call.take();
};

const within: Play = async (system, target, count) => {
  const sender = await system.spawn(Sender, [[target]], { thread: 1 });
  const sum = await sender.with({ timeout: ROUND_TIMEOUT_MS }).call.run(count, true);
  await system.stopActor(sender);
  return sum;
};

function casts(play: Play, survives: boolean) {
  return async (options: Options, shared: Shared): Promise<Contender> => {
    const system = await start(1, options, shared);
    const target = await system.spawn(survives ? Survivor : Counter, [], { thread: 1 });
    const round = async (): Promise<Sample> => {
      const begin = performance.now();
      const checksum = await play(system, target, options.count);
      return { checksum, values: { rate: options.count / secondsSince(begin) } };
    };
    return { round };
  };
}

export const castAcross = casts(across, true);
export const castWithin = casts(within, true);
export const plainAcross = casts(across, false);
export const plainWithin = casts(within, false);
