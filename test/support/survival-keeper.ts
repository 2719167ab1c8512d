/**
 * What the keeper does in the model of surviving mailboxes. It does not die: with it the system
 * ends.
 *
 *     a death     DEAD ► seal lane by lane ► tell producers, assign the heir with its heritage
 *     recovered   RUNNING, and lanes that came too late are handed on ► tell producers
 *     an offer    to whom it is made; of a dead life: sealed and left to whoever goes on
 */

import type { Step } from "../../runtime/sim/explore/program.ts";
import {
  ANNOUNCING,
  change,
  copyOf,
  FORGOTTEN,
  get,
  KNOWN,
  LEFT,
  life,
  type Options,
  POSTED,
  RECOVERING,
  SEALING,
  type State,
  TELLING,
  WATCHING,
} from "./survival-state.ts";

export class KeeperModel {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  steps(state: State): Step<State>[] {
    const { consumer, keeper } = state;
    const steps: Step<State>[] = [];
    const does = (what: string, act: (s: State) => void): void => {
      const copy = copyOf(state);
      act(copy);
      steps.push({ label: `keeper: ${what}`, next: copy });
    };
    if (keeper.at !== WATCHING) {
      does(NAMES[keeper.at] ?? "?", (s) => this.#goOn(s));
      return steps;
    }
    if (!consumer.alive && keeper.buried < consumer.life) {
      does("bury", (s) => {
        s.consumer = { ...s.consumer, running: 0 };
        const late = this.#options.bug === "lanes are sealed after the heir has read them";
        s.keeper = { ...s.keeper, at: late ? TELLING : SEALING };
      });
    }
    if (
      keeper.answered === consumer.life &&
      consumer.running === 0 &&
      keeper.buried < consumer.life
    ) {
      does("replaced", (s) => this.#replaced(s));
    }
    state.producers.forEach((producer, index) => {
      const offer = state.lanes.findIndex((lane) => lane.from === index && lane.kept === POSTED);
      if (offer >= 0) does(`offer of lane ${offer}`, (s) => this.#offer(s, offer));
      if (!producer.alive)
        does(`replace producer ${index}`, (s) => this.#replaceProducer(s, index));
    });
    return steps;
  }

  #goOn(s: State): void {
    const { consumer, keeper } = s;
    if (keeper.at === TELLING) return this.#assign(s);
    if (keeper.at === ANNOUNCING) {
      tell(s, consumer.life);
      s.keeper = { ...keeper, at: WATCHING };
      return;
    }
    const dead = s.lanes.findIndex(({ kept, life }) => kept === KNOWN && life === consumer.life);
    if (dead < 0) s.keeper = { ...keeper, at: TELLING };
    else if (this.#leavesNothing(s)) change(s.lanes, dead, { kept: FORGOTTEN });
    else change(s.lanes, dead, { sealed: true, kept: LEFT });
  }

  #leavesNothing({ kept }: State): boolean {
    return !kept && this.#options.bug === "lanes to a dropped mailbox are forgotten";
  }

  #assign(s: State): void {
    const { bug } = this.#options;
    const { life: dead, named } = s.consumer;
    tell(s, -dead);
    if (bug === "lanes are sealed after the heir has read them") {
      for (const [lane, { kept, life }] of s.lanes.entries()) {
        if (kept === KNOWN && life === dead) change(s.lanes, lane, { kept: LEFT });
      }
    }
    const heritage = [...s.lanes.keys()].filter((lane) => get(s.lanes, lane).kept === LEFT);
    const hasty = bug === "lives before it has recovered";
    const answered = hasty ? dead + 1 : s.keeper.answered;
    s.keeper = { at: WATCHING, buried: dead, answered, late: [] };
    const next = life(dead + 1);
    s.consumer = { ...next, named: hasty ? next.life : named, at: RECOVERING, heritage };
  }

  /** The heir has answered that it has recovered. */
  #replaced(s: State): void {
    const { bug } = this.#options;
    s.consumer = { ...s.consumer, running: s.consumer.life };
    for (const lane of s.keeper.late) this.#hand(s, lane);
    s.keeper = { ...s.keeper, at: ANNOUNCING, late: [] };
    for (const [lane, { kept, passed, published }] of s.lanes.entries()) {
      if (kept !== LEFT) continue;
      if (bug === "lanes are sealed after the heir has read them") {
        change(s.lanes, lane, { sealed: true });
      }
      // Nothing more can come of it.
      const over = passed === published.length || bug === "recovery leaves no mark in the lanes";
      if (over) change(s.lanes, lane, { kept: FORGOTTEN });
    }
  }

  #hand(s: State, lane: number): void {
    s.consumer = { ...s.consumer, inbox: [...s.consumer.inbox, -lane - 1] };
    const forgets = this.#options.bug === "a late lane is forgotten once it is handed on";
    if (forgets) change(s.lanes, lane, { kept: FORGOTTEN });
  }

  #offer(s: State, lane: number): void {
    const { consumer, keeper } = s;
    if (get(s.lanes, lane).life === consumer.running) {
      change(s.lanes, lane, { kept: KNOWN });
      s.consumer = { ...consumer, inbox: [...consumer.inbox, lane] };
      return;
    }
    const refused = this.#options.bug === "a lane that was made too late is refused";
    if (refused || this.#leavesNothing(s)) {
      return change(s.lanes, lane, { kept: FORGOTTEN });
    }
    change(s.lanes, lane, { sealed: true, kept: LEFT });
    if (consumer.running > 0) this.#hand(s, lane);
    else s.keeper = { ...keeper, late: [...keeper.late, lane] };
  }

  #replaceProducer(s: State, index: number): void {
    const { generation } = get(s.producers, index);
    change(s.producers, index, { alive: true, generation: generation + 1 });
    if (this.#options.bug !== "lanes of a dead producer are forgotten") return;
    for (const [lane, { from, kept }] of s.lanes.entries()) {
      if (from === index && kept === KNOWN) change(s.lanes, lane, { kept: FORGOTTEN });
    }
  }
}

const NAMES = ["watch", "seal a lane", "tell and assign", "tell of the heir"];

function tell(s: State, news: number): void {
  for (const [index, { alive, inbox }] of s.producers.entries()) {
    if (alive) change(s.producers, index, { inbox: [...inbox, news] });
  }
}
