/**
 * Whoever looks into a system: main for `system.top()`, the keeper for each client of the socket.
 *
 *     ask ──▶ every thread that is not held up tells its rows ──▶ read shared memory ──▶ View
 *
 * Nothing is sent: threads see in shared memory that somebody has asked, at the end of a burst, and
 * those that sleep are rung. Whoever has not told within ANSWER_MS is held up, and its numbers are
 * as old as ThreadView.toldMs says. The directory, who runs, and what threads have counted are of
 * this moment in any case.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { BLOCK_WORDS, TOLD } from "../layout.ts";
import { type Beat, Beats } from "./beats.ts";
import { type Life, Moment } from "./moment.ts";
import { CHILDREN_DEFAULT, LISTED_DEFAULT } from "./protocol.ts";
import { change, type Numbers, Sample } from "./sample.ts";
import { type Looked, Sources } from "./sources.ts";
import { Threads } from "./threads.ts";
import { Top, type TopOptions } from "./top.ts";
import { Family, type TreeBounds } from "./tree.ts";
import type { ActorInfo, TopView, TreeActor, TreeView } from "./view.ts";

/** How long a look waits for threads to tell. */
const ANSWER_MS = 25;
/** After a look threads measure turns for so long, in case that another one comes. */
const WATCH_MS = 3000;
/** Single actors of which the last look is kept. */
const KEPT_MAX = 1024;
/** As self.ancestors. */
const ANCESTORS_MAX = 16;

export class Looker {
  readonly #sources: Sources;
  readonly #beats: Beats;
  readonly #threads: Threads;
  /** Time in which the next look comes, if one does. */
  watchMs = WATCH_MS;
  readonly #tellOwn: (() => void) | undefined;
  /** The last one, and memory for the next. */
  #last: Sample | undefined;
  #spare: Sample | undefined;
  /** Of single actors, by address. */
  readonly #kept: Map<string, { numbers: Numbers; at: number }> = new Map();

  /** @param tellOwn tells the rows of the thread that looks, which cannot hear of it meanwhile */
  constructor(looked: Looked, tellOwn?: () => void) {
    this.#sources = new Sources(looked);
    this.#beats = new Beats(this.#sources.signals);
    this.#threads = new Threads(this.#sources);
    this.#tellOwn = tellOwn;
  }

  async top(options: TopOptions = {}): Promise<TopView> {
    await this.#ask();
    const { moment, sample, last } = this.#sample();
    const top = new Top(moment, sample, last);
    const slots = top.slots({ max: LISTED_DEFAULT, ...options });
    const actors = slots.map((slot) => top.view(slot));
    const view = { type: "top" as const, ...this.#look(moment) };
    this.#sources.statistics.turnWindow();
    return { ...view, actors, omitted: sample.count - actors.length };
  }

  async tree(bounds: Partial<TreeBounds> = {}): Promise<TreeView> {
    await this.#ask();
    const { moment, sample, last } = this.#sample();
    const family = new Family(moment, sample);
    const all = { max: LISTED_DEFAULT, children: CHILDREN_DEFAULT, ...bounds };
    const { actors: listed, omittedRoots } = family.listed(all);
    const top = new Top(moment, sample, last);
    const actors = listed.map(
      ({ slot, depth, children, omitted }): TreeActor => ({
        ...top.view(slot),
        depth,
        children,
        omitted,
      }),
    );
    const view = { type: "tree" as const, ...this.#look(moment) };
    this.#sources.statistics.turnWindow();
    return { ...view, actors, omittedRoots, omitted: sample.count - actors.length };
  }

  /** False: no actor can ever have that slot. */
  hasSlot(slot: number): boolean {
    return this.#sources.directory.inRange(slot);
  }

  /** Of an actor that there may never have been: it is dead. The slot must be there. */
  async info(life: Life): Promise<ActorInfo> {
    const { directory } = this.#sources;
    const { slot, incarnation } = life;
    await this.#ask(directory.threadOf(slot));
    const key = `${slot}.${incarnation}`;
    const kept = this.#kept.get(key);
    const now = this.#sources.now();
    const moment = this.#moment(now, kept && now - kept.at);
    const numbers = moment.numbers(slot);
    const view = moment.actor(life, kept && change(kept.numbers, numbers));
    this.#keep(key, view.alive ? { numbers, at: now } : undefined);
    const { ancestors, children } = this.#kin(moment, life, view.alive);
    this.#sources.statistics.turnWindow();
    return { type: "info", at: Date.now(), ...view, ancestors, children };
  }

  /** Shared memory is looked at from here on, and threads tell what they have not told yet. */
  async #ask(only?: number): Promise<void> {
    const { statistics, signals, indexes } = this.#sources;
    const asked = statistics.ask(this.#sources.now() + this.watchMs);
    this.#tellOwn?.();
    const open = (): boolean => {
      let some = false;
      for (let index = 0; index < indexes; index += 1) {
        if (only !== undefined && index !== only) continue;
        // Pairs with the store in meter.ts.
        const told = Atomics.load(signals.words, index * BLOCK_WORDS + TOLD);
        // Another viewer may have asked since.
        if (((told - asked) | 0) >= 0 || !this.#sources.isRunning(index)) continue;
        signals.ring(index);
        some = true;
      }
      return some;
    };
    for (let waited = 0; waited < ANSWER_MS && open(); waited += 1) await sleep(1);
  }

  #sample(): { moment: Moment; sample: Sample; last: Sample | undefined } {
    const sample = this.#spare ?? new Sample();
    sample.take(this.#sources);
    const last = this.#last;
    this.#last = sample;
    this.#spare = last;
    this.#threads.look();
    const sinceMs = last === undefined ? undefined : Math.round(sample.at - last.at);
    return { moment: this.#moment(sample.at, sinceMs), sample, last };
  }

  #moment(now: number, sinceMs: number | undefined): Moment {
    const sources = this.#sources;
    const beats = Array.from({ length: sources.indexes }, (_, index): Beat | undefined =>
      sources.isRunning(index) ? this.#beats.look(index, now) : undefined,
    );
    return new Moment({ sources, now, sinceMs, names: sources.names(), beats });
  }

  #look(moment: Moment) {
    const [at, uptimeMs] = [Date.now(), Math.round(moment.now)];
    const totals = this.#threads.totals(moment);
    return { at, uptimeMs, sinceMs: moment.sinceMs, totals, threads: this.#threads.views(moment) };
  }

  #keep(key: string, kept: { numbers: Numbers; at: number } | undefined): void {
    this.#kept.delete(key);
    if (kept === undefined) return;
    this.#kept.set(key, kept);
    // Oldest first: a Map keeps the order of its entries.
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value as string);
  }

  #kin(moment: Moment, { slot, incarnation }: Life, alive: boolean) {
    const { directory } = this.#sources;
    const ancestors: string[] = [];
    const own = directory.incarnation(slot) === incarnation;
    let above = own ? moment.parent(slot) : undefined;
    while (above !== undefined && ancestors.length < ANCESTORS_MAX) {
      if (!directory.isAlive(above.slot, above.incarnation)) break;
      ancestors.push(this.#sources.address(above.slot, above.incarnation));
      above = moment.parent(above.slot);
    }
    return { ancestors, children: alive ? this.#children(moment, slot, incarnation) : 0 };
  }

  #children(moment: Moment, slot: number, incarnation: number): number {
    const sample = new Sample();
    sample.take(this.#sources);
    let children = 0;
    for (let index = 0; index < sample.count; index += 1) {
      const parent = moment.parent(sample.living[index] ?? 0);
      if (parent?.slot === slot && parent.incarnation === incarnation) children += 1;
    }
    return children;
  }
}
