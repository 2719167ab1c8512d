/**
 * Surviving mailboxes as a small program for explore.ts: who acts, and what must hold.
 *
 * Left out: what the bytes say and what a backlog does between two of its stores (its own tests);
 * bits, doorbells and full lanes (wakeup-model.ts: here everybody looks who has something to look
 * at); mailboxes that are full; and the calls' deadlines.
 */

import type { Sink } from "../../runtime/sim/explore/known.ts";
import type { Program, Step } from "../../runtime/sim/explore/program.ts";
import { Consumers } from "./survival-consumer.ts";
import { KeeperModel } from "./survival-keeper.ts";
import { writeState } from "./survival-key.ts";
import { Producers } from "./survival-producer.ts";
import { initial, MESSAGES_MAX, type Options, type State } from "./survival-state.ts";

export class SurvivalModel implements Program<State> {
  readonly initial: State;
  readonly #options: Options;
  readonly #producers: Producers;
  readonly #consumers: Consumers;
  readonly #keeper: KeeperModel;

  constructor(options: Options) {
    this.#options = options;
    this.initial = initial(options);
    this.#producers = new Producers(options);
    this.#consumers = new Consumers(options);
    this.#keeper = new KeeperModel(options);
  }

  write(state: State, into: Sink): void {
    writeState(state, into);
  }

  steps(state: State): Step<State>[] {
    const producers = state.producers.flatMap((_, index) => this.#producers.steps(state, index));
    return [...producers, ...this.#consumers.steps(state), ...this.#keeper.steps(state)];
  }

  invariant({ fates, wrong }: State): string | undefined {
    if (wrong !== undefined) return wrong;
    const attempts = this.#options.attempts ?? 1;
    for (const [message, { begun, effects, letters, gone }] of fates.entries()) {
      if (begun > attempts) return `${message} is begun ${begun} times`;
      if (effects > begun) return `${message} has ${effects} effects in ${begun} turns`;
      if (letters > 1) return `${message} is ${letters} dead letters`;
      if (gone && begun > 0) return `${message} died with its sender and is handled`;
    }
    return undefined;
  }

  terminalCheck({ fates, producers, consumer, backlog }: State): string | undefined {
    if (consumer.running !== consumer.life) return "nobody runs";
    if (backlog.length > 0) return "the backlog is never empty again";
    const { messages } = this.#options;
    for (const [index, { held, committed, next }] of producers.entries()) {
      if (next < index * MESSAGES_MAX + (messages[index] ?? 0)) return `${next} is never sent`;
      if (held.length > 0) return `${held} are held for ever`;
      if (committed.length > 0) return `${committed} are never published`;
    }
    for (const [message, { effects, letters, answer, gone, generation }] of fates.entries()) {
      if (gone || generation === 0) continue;
      if (effects + letters === 0) return `${message} is lost`;
      const producer = producers[Math.floor(message / MESSAGES_MAX)];
      const waits = this.#options.calls === true && producer?.generation === generation;
      if (waits && answer === 0) return `${message} is never answered`;
    }
    return undefined;
  }
}
