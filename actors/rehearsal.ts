/**
 * What a standby does while it waits, where there are many actors to take over: it bears some
 * thousand of no consequence, so that the code that it will need has been compiled by then.
 *
 *     prompter ──orders──▶ stage      two hosts of a system of its own, on this JavaScript thread
 *        ▲                   │
 *        └──answers, links ◀─┘
 *
 * A thread that takes over for a dead one is given all its actors at once. Compiled while they wait
 * the code of a birth takes the cores for longer than the births themselves do.
 *
 * Costs some 0.3 s of a core, once in the life of a standby, and none of it once it is needed.
 */

import { hrtimeMs } from "../runtime/env.ts";
import { THREAD_RUNNING } from "../runtime/layout.ts";
import type { Machine } from "../runtime/machine.ts";
import { Signals } from "../runtime/signals.ts";
import { defineActor } from "./define.ts";
import { Host } from "./host.ts";
import { allocateBuffers, LocalKeeper } from "./link.ts";
import type { Notes } from "./notes.ts";
import type { Settings } from "./options.ts";
import type { ActorRef } from "./ref.ts";
import { builtIn } from "./supervision/built-in.ts";
import type { Definition, Ref } from "./types.ts";

/** V8 compiles what has run some thousand times. */
const BIRTHS = 4000;
/** Between two of them the event loop has its turn, and whoever needs this thread. */
const BATCH = 100;

interface ExtraProtocol {
  work(number: number): void;
}

/** No other thread loads it, so it need not say from where; and a bundle may have an `Extra`. */
const HOME = "sabeam:rehearsal";

const Extra: Definition<[number: number], ExtraProtocol> = builtIn(
  defineActor(HOME, "Extra", {
    init: (_self, number: number) => ({ number }),
    handlers: {
      work(self, number: number): void {
        self.state.number = number;
      },
    },
  }),
);

/** @param isNeeded the thread is to begin: the rehearsal is over */
export async function rehearse(
  settings: Settings,
  machine: Machine,
  isNeeded: () => boolean,
): Promise<void> {
  const own = { threads: 1, actors: undefined, warnings: undefined, development: false };
  const [prompter, stage] = hostsOf({ ...settings, ...own }, machine);
  const parent = (await prompter.spawner.spawn(Extra, [0], { thread: 0 })) as ActorRef;
  for (let born = 0; born < BIRTHS && !isNeeded(); born += BATCH) {
    const options = { thread: 1, link: true, restarts: 1 };
    const batch = Array.from({ length: BATCH }, (_, number) =>
      prompter.spawner.spawn(Extra, [number], options, parent.cell),
    );
    for (const ref of await Promise.all(batch)) (ref as Ref<ExtraProtocol>).cast.work(born);
    await new Promise(setImmediate);
  }
  prompter.retire();
  stage.retire();
}

/** The two threads of a system that nobody else knows of. */
function hostsOf(settings: Settings, machine: Machine): [prompter: Host, stage: Host] {
  const memory = allocateBuffers(BIRTHS, 2);
  const link = new LocalKeeper(memory);
  const signals = new Signals(memory.signals);
  const epochMs = hrtimeMs();
  const { cores } = settings;
  const start = (index: number): Host => {
    const seed = `rehearsal ${index}`;
    const env = machine.env({ epochMs, seed, spinMs: 0, cores, threads: 2 });
    const host = new Host({ env, memory, index, generation: 1, settings, link, notes: UNHEARD });
    link.ends.set(index, {
      acceptLane: (lane) => host.thread.acceptLane(lane),
      laneRefused: (by) => host.laneClosed(by),
    });
    signals.setState(index, THREAD_RUNNING, 1);
    return host;
  };
  return [start(0), start(1)];
}

/** Nothing that is rehearsed is news. */
const UNHEARD: Notes = { letter: () => true, log: () => true, measured: () => true };
