/**
 * What a producer does in the model of surviving mailboxes: send, flush, hear the keeper.
 *
 *     send    to the open lane, or held behind what is held, or while nobody runs there
 *     flush   publishes what was committed, unless the lane was sealed: then it comes back
 *     hear    died: the lane is closed;  replaced: what is held leaves, in order
 *
 * What a step does to private memory alone belongs to the step before. Mirrors sending.ts,
 * producer.ts, undelivered.ts and away.ts.
 */

import type { Step } from "../../runtime/sim/explore/program.ts";
import { failCalls, nobody } from "./survival-ending.ts";
import {
  change,
  copyOf,
  get,
  MESSAGES_MAX,
  type Options,
  OVER,
  POSTED,
  type State,
} from "./survival-state.ts";

export class Producers {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  steps(state: State, self: number): Step<State>[] {
    const steps: Step<State>[] = [];
    const { alive, next, lane, committed, inbox } = get(state.producers, self);
    if (!alive) return steps;
    const does = (what: string, act: (s: State) => void, optional = false): void => {
      const copy = copyOf(state);
      act(copy);
      steps.push({ label: `producer ${self}: ${what}`, next: copy, optional });
    };
    const end = self * MESSAGES_MAX + (this.#options.messages[self] ?? 0);
    if (next < end) does("send", (s) => this.#send(s, self));
    if (lane >= 0 && committed.length > 0) does("flush", (s) => this.#flush(s, self));
    if (inbox.length > 0) does("hear", (s) => this.#hear(s, self));
    const { producerDeaths = 0 } = this.#options;
    if (state.producerDeaths < producerDeaths) does("dies", (s) => die(s, self), true);
    return steps;
  }

  #send(s: State, self: number): void {
    const { bug } = this.#options;
    const { generation, held, next } = get(s.producers, self);
    change(s.producers, self, { next: next + 1 });
    change(s.fates, next, { generation });
    if (s.phase > OVER && held.length === 0) return nobody(s, next);
    const runs = runsThere(s);
    const past = bug === "a send goes past what is held" && runs;
    if (runs && (held.length === 0 || past)) return this.#commit(s, self, [next]);
    if (bug !== "what comes back stands behind what is held") this.#close(s, self);
    change(s.producers, self, { held: [...get(s.producers, self).held, next] });
  }

  /** Into the open lane, whichever life it leads to; else into a new one. */
  #commit(s: State, self: number, messages: readonly number[]): void {
    const { committed, generation, lane } = get(s.producers, self);
    change(s.producers, self, { committed: [...committed, ...messages] });
    if (lane >= 0) return;
    change(s.producers, self, { lane: s.lanes.length });
    const ends = { from: self, generation, life: s.consumer.named };
    s.lanes.push({ ...ends, published: [], sealed: false, head: 0, passed: 0, kept: POSTED });
  }

  #flush(s: State, self: number): void {
    const { committed, lane } = get(s.producers, self);
    const { published, sealed } = get(s.lanes, lane);
    if (sealed) return this.#close(s, self);
    change(s.lanes, lane, { published: [...published, ...committed] });
    change(s.producers, self, { committed: [] });
  }

  /** What was not published still belongs to the producer, and is older than all that is held. */
  #close(s: State, self: number): void {
    const { bug } = this.#options;
    const { committed, held, lane } = get(s.producers, self);
    if (lane < 0) return;
    const { head, published } = get(s.lanes, lane);
    const taken = bug === "published ones are taken back too" ? published.slice(head) : [];
    const back = [...taken, ...committed];
    const behind = bug === "what comes back stands behind what is held";
    change(s.lanes, lane, { sealed: true });
    const all = behind ? [...held, ...back] : [...back, ...held];
    change(s.producers, self, { held: all, committed: [], lane: -1 });
  }

  #hear(s: State, self: number): void {
    const { held, inbox, lane } = get(s.producers, self);
    const [news = 0, ...rest] = inbox;
    change(s.producers, self, { inbox: rest });
    if (news < 0) {
      if (s.lanes[lane]?.life === -news) this.#close(s, self);
      return failCalls(s, self, -news, this.#options);
    }
    if (held.length === 0 || !runsThere(s)) return;
    change(s.producers, self, { held: [] });
    if (s.phase > OVER) {
      for (const message of held) nobody(s, message);
      return;
    }
    this.#commit(s, self, held);
  }
}

/** What it had not published dies with it. */
function die(s: State, self: number): void {
  const { committed, held } = get(s.producers, self);
  for (const message of [...committed, ...held]) change(s.fates, message, { gone: true });
  change(s.producers, self, { alive: false, lane: -1, committed: [], held: [], inbox: [] });
  s.producerDeaths += 1;
}

function runsThere({ consumer: { named, running } }: State): boolean {
  return named === running && running > 0;
}
