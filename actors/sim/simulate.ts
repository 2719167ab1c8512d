import { NS_PER_MS } from "../../runtime/sim/clock.ts";
import { SERVICE } from "../../runtime/sim/delays.ts";
import { World } from "../../runtime/sim/world.ts";
import type { Cell } from "../cell.ts";
import { handlerOf, type Message } from "../mailbox.ts";
import type { SystemOptions } from "../options.ts";
import type { System } from "../system.ts";
import { SimNode } from "./node.ts";
import type { Observer, SimHost } from "./stage.ts";

const TURN = 16;

export interface SimulateOptions {
  seed: string | number;
  nodes?: readonly string[];
  threads?: number;
  system?: SystemOptions;
}

export class Simulation implements Observer {
  readonly world: World;
  readonly nodes: SimNode[];
  messages = 0;

  constructor({ seed, nodes = ["a"], threads = 2, system = {} }: SimulateOptions) {
    const { nextTick } = process;
    const { setImmediate } = globalThis;
    this.world = new World(String(seed), { nextTick: (s) => nextTick(s), setImmediate: (s) => void setImmediate(s), ticks: 0 });
    this.nodes = nodes.map(
      (name) =>
        new SimNode({
          world: this.world,
          name,
          system: { socket: false, signals: false, maxActors: 16384, standbys: 0, ...system, threads },
          observer: this,
          load: (url) => import(url) as Promise<object>,
          boot: undefined,
        }),
    );
  }

  get system(): System {
    return (this.nodes[0] as SimNode).system;
  }

  began(host: SimHost, cell: Cell, message: Message): void {
    const { virtual } = host;
    virtual.spend(SERVICE.draw(virtual.random));
    this.messages += 1;
    this.world.trail.add(virtual.nowNs, virtual.id, TURN, cell.slot, handlerOf(message.tag));
  }

  holds(): number {
    return 0;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.world.driver.at(this.world.nowNs + ms * NS_PER_MS, 3, resolve);
    });
  }
}

export async function simulate<R>(options: SimulateOptions, body: (sim: Simulation) => Promise<R>): Promise<{ result: R; hash: string; steps: number; ms: number; messages: number }> {
  const sim = new Simulation(options);
  const { world } = sim;
  const real = Atomics.notify;
  (Atomics as { notify: unknown }).notify = (words: Int32Array, index: number, count?: number): number =>
    world.notify(words, index) ?? real(words, index, count);
  let over = false;
  try {
    const done = (async () => {
      await Promise.all(sim.nodes.map((node) => node.start()));
      return body(sim);
    })();
    done.then(() => { over = true; }, (e) => { world.fail(e); });
    await world.run(() => over);
    return { result: await done, hash: world.trail.hash, steps: world.steps, ms: world.nowMs, messages: sim.messages };
  } finally {
    (Atomics as { notify: unknown }).notify = real;
  }
}
