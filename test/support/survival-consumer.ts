/**
 * What the consumer's thread does in the model of surviving mailboxes, in any of its lives.
 *
 *     recover     marks ► cut turns ► maybe-answers ► inherited lanes ► named, answered
 *     drain       a lane: its records into the backlog ► HEAD
 *     turn        begin ► the handler's effect ► end, of the actor too (survival-ending.ts)
 *     answers     flush ► room given back
 *
 * A step is one store to memory that others see, or the effect of a handler. That an operation of
 * the backlog is whole or not there at all is proven at its stores (backlog.property.test.ts).
 */

import type { Step } from "../../runtime/sim/explore/program.ts";
import { discard, end, giveBack, goOnEnding } from "./survival-ending.ts";
import {
  BEGUN,
  BORN,
  type Consumer,
  change,
  copyOf,
  DONE,
  DRAINING,
  ENDED,
  ENDING,
  type Entry,
  get,
  IDLE,
  IN_TURN,
  life,
  type Options,
  OVER,
  RECOVERING,
  type State,
  TAKING_OVER,
  WAITING,
} from "./survival-state.ts";

type Does = (what: string, act: (s: State) => void, optional?: boolean) => void;

export class Consumers {
  readonly #options: Options;
  readonly #attempts: number;

  constructor(options: Options) {
    this.#options = options;
    this.#attempts = options.attempts ?? 1;
  }

  steps(state: State): Step<State>[] {
    const { consumer } = state;
    const steps: Step<State>[] = [];
    if (!consumer.alive) return steps;
    const does: Does = (what, act, optional = false) => {
      const copy = copyOf(state);
      act(copy);
      steps.push({ label: `life ${consumer.life}: ${what}`, next: copy, optional });
    };
    const hasty = this.#options.bug === "lives before it has recovered";
    if (consumer.at === IDLE || (consumer.at === RECOVERING && hasty)) this.#idle(state, does);
    this.#ends(consumer, state.phase, does);
    if (consumer.at === DRAINING) does("drain", (s) => this.#drain(s));
    else if (consumer.at === IN_TURN) does("turn", (s) => this.#turn(s));
    else if (consumer.at === RECOVERING) does("recover", (s) => this.#recover(s));
    else if (consumer.at === TAKING_OVER) does("take over", (s) => this.#takeOver(s, IDLE));
    if (state.deaths < this.#options.deaths) does("dies", die, true);
    return steps;
  }

  /** The actor does, or goes on with it. */
  #ends({ at, step }: Consumer, phase: number, does: Does): void {
    if (at === ENDING) {
      return does("go on ending", (s) => {
        if (!goOnEnding(s, this.#options)) rest(s, IDLE);
      });
    }
    const may = at === IDLE || (at === IN_TURN && step === 1);
    if (this.#options.ends === true && phase === BORN && may) does("end", (s) => this.#end(s));
  }

  /** In the middle of a turn that is an error of its handler's: nobody knows how far it came. */
  #end(s: State): void {
    const { answers, at, message } = s.consumer;
    end(s, this.#options);
    const told = at === IN_TURN && this.#options.calls === true;
    rest(s, ENDING);
    if (told) s.consumer = { ...s.consumer, answers: [...answers, -message - 1] };
  }

  #idle(state: State, does: Does): void {
    const { accepted, answers, inbox } = state.consumer;
    if (inbox.length > 0) does("hear of a lane", (s) => this.#hear(s));
    for (const lane of accepted) {
      const { published, head } = get(state.lanes, lane);
      if (published.length > head) does(`look into lane ${lane}`, (s) => this.#look(s, lane));
    }
    if (state.backlog.some((entry) => entry.state === WAITING)) {
      does("begin", (s) => this.#begin(s));
    }
    if (answers.length > 0) does("flush answers", (s) => flush(s));
    const [oldest] = state.backlog;
    if (oldest !== undefined && this.#isOver(state, oldest)) {
      does("release", (s) => this.#release(s));
    }
  }

  #hear(s: State): void {
    const [lane = 0, ...inbox] = s.consumer.inbox;
    s.consumer = { ...s.consumer, inbox };
    if (lane < 0) return this.#inherit(s, -lane - 1, TAKING_OVER);
    s.consumer = { ...s.consumer, accepted: [...s.consumer.accepted, lane] };
  }

  #look(s: State, lane: number): void {
    const { published, head } = get(s.lanes, lane);
    s.consumer = { ...s.consumer, at: DRAINING, lane, next: head, limit: published.length };
    if (this.#options.bug !== "HEAD before the backlog") return;
    change(s.lanes, lane, { head: published.length });
  }

  #drain(s: State): void {
    const { lane, limit, next } = s.consumer;
    if (s.phase > OVER) this.#refuse(s);
    else if (next < limit) return this.#append(s);
    change(s.lanes, lane, { head: limit });
    rest(s, IDLE);
  }

  /** For nobody: counted for good when the lane's mark of it is stored (flow.ts). */
  #refuse(s: State): void {
    const { lane, limit, next } = s.consumer;
    for (const message of get(s.lanes, lane).published.slice(next, limit)) {
      discard(s, message, this.#options);
    }
    s.consumer = { ...s.consumer, next: limit };
  }

  /** A record enters the backlog, and is noted as seen. */
  #append(s: State): void {
    const { lane, next } = s.consumer;
    const { from, published } = get(s.lanes, lane);
    s.backlog.push({ message: get(published, next), lane, state: WAITING, attempts: 0 });
    s.consumer = { ...s.consumer, next: next + 1 };
    if (this.#options.bug !== "no note of what was seen") s.seen[from] = [lane, next + 1];
  }

  #begin(s: State): void {
    const at = s.backlog.findIndex(({ state }) => state === WAITING);
    const { message } = get(s.backlog, at);
    s.consumer = { ...s.consumer, at: IN_TURN, message, step: 0 };
    change(s.fates, message, { begun: get(s.fates, message).begun + 1 });
    if (this.#options.bug !== "attempt written after the handler") begun(s, at);
  }

  #turn(s: State): void {
    const { answers, message, step } = s.consumer;
    const at = s.backlog.findIndex((one) => one.message === message && one.state < ENDED);
    if (step === 0) {
      s.consumer = { ...s.consumer, step: 1 };
      return effect(s, get(s.backlog, at));
    }
    if (this.#options.bug === "attempt written after the handler") begun(s, at);
    const isCall = this.#options.calls === true;
    change(s.backlog, at, { state: isCall ? ENDED : DONE });
    if (isCall) s.consumer = { ...s.consumer, answers: [...answers, message] };
    rest(s, IDLE);
    this.#release(s);
  }

  #isOver({ consumer }: State, { state }: Entry): boolean {
    const early = this.#options.bug === "room given back before the answer has left";
    return state === DONE || (state === ENDED && (early || consumer.answers.length === 0));
  }

  #release(s: State): void {
    while (s.backlog[0] !== undefined && this.#isOver(s, s.backlog[0])) s.backlog.shift();
  }

  /** What the dead life left, oldest first; then the lanes to it; then others are told. */
  #recover(s: State): void {
    // Nobody hands it the backlog, so it gives the address up.
    const skips = this.#options.bug === "an ended mailbox is left as it is";
    if (s.phase === OVER && (skips || !s.kept)) return giveBack(s);
    const late = s.lanes.findIndex((_, lane) => this.#isBehind(s, lane));
    if (late >= 0) return mark(s, late);
    const cut = s.backlog.findIndex(({ state }) => state === BEGUN);
    if (cut >= 0) return this.#cut(s, cut);
    const maybe = s.backlog.findIndex((entry) => entry.state === ENDED && !answers(s, entry));
    if (maybe >= 0) return this.#maybe(s, maybe);
    if (s.consumer.lane >= 0) return this.#takeOver(s, RECOVERING);
    const [lane, ...heritage] = s.consumer.heritage;
    s.consumer = { ...s.consumer, heritage };
    if (lane !== undefined) return this.#inherit(s, lane, RECOVERING);
    if (s.phase !== BORN && goOnEnding(s, this.#options)) return;
    s.consumer = { ...s.consumer, named: s.consumer.life };
    s.keeper = { ...s.keeper, answered: s.consumer.life };
    rest(s, IDLE);
  }

  /** Of this lane more was seen than its marks say: the dead life was in the middle of a batch. */
  #isBehind(s: State, lane: number): boolean {
    const { bug } = this.#options;
    if (bug === "what the dead life has seen is not marked first") return false;
    if (bug === "recovery leaves no mark in the lanes") return false;
    const { from, head, passed } = get(s.lanes, lane);
    const [seenLane, count] = get(s.seen, from);
    return seenLane === lane && count > Math.max(head, passed);
  }

  /** A dead letter and the end of its entry; they are told by counters in one breath. */
  #cut(s: State, at: number): void {
    const { attempts, message } = get(s.backlog, at);
    if (s.phase === OVER) {
      // That turn has ended its actor, and counts as handled.
      change(s.backlog, at, { state: DONE });
      if (this.#options.calls === true) this.#maybe(s, at);
      return;
    }
    if (attempts < this.#attempts || this.#options.bug === "a cut turn simply waits again") {
      return change(s.backlog, at, { state: WAITING });
    }
    change(s.fates, message, { letters: get(s.fates, message).letters + 1 });
    change(s.backlog, at, { state: DONE });
    if (this.#options.calls === true) this.#maybe(s, at);
  }

  /** Whoever has called learns that nobody knows; the entry stays until that has left. */
  #maybe(s: State, at: number): void {
    const { message } = get(s.backlog, at);
    s.consumer = { ...s.consumer, answers: [...s.consumer.answers, -message - 1] };
    const early = this.#options.bug === "what was maybe answered is over at once";
    change(s.backlog, at, { state: early ? DONE : ENDED });
  }

  #inherit(s: State, lane: number, at: number): void {
    const { head, passed, published } = get(s.lanes, lane);
    const next = Math.max(head, passed);
    s.consumer = { ...s.consumer, at, lane, next, limit: published.length };
  }

  /** Record by record; then the lane is marked as taken so far. */
  #takeOver(s: State, then: number): void {
    if (s.phase > OVER) this.#refuse(s);
    const { lane, next, limit } = s.consumer;
    if (next === limit) {
      const marks = this.#options.bug !== "recovery leaves no mark in the lanes";
      if (marks) change(s.lanes, lane, { passed: limit });
      return rest(s, then);
    }
    const [seenLane, count] = get(s.seen, get(s.lanes, lane).from);
    if (seenLane !== lane || next >= count) return this.#append(s);
    s.consumer = { ...s.consumer, next: next + 1 };
  }
}

const NOTHING = { lane: -1, next: 0, limit: 0, message: -1, step: 0 };

function rest(s: State, at: number): void {
  s.consumer = { ...s.consumer, ...NOTHING, at };
}

function begun(s: State, at: number): void {
  change(s.backlog, at, { state: BEGUN, attempts: get(s.backlog, at).attempts + 1 });
}

/** Before another lane from there is taken over, which would make it forgotten. */
function mark(s: State, lane: number): void {
  const [, passed] = get(s.seen, get(s.lanes, lane).from);
  change(s.lanes, lane, { passed });
}

/** What the handler does in the world. */
function effect(s: State, { message, lane }: Entry): void {
  const { effects } = get(s.fates, message);
  const { from, generation } = get(s.lanes, lane);
  change(s.fates, message, { effects: effects + 1 });
  if (effects > 0) return;
  const newest = s.newest[from] ?? -1;
  if (message < newest && get(s.fates, newest).generation === generation) {
    s.wrong = `${message} is handled after ${newest}`;
  }
  s.newest[from] = Math.max(message, newest);
}

function answers({ consumer }: State, { message }: Entry): boolean {
  return consumer.answers.includes(-message - 1);
}

/** The first answer settles a call; a caller that is dead has none. */
function flush(s: State): void {
  for (const answer of s.consumer.answers) {
    const message = answer < 0 ? -answer - 1 : answer;
    if (get(s.fates, message).answer === 0) {
      change(s.fates, message, { answer: answer < 0 ? 2 : 1 });
    }
  }
  s.consumer = { ...s.consumer, answers: [] };
}

/** Terminated between two steps: what it had in its own memory is gone. */
function die(s: State): void {
  const { life: dead, named, running } = s.consumer;
  s.deaths += 1;
  s.consumer = { ...life(dead), named, running, alive: false };
}
