/**
 * States of the model of surviving mailboxes as rows of numbers, lists with their lengths before
 * them. Written for each state that a walk comes to, so without garbage.
 */

import type { Sink } from "../../runtime/sim/explore/known.ts";
import type { Consumer, Lane, Producer, State } from "./survival-state.ts";

export function writeState(state: State, into: Sink): void {
  for (const one of state.producers) putProducer(one, into);
  into.put(state.lanes.length);
  for (const lane of state.lanes) putLane(lane, into);
  putConsumer(state.consumer, into);
  const { at, buried, answered, late } = state.keeper;
  into.put(pack(at, buried, answered, state.deaths));
  into.put(pack(state.producerDeaths, state.phase, Number(state.kept), late.length));
  putAll(late, into);
  putBacklog(state, into);
  putAll(state.newest, into);
}

/** From -16 to 239 each: the smallest number of a state is -16. */
function pack(a: number, b: number, c: number, d: number): number {
  return (a + ZERO) | ((b + ZERO) << 8) | ((c + ZERO) << 16) | ((d + ZERO) << 24);
}

const ZERO = 16;

function putAll(values: readonly number[], into: Sink): void {
  for (let index = 0; index < values.length; index += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [
      values[index],
      values[index + 1],
      values[index + 2],
      values[index + 3],
    ];
    into.put(pack(a, b, c, d));
  }
}

function putProducer(one: Producer, into: Sink): void {
  const { alive, committed, generation, held, inbox, lane, next } = one;
  into.put(pack(generation, Number(alive), next, lane));
  into.put(pack(committed.length, held.length, inbox.length, 0));
  putAll(committed, into);
  putAll(held, into);
  putAll(inbox, into);
}

function putLane(lane: Lane, into: Sink): void {
  const { from, generation, head, kept, life, passed, published, sealed } = lane;
  into.put(pack(from, generation, life, Number(sealed)));
  into.put(pack(head, passed, kept, published.length));
  putAll(published, into);
}

function putConsumer(one: Consumer, into: Sink): void {
  const { accepted, alive, answers, at, heritage, inbox, lane } = one;
  const { life, limit, message, named, next, running, step } = one;
  into.put(pack(life, named, running, Number(alive)));
  into.put(pack(at, lane, next, limit));
  into.put(pack(message, step, inbox.length, accepted.length));
  into.put(pack(heritage.length, answers.length, 0, 0));
  putAll(inbox, into);
  putAll(accepted, into);
  putAll(heritage, into);
  putAll(answers, into);
}

function putBacklog({ backlog, seen, fates }: State, into: Sink): void {
  into.put(backlog.length);
  for (const { attempts, lane, message, state } of backlog) {
    into.put(pack(message, lane, state, attempts));
  }
  for (const [lane, count] of seen) into.put(pack(lane, count, 0, 0));
  for (const { begun, effects, letters, answer, generation, gone } of fates) {
    const counts = begun + 3 * effects + 9 * letters + 27 * answer;
    into.put(pack(counts, generation, Number(gone), 0));
  }
}
