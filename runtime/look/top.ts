/** The actors that a look lists, of all that live: by trouble, or by a number. */

import type { Moment } from "./moment.ts";
import type { Change, Sample } from "./sample.ts";
import { type Facts, scoreBy, type TopOrder } from "./trouble.ts";
import type { ActorView } from "./view.ts";
import { Worst } from "./worst.ts";

export interface TopOptions {
  /** Actors that are listed, 1 to 1000, default 50. */
  readonly max?: number;
  /** Default: by trouble. */
  readonly by?: TopOrder;
  /** Those whose definition or name holds this text, in any case; or the slot: `12`, `12.1`. */
  readonly like?: string;
}

export class Top {
  readonly #moment: Moment;
  readonly #sample: Sample;
  readonly #last: Sample | undefined;

  constructor(moment: Moment, sample: Sample, last: Sample | undefined) {
    this.#moment = moment;
    this.#sample = sample;
    this.#last = last;
  }

  slots({ max, by = "trouble", like = "" }: TopOptions & { max: number }): number[] {
    const { living, count } = this.#sample;
    const worst = new Worst(max);
    const score = scoreBy(by);
    const fits = like === "" ? undefined : this.#filter(like);
    for (let index = 0; index < count; index += 1) {
      const slot = living[index] ?? 0;
      if (fits === undefined || fits(slot)) worst.add(score(this.#facts(slot)), slot);
    }
    return worst.slots();
  }

  view(slot: number): ActorView {
    return this.#moment.actor({ slot, incarnation: this.#sample.life(slot) }, this.#change(slot));
  }

  #change(slot: number): Change | undefined {
    return this.#last === undefined ? undefined : this.#sample.since(this.#last, slot);
  }

  #facts(slot: number): Facts {
    const moment = this.#moment;
    const { queued, handled } = this.#sample.numbers(slot);
    const change = this.#change(slot);
    const beat = moment.beats[moment.sources.directory.threadOf(slot)];
    return {
      runningMs: beat?.slot === slot ? beat.ms : 0,
      queued,
      growth: change?.queued ?? 0,
      handled,
      turns: change?.handled ?? 0,
      busyUs: change?.busyUs ?? 0,
      longestUs: change === undefined ? 0 : (moment.longestUs(slot) ?? 0),
      restarts: moment.restarts(slot),
      ageMs: moment.ageMs(slot),
    };
  }

  #filter(like: string): (slot: number) => boolean {
    const { directory, catalogue } = this.#moment.sources;
    const text = like.toLowerCase();
    const [, number, life] = /^(\d+)(?:\.(\d+))?$/.exec(like) ?? [];
    /** By definition. */
    const known = new Map<number, boolean>();
    const named = (definition: number): boolean => {
      const found =
        known.get(definition) ?? catalogue.name(definition).toLowerCase().includes(text);
      known.set(definition, found);
      return found;
    };
    return (slot) => {
      if (number !== undefined && Number(number) === slot) {
        return life === undefined || Number(life) === this.#sample.life(slot);
      }
      if (named(directory.definition(slot))) return true;
      return this.#moment.names.get(slot)?.toLowerCase().includes(text) === true;
    };
  }
}
