/**
 * States of the model of surviving mailboxes as text: numbers as characters, lists with their
 * lengths before them. Written for each state that a walk comes to, so without garbage.
 */

import type { Consumer, Lane, Producer, State } from "./survival-state.ts";

const CODES_MAX = 4096;
/** The smallest number is -16. */
const ZERO = 16;

export class Key {
  readonly #codes = new Uint16Array(CODES_MAX);
  #length = 0;

  of(state: State): string {
    this.#length = 0;
    this.#putState(state);
    const codes = this.#codes.subarray(0, this.#length) as unknown as number[];
    return String.fromCharCode.apply(undefined, codes);
  }

  #put(value: number | boolean): void {
    this.#codes[this.#length] = Number(value) + ZERO;
    this.#length += 1;
  }

  #list(values: readonly number[]): void {
    this.#put(values.length);
    for (const value of values) this.#put(value);
  }

  #putState(state: State): void {
    for (const one of state.producers) this.#putProducer(one);
    this.#put(state.lanes.length);
    for (const lane of state.lanes) this.#putLane(lane);
    this.#putConsumer(state.consumer);
    const { at, buried, answered, late } = state.keeper;
    this.#put(at);
    this.#put(buried);
    this.#put(answered);
    this.#list(late);
    this.#put(state.deaths);
    this.#put(state.producerDeaths);
    this.#put(state.phase);
    this.#put(state.kept);
    this.#putJournal(state);
    this.#list(state.newest);
  }

  #putProducer(one: Producer): void {
    this.#put(one.generation);
    this.#put(one.alive);
    this.#put(one.next);
    this.#put(one.lane);
    this.#list(one.committed);
    this.#list(one.held);
    this.#list(one.inbox);
  }

  #putLane(lane: Lane): void {
    this.#put(lane.from);
    this.#put(lane.generation);
    this.#put(lane.life);
    this.#put(lane.sealed);
    this.#put(lane.head);
    this.#put(lane.passed);
    this.#put(lane.kept);
    this.#list(lane.published);
  }

  #putConsumer(one: Consumer): void {
    this.#put(one.life);
    this.#put(one.named);
    this.#put(one.running);
    this.#put(one.alive);
    this.#put(one.at);
    this.#put(one.lane);
    this.#put(one.next);
    this.#put(one.limit);
    this.#put(one.message);
    this.#put(one.step);
    this.#list(one.inbox);
    this.#list(one.accepted);
    this.#list(one.heritage);
    this.#list(one.answers);
  }

  #putJournal({ journal, seen, fates }: State): void {
    this.#put(journal.length);
    for (const entry of journal) {
      this.#put(entry.message);
      this.#put(entry.lane);
      this.#put(entry.state);
      this.#put(entry.attempts);
    }
    for (const pair of seen) this.#list(pair);
    for (const { begun, effects, letters, answer, generation, gone } of fates) {
      this.#put(begun + 3 * effects + 9 * letters + 27 * answer);
      this.#put(generation + 4 * Number(gone));
    }
  }
}
