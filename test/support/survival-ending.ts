/**
 * How an actor ends by itself in the model of surviving mailboxes, also in the middle of its turn.
 *
 *     OVER ► what waits is discarded, one by one ► address given back ► backlog dropped
 *
 * Whoever goes on in the middle of it goes on with this. What comes later is nobody's.
 */

import {
  change,
  DONE,
  ENDED,
  get,
  MESSAGES_MAX,
  type Options,
  OVER,
  type State,
  WAITING,
} from "./survival-state.ts";

/** A dead letter of whoever has sent it, who learns it at once. */
export function nobody(s: State, message: number): void {
  const { letters, answer } = get(s.fates, message);
  change(s.fates, message, { letters: letters + 1, answer: answer === 0 ? 2 : answer });
}

/** A dead letter of the consumer's thread; the caller's answer has to leave it. */
export function discard(s: State, message: number, { calls }: Options): void {
  change(s.fates, message, { letters: get(s.fates, message).letters + 1 });
  if (calls !== true) return;
  s.consumer = { ...s.consumer, answers: [...s.consumer.answers, -message - 1] };
}

/** Nobody goes on with the mailbox from here on. */
export function end(s: State, { bug }: Options): void {
  s.phase = OVER;
  if (bug === "the backlog is dropped before it is discarded") s.kept = false;
}

/** Of an actor that has ended; false once all of it is done. */
export function goOnEnding(s: State, options: Options): boolean {
  const waiting = s.backlog.findIndex(({ state }) => state === WAITING);
  if (s.phase === OVER && waiting >= 0) {
    // One store, and the counter side by side with it.
    discard(s, get(s.backlog, waiting).message, options);
    const early = options.bug === "a discarded call is over at once";
    change(s.backlog, waiting, { state: options.calls === true && !early ? ENDED : DONE });
  } else if (s.phase === OVER) giveBack(s);
  else if (s.kept) s.kept = false;
  else return false;
  return true;
}

/** The address names nobody any more, so nobody asks the backlog. */
export function giveBack(s: State): void {
  s.phase = OVER + 1;
  s.backlog = [];
}

/** The death of a life was told: calls fail that were sent to it or before, unless they go on. */
export function failCalls(s: State, self: number, life: number, { bug, calls }: Options): void {
  if (s.phase <= OVER || calls !== true) return;
  const { generation, held, next } = get(s.producers, self);
  for (let message = self * MESSAGES_MAX; message < next; message += 1) {
    const fate = get(s.fates, message);
    if (fate.answer !== 0 || fate.generation !== generation || held.includes(message)) continue;
    const lane = s.lanes.find(({ published }) => published.includes(message));
    if (bug === "only calls to the dead life itself fail" && lane?.life !== life) continue;
    change(s.fates, message, { answer: 2 });
  }
}
