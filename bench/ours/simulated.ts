/** A simulation: objects go round among actors of three virtual threads, whose handlers await. */

import { defineActor, type Ref } from "../../actors/index.ts";
import { simulate } from "../../actors/sim/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";

const THREADS = 3;
const ACTORS = 12;
const TOKENS = 24;

interface Token {
  readonly id: number;
  readonly hops: number;
  readonly from: string;
}

interface Passing {
  meet(ring: readonly Ref<Passing>[]): void;
  pass(token: Token): void;
}

const Passer = defineActor(import.meta.url, "Passer", {
  init: (): { ring: readonly Ref<Passing>[]; passed: number } => ({ ring: [], passed: 0 }),
  handlers: {
    meet(self, ring: readonly Ref<Passing>[]): void {
      self.state.ring = ring;
    },
    async pass(self, { id, hops }: Token): Promise<void> {
      await null;
      self.state.passed += 1;
      const { ring } = self.state;
      const next = ring[(hops * 7 + id) % ring.length];
      if (hops > 0) next?.cast.pass({ id, hops: hops - 1, from: self.label ?? "" });
    },
  },
});

export async function play(options: Options): Promise<Contender> {
  const hops = Math.ceil(options.count / TOKENS) - 1;
  const messages = TOKENS * (hops + 1);
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const { result } = await simulate({ seed: 1, threads: THREADS }, async (sim) => {
      const spawn = (at: number): Promise<Ref<Passing>> =>
        sim.system.spawn(Passer, [], { thread: 1 + (at % THREADS), label: `passer ${at}` });
      const ring = await Promise.all(Array.from({ length: ACTORS }, (_, at) => spawn(at)));
      const passed = (): number =>
        ring.reduce((sum, ref) => sum + (sim.state<{ passed: number }>(ref)?.passed ?? 0), 0);
      sim.always("no token is doubled", () => passed() <= messages, { every: 64 });
      for (const one of ring) one.cast.meet(ring);
      for (let id = 0; id < TOKENS; id += 1) ring[id % ACTORS]?.cast.pass({ id, hops, from: "" });
      while (passed() < messages) await sim.sleep(100);
      return passed();
    });
    return { checksum: result, values: { rate: messages / secondsSince(begin) } };
  };
  return { round };
}
