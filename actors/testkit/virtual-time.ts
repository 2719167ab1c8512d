/**
 * Time of a kit that stands still until the test lets it pass: clock, timers and event loop of main
 * in the world of the simulator, and the globals with them.
 *
 *     kit.advance(100) ──▶ whatever is due within 100 ms, in its order, each with all that follows
 *     a cast, a call   ──▶ a pump ──▶ whatever is due now: no time passes by itself
 *     probe.expect(…)  ──▶ until it comes: time passes as far as it must, at most `within`
 *
 * A step takes no time, so `now()` is exactly what the test has let pass. One thread only: how long
 * things take on several of them, and in which order, is what `simulate` of sabeam/sim is for.
 */

import type { Disk } from "../../runtime/disk.ts";
import type { Env, RealEnvOptions } from "../../runtime/env.ts";
import { folderOf } from "../../runtime/folder.ts";
import { RootContext } from "../../runtime/root.ts";
import { NodeClock, NS_PER_MS } from "../../runtime/sim/clock.ts";
import { SimulatedDisk } from "../../runtime/sim/disk.ts";
import { installGlobals, type VirtualClock } from "../../runtime/sim/globals.ts";
import { VirtualMachine } from "../../runtime/sim/machine.ts";
import { MACHINE, type VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import { World } from "../../runtime/sim/world.ts";
import type { Entries } from "../entries.ts";
import { type MainStage, realStage } from "../stage.ts";
import { NeverQuiet } from "./errors.ts";
import type { Clock } from "./waits.ts";

/** Steps at one moment of time: with more, something goes on for ever. */
const STEPS_AT_ONCE_MAX = 100_000;
/** So that all that a turn sets off by promises has happened before the next one. */
const TURNS_PER_STEP = 1;
/** What a step takes, in nanoseconds: nothing. */
const STEP_NS = 0;

export class VirtualTime implements Clock {
  readonly #seed: string;
  #scene: Scene | undefined;
  /** Settles when the run that is under way has ended, and those that wait for it. */
  #runs: Promise<unknown> = Promise.resolve();
  #pumping = false;
  /** What nobody on main has caught, and what went wrong while the test did not wait. */
  #errors: unknown[] = [];

  constructor(seed: string | number) {
    this.#seed = String(seed);
  }

  /** Takes the place of the real time. @throws NestedSimulation if a simulation runs */
  open(): MainStage {
    const scene = new Scene(this.#seed, () => this.#pump());
    scene.main.uncaught = (error) => void this.#errors.push(error);
    this.#scene = scene;
    return { ...realStage, machine: scene.machine, entries: noEntries };
  }

  /** Gives the real time back. */
  close(): void {
    this.#scene?.close();
    this.#scene = undefined;
  }

  /** Virtual milliseconds since it was opened. */
  now(): number {
    return (this.#scene?.world.nowNs ?? 0) / NS_PER_MS;
  }

  /** Lets so much time pass. Rejects with NeverQuiet, and with what nobody on main has caught. */
  async advance(ms: number): Promise<void> {
    await this.#pass(
      ms,
      () => false,
      () => this.#rethrow(),
    );
  }

  /** Lets time pass until `done` has settled, at most so many ms. Rejects as `advance` does. */
  within(done: Promise<unknown>, ms: number): Promise<boolean> {
    return this.settle(done, ms, () => this.#rethrow());
  }

  /** The same for whoever has nothing to do with such errors. */
  async settle(done: Promise<unknown>, ms: number, tell: () => void = () => {}): Promise<boolean> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    done.then(mark, mark);
    await this.#pass(ms, () => settled, tell);
    return settled;
  }

  /** What nobody has caught, and nobody was told of. */
  takeErrors(): unknown[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }

  #rethrow(): void {
    if (this.#errors.length > 0) throw this.#errors.shift();
  }

  /** One run after the other, so that each finds the time at which the one before has left it. */
  #pass(ms: number, isEnough: () => boolean, tell: () => void): Promise<void> {
    const scene = this.#scene;
    if (scene === undefined) return Promise.resolve();
    const toNs = scene.world.nowNs + Math.round(ms * NS_PER_MS);
    const run = this.#runs.then(async () => {
      // What needs no time comes first, whatever promises it takes.
      await scene.turn();
      tell();
      await scene.run(toNs, isEnough);
      tell();
    });
    this.#runs = run.catch(() => {});
    return run;
  }

  /** Something is due now, whoever has asked for it: it happens as soon as the test waits. */
  #pump(): void {
    const scene = this.#scene;
    if (this.#pumping || scene === undefined) return;
    this.#pumping = true;
    const pumped = this.#runs.then(() => {
      this.#pumping = false;
      return scene.run(scene.world.nowNs, () => false);
    });
    this.#runs = pumped.catch((error: unknown) => void this.#errors.push(error));
  }
}

/** What stands for the real things while time is virtual. */
class Scene {
  readonly world: World;
  readonly main: VirtualThread;
  readonly machine: KitMachine;
  readonly #restore: () => void;
  /** What the test has put into its async context is none of the actors' business. */
  readonly #root: RootContext = new RootContext();

  constructor(seed: string, changed: () => void) {
    const clock: VirtualClock = {
      now: () => this.main.localMs,
      wall: () => this.main.clock.wall(this.main.nowNs),
      origin: () => this.main.clock.wall(0),
      random: () => this.main.ownRandom.float(),
      timer: (ms, step) => this.main.timer(ms, step),
      macrotask: (step) => {
        changed();
        return this.main.macrotask(step);
      },
      owner: () => undefined,
      used: () => {},
    };
    const globals = installGlobals(clock);
    const { nextTick, setImmediate, now } = globals.real;
    this.world = new World(
      seed,
      {
        nextTick: (step) => nextTick.call(process, step),
        setImmediate: (step) => void setImmediate(step),
        nowMs: now,
        get ticks() {
          return globals.ticks;
        },
        get ticksAsked() {
          return globals.ticksAsked;
        },
      },
      STEP_NS,
    );
    this.machine = new KitMachine(this.world, changed);
    this.main = this.machine.only;
    this.#restore = () => globals.restore();
  }

  close(): void {
    this.#restore();
  }

  /** Settles after a turn of the real event loop. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.world.ground.setImmediate(resolve));
  }

  /** What is due until then, unless there is enough before; then it is that time. */
  async run(toNs: number, isEnough: () => boolean): Promise<void> {
    const { world } = this;
    const arrival = world.driver.at(Math.max(toNs, world.nowNs), MACHINE, () => {});
    let [since, atNs] = [world.steps, world.nowNs];
    const isOver = (): boolean => {
      if (world.nowNs > atNs) [since, atNs] = [world.steps, world.nowNs];
      if (world.steps - since > STEPS_AT_ONCE_MAX) {
        throw new NeverQuiet(STEPS_AT_ONCE_MAX, world.nowMs);
      }
      return isEnough() || (world.nowNs >= toNs && this.#nextNs > world.nowNs);
    };
    try {
      await this.#root.run(() => world.run(isOver));
    } finally {
      arrival.cancel();
    }
  }

  get #nextNs(): number {
    return Math.min(...this.world.threads.map(({ nextNs }) => nextNs));
  }
}

/** A machine with one thread, on which nothing takes any time. */
class KitMachine extends VirtualMachine {
  readonly only: VirtualThread;
  readonly #changed: () => void;
  #disk: Disk | undefined;

  constructor(world: World, changed: () => void) {
    const load = (url: string): Promise<object> => import(url) as Promise<object>;
    super({ world, node: "kit", clock: new NodeClock(), programs: new Map(), load });
    this.#changed = changed;
    this.only = this.main();
  }

  /** One that is empty at first, and never fails. */
  override async disk(folder: string): Promise<Disk> {
    this.#disk ??= new SimulatedDisk({
      random: this.only.random,
      delay: (_, step) => {
        this.only.macrotask(() => {
          this.world.stirred = true;
          step();
        });
        this.#changed();
      },
    });
    return await folderOf(this.#disk, folder);
  }

  override env({ epochMs, cores, threads }: RealEnvOptions): Env {
    const { only, world } = this;
    const changed = this.#changed;
    const root = new RootContext();
    // Any turn may settle a promise that the test waits for: it is looked at after each step.
    const stir = (step: () => void) => (): void => {
      world.stirred = true;
      step();
    };
    return {
      spinMs: 0,
      cores,
      threads,
      now: () => only.localMs - epochMs,
      random: () => only.ownRandom.float(),
      root: (step) => root.run(step),
      microtask: (step) => () => {
        only.microtask(stir(step));
        changed();
      },
      afterMicrotasks: (step) => () => {
        only.afterwards(stir(step));
        changed();
      },
      macrotask: (step) => {
        only.macrotask(stir(step));
        changed();
      },
      timer: (ms, step) => only.timer(ms, stir(step)),
      disk: (folder) => this.disk(folder),
      life: "kit",
      // There is no other thread that could ring.
      wait: (words, word, value) => words[word] === value,
      turns: () => TURNS_PER_STEP,
    };
  }
}

/** With no thread besides main there is no first module. */
function noEntries(): Promise<Entries> {
  return Promise.reject(new Error("there are no threads in virtual time"));
}
