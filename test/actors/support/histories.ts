/**
 * Histories for the checkers, and a judge that is too simple to be wrong.
 *
 * `linearizable` draws what clients of a sequential object could have seen: operations overlap,
 * take effect at one moment in between, or fail, or end nobody knows how. `mutated` changes what
 * was answered, which may or may not be found out. `judge` tries every order there is, from the
 * definition: no memory, no parts, no model, only a plain object per try.
 */

import fc from "fast-check";
import type { HistoryEvent } from "../../../actors/sim/checkers/history.ts";
import type { RecordedOperation } from "../../../actors/sim/checkers/operations.ts";

/** An object that does one thing after the other, by changing itself. */
export interface Thing<Operation> {
  apply(operation: Operation): unknown;
}

export type Make<Operation> = () => Thing<Operation>;

/** What a judge needs of one operation; without `answer` it may happen or not. */
export interface Claim<Operation> {
  readonly operation: Operation;
  readonly answer: { readonly result: unknown } | undefined;
  readonly begin: number;
  readonly end: number;
}

interface Step<Operation> {
  readonly process: number;
  readonly operation: Operation;
  readonly how: number;
}

interface Client<Operation> {
  readonly id: number;
  readonly operation: Operation;
  done: boolean;
  result: unknown;
}

/** Drawn by steps of clients, each of which invokes, takes effect, or ends. */
export function linearizable<Operation>(
  make: Make<Operation>,
  operations: fc.Arbitrary<Operation>,
  { processes = 3, steps = 20 }: { processes?: number; steps?: number } = {},
): fc.Arbitrary<HistoryEvent<Operation, unknown>[]> {
  const step = fc.record({
    process: fc.nat(processes - 1),
    operation: operations,
    how: fc.nat(19),
  });
  return fc
    .array(step, { minLength: 6, maxLength: steps, size: "max" })
    .map((list) => played(make(), list));
}

function played<Operation>(
  thing: Thing<Operation>,
  steps: readonly Step<Operation>[],
): HistoryEvent<Operation, unknown>[] {
  const events: HistoryEvent<Operation, unknown>[] = [];
  const clients = new Map<number, Client<Operation>>();
  const late: Client<Operation>[] = [];
  let ids = 0;
  for (const { process, operation, how } of steps) {
    const client = clients.get(process);
    if (client === undefined) {
      const begun = { id: ids, operation, done: false, result: undefined };
      ids += 1;
      clients.set(process, begun);
      events.push({ type: "invoke", id: begun.id, process, operation });
    } else if (!client.done) {
      if (how === 0) {
        events.push({ type: "fail", id: client.id });
        clients.delete(process);
      } else if (how <= 2) {
        // Given up before it took effect, which it may do later.
        events.push({ type: "unknown", id: client.id });
        clients.delete(process);
        late.push(client);
      } else {
        client.result = thing.apply(client.operation);
        client.done = true;
      }
    } else {
      clients.delete(process);
      if (how <= 2) events.push({ type: "unknown", id: client.id });
      else events.push({ type: "ok", id: client.id, result: client.result });
    }
    if (how === 7) {
      const one = late.pop();
      if (one !== undefined) thing.apply(one.operation);
    }
  }
  return events;
}

/** Some results of a history replaced by others, or exchanged. */
export function mutated<Operation>(
  histories: fc.Arbitrary<HistoryEvent<Operation, unknown>[]>,
  results: (operation: Operation) => readonly unknown[],
): fc.Arbitrary<HistoryEvent<Operation, unknown>[]> {
  const change = fc.record({ at: fc.nat(1000), to: fc.nat(1000) });
  return fc
    .tuple(histories, fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([events, changes]) => {
      const changed = [...events];
      const answers = [...events.keys()].filter((index) => events[index]?.type === "ok");
      for (const { at, to } of changes) {
        const index = answers[at % answers.length] ?? -1;
        const event = changed[index];
        const begun = events.find((other) => other.type === "invoke" && other.id === event?.id);
        if (event?.type !== "ok" || begun?.type !== "invoke") continue;
        const possible = results(begun.operation);
        changed[index] = { ...event, result: possible[to % possible.length] };
      }
      return changed;
    });
}

export function claimsOf<Operation>(
  operations: readonly RecordedOperation<Operation, unknown>[],
): Claim<Operation>[] {
  return operations
    .filter(({ outcome }) => outcome !== "fail")
    .map(({ operation, outcome, result, begin, end }) => ({
      operation,
      answer: outcome === "ok" ? { result } : undefined,
      begin,
      end: outcome === "ok" ? end : Number.POSITIVE_INFINITY,
    }));
}

/** Nothing is known of it any more but that it may have happened. */
export function forgotten<Operation>({ operation }: Claim<Operation>): Claim<Operation> {
  return { operation, answer: undefined, begin: -1, end: Number.POSITIVE_INFINITY };
}

/** As if the history had ended before this event. */
export function before<Operation>(
  claims: readonly Claim<Operation>[],
  event: number,
): Claim<Operation>[] {
  return claims
    .filter(({ begin }) => begin < event)
    .map((claim) =>
      claim.end < event ? claim : { ...claim, answer: undefined, end: Number.POSITIVE_INFINITY },
    );
}

/** True if there is an order. Tries them all: for a few operations only. */
export function judge<Operation>(
  claims: readonly Claim<Operation>[],
  make: Make<Operation>,
  accepts: (operation: Operation, expected: unknown, recorded: unknown) => boolean,
): boolean {
  const replay = (order: readonly Claim<Operation>[]): boolean => {
    const thing = make();
    return order.every(({ operation, answer }) => {
      const result = thing.apply(operation);
      return answer === undefined || accepts(operation, result, answer.result);
    });
  };
  const extend = (order: readonly Claim<Operation>[], rest: readonly Claim<Operation>[]): boolean =>
    replay(order) &&
    (rest.every(({ answer }) => answer === undefined) ||
      rest.some((next) => {
        const others = rest.filter((other) => other !== next);
        const tooLate = others.some(({ end }) => end < next.begin);
        return !tooLate && extend([...order, next], others);
      }));
  return extend([], claims);
}
