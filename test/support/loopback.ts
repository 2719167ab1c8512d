/**
 * A system of several hosts in one JavaScript thread, on LocalKeeper: what simulation stands on.
 *
 *     host 0 ⇄ lanes ⇄ host 1 …      all on the same shared memory, each with an Env of its own
 */

import { Host } from "../../actors/host.ts";
import type { DeadLetter } from "../../actors/letters.ts";
import { allocateBuffers, LocalKeeper } from "../../actors/link.ts";
import { consoleLog } from "../../actors/log.ts";
import { checkSystemOptions, type SystemOptions } from "../../actors/options.ts";
import { Shutdown } from "../../actors/shutdown.ts";
import type { SpawnOptions } from "../../actors/spawn-options.ts";
import type { Definition, Ref } from "../../actors/types.ts";
import { type Counts, noCounts, readCounts } from "../../runtime/counters.ts";
import { type Env, hrtimeMs, realEnv } from "../../runtime/env.ts";
import {
  HEAD,
  RING_BYTE,
  RING_WORD,
  TAIL,
  THREAD_BOOTING,
  THREAD_DEAD,
  THREAD_RUNNING,
} from "../../runtime/layout.ts";
import { Signals } from "../../runtime/signals.ts";
import type { Lane } from "../../runtime/thread.ts";

export interface LoopbackOptions extends SystemOptions {
  /** The threads' indexes. */
  indexes?: readonly number[];
  env?: (index: number) => Env;
  /** Hands a new lane over when it likes to; at once if left out. */
  offer?: (hand: () => void) => void;
}

export class Loopback {
  readonly hosts: Map<number, Host> = new Map();
  readonly letters: DeadLetter[] = [];
  /** Lines of the log, as they would stand on stderr. */
  readonly lines: string[] = [];
  /** The newest lane of each pair. */
  readonly lanes: Lane[] = [];
  readonly signals: Signals;
  readonly keeper: LocalKeeper;
  readonly #buffers: ReturnType<typeof allocateBuffers>;
  readonly #settings: ReturnType<typeof checkSystemOptions>["settings"];
  readonly #env: (index: number) => Env;

  constructor({ indexes = [0, 1], env, offer, ...options }: LoopbackOptions = {}) {
    const threads = Math.max(...indexes);
    this.#settings = checkSystemOptions({ laneBytes: 16384, ...options, threads }).settings;
    this.#buffers = allocateBuffers(options.maxActors ?? 64 * 1024, 0);
    this.signals = new Signals(this.#buffers.signals);
    this.keeper = new LocalKeeper(this.#buffers);
    const hand = this.keeper.offerLane.bind(this.keeper);
    this.keeper.offerLane = (lane) => {
      const { from, to } = lane;
      const old = this.lanes.findIndex((one) => one.from === from && one.to === to);
      if (old >= 0) this.lanes.splice(old, 1);
      this.lanes.push(lane);
      if (offer === undefined) hand(lane);
      else offer(() => hand(lane));
    };
    const epochMs = hrtimeMs();
    this.#env =
      env ?? ((index) => realEnv({ epochMs, seed: `${index}`, spinMs: 0, cores: 2, threads: 2 }));
    for (const index of indexes) this.start(index, 1);
  }

  /** Begins a life of a thread, as the keeper does it. */
  start(index: number, generation: number): Host {
    this.signals.setState(index, THREAD_BOOTING, generation);
    const log = consoleLog("info", (line) => this.lines.push(line));
    const host = new Host({
      env: this.#env(index),
      memory: this.#buffers,
      index,
      generation,
      settings: this.#settings,
      link: this.keeper,
      notes: {
        letter: (letter) => this.letters.push(letter) > 0,
        measured: () => true,
        log: (level, fields, message) => log[level](fields, message),
      },
    });
    this.keeper.ends.set(index, {
      acceptLane: (lane) => host.thread.acceptLane(lane),
      laneRefused: (by) => host.laneClosed(by),
    });
    this.hosts.set(index, host);
    this.signals.setState(index, THREAD_RUNNING, generation);
    host.thread.scheduler.wake();
    return host;
  }

  host(index: number): Host {
    const host = this.hosts.get(index);
    if (host === undefined) throw new Error(`there is no host ${index}`);
    return host;
  }

  /** Ends a life in the middle: nothing of it runs again; the others are told later (`tell`). */
  kill(index: number): void {
    const { generation } = this.host(index).thread;
    this.host(index).thread.scheduler.stop();
    this.hosts.delete(index);
    this.keeper.ends.delete(index);
    this.signals.setState(index, THREAD_DEAD, generation);
  }

  /** The death notice. */
  tell(index: number, generation: number, cause: string): void {
    for (const host of this.hosts.values()) host.threadDied(index, generation, cause);
  }

  /** What the real keeper does now and then: looks for wake-ups that got lost. */
  tick(): void {
    for (const index of this.hosts.keys()) {
      if (this.signals.pending(index)) this.signals.ringAnyway(index);
    }
    for (const { memory, from, to } of this.lanes) {
      const words = new Int32Array(memory);
      if (Atomics.load(words, TAIL) === Atomics.load(words, HEAD)) continue;
      this.signals.publish(from, to);
      if (this.signals.isParked(to)) this.signals.ringAnyway(to);
    }
  }

  /** The lane that is in use, if there is one. */
  lane(from: number, to: number): Lane | undefined {
    return this.lanes.find((lane) => lane.from === from && lane.to === to);
  }

  /** The first payload word of each record of a kind that lies in a lane unread. */
  unread(from: number, to: number, kind: number): number[] {
    const words = new Int32Array(this.lane(from, to)?.memory ?? new ArrayBuffer(RING_BYTE));
    const ring = words.length - RING_WORD;
    const found: number[] = [];
    for (let at = words[HEAD] ?? 0; at !== (words[TAIL] ?? 0); ) {
      const word = RING_WORD + ((at >> 2) & (ring - 1));
      const size = words[word] ?? 0;
      if (size > 0 && ((words[word + 1] ?? 0) & 255) === kind) found.push(words[word + 5] ?? 0);
      at += Math.abs(size);
    }
    return found;
  }

  spawn<Args extends unknown[], P>(
    from: number,
    definition: Definition<Args, P>,
    args: Args,
    options: SpawnOptions,
  ): Promise<Ref<P>> {
    return this.host(from).spawner.spawn(definition, args, options) as Promise<Ref<P>>;
  }

  /** The same address, as another thread sees it. */
  at<P>(index: number, ref: Ref<P>): Ref<P> {
    const { facts, slot, incarnation } = ref as unknown as {
      facts: { id: number };
      slot: number;
      incarnation: number;
    };
    return this.host(index).phonebook.find(facts.id, slot, incarnation) as unknown as Ref<P>;
  }

  counters(): Counts {
    const sum = noCounts();
    for (const [index, host] of this.hosts) {
      host.settle();
      const counts = readCounts(this.signals, index);
      for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
    }
    return sum;
  }

  /** The way down of a system; returns who did not end in time. */
  async stop(): Promise<string[]> {
    const hosts = [...this.hosts.values()];
    for (const host of hosts) host.closed = true;
    const late = await Promise.all(hosts.map((host) => new Shutdown(host).run()));
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(hosts.map((host) => host.quiesce()));
    }
    for (const host of hosts) host.answers.failAll(() => new Error("the system has been stopped"));
    for (const host of hosts) host.stop();
    return late.flat();
  }
}
