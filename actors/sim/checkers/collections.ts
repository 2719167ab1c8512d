/**
 * Models of what holds many values: a set, and a first-in-first-out queue.
 *
 * A step of the queue costs the same however much is in it: its states share two chains (Okasaki,
 * "Purely Functional Data Structures", 1998, section 5.2). Sets are copied, but they are checked
 * element by element, unless a history looks at a whole set.
 */

import type { Answer, Model, Outcome } from "./model.ts";
import { same, shown, textOf } from "./plain.ts";

/** Elements are plain data. An answer of undefined to add and remove is accepted. */
export type SetOperation<Value = unknown> =
  /** Answers true if the value was not in yet. */
  | { readonly type: "add"; readonly value: Value }
  /** Answers true if the value was in. */
  | { readonly type: "remove"; readonly value: Value }
  /** Answers whether the value is in. */
  | { readonly type: "has"; readonly value: Value }
  /** Answers all values as a list, in any order. Such a history is checked as one. */
  | { readonly type: "values" };

export type SetResult<Value = unknown> = boolean | readonly Value[] | undefined;

/** The values, by their text. */
type SetState<Value> = ReadonlyMap<string, Value>;

/** Values that are put in once each. */
export function setModel<Value = unknown>(): Model<
  SetState<Value>,
  SetOperation<Value>,
  SetResult<Value>
> {
  return {
    name: "set",
    initial: new Map(),
    step: stepSet,
    partition: (operation) => (operation.type === "values" ? undefined : textOf(operation.value)),
    reads: readsSet,
    key: (state) => [...state.keys()].sort().join(),
    accepts: acceptsSet,
    invalid: (operation, answer) => invalidSet(operation, answer),
    describe: (operation) =>
      operation.type === "values" ? "values" : `${operation.type} ${shown(operation.value)}`,
  };
}

function stepSet<Value>(
  state: SetState<Value>,
  operation: SetOperation<Value>,
): Outcome<SetState<Value>, SetResult<Value>> {
  if (operation.type === "values") return { state, result: [...state.values()] };
  const text = textOf(operation.value);
  const present = state.has(text);
  switch (operation.type) {
    case "has":
      return { state, result: present };
    case "add":
      return present
        ? { state, result: false }
        : { state: new Map(state).set(text, operation.value), result: true };
    case "remove":
      return present
        ? { state: new Map([...state].filter(([other]) => other !== text)), result: true }
        : { state, result: false };
  }
}

/** Those that say that they changed nothing. One without an answer may do so in another state. */
function readsSet({ type }: SetOperation, answer: Answer<SetResult>): boolean {
  return type === "has" || type === "values" || answer?.result === false;
}

function acceptsSet(operation: SetOperation, expected: SetResult, recorded: SetResult): boolean {
  if (operation.type !== "values") {
    return expected === recorded || (operation.type !== "has" && recorded === undefined);
  }
  const texts = (values: SetResult): string =>
    Array.isArray(values) ? values.map(textOf).sort().join() : "no list";
  return texts(expected) === texts(recorded);
}

const SET_TYPES: ReadonlySet<unknown> = new Set(["add", "remove", "has", "values"]);

function invalidSet(operation: SetOperation, answer: Answer<SetResult>): string | undefined {
  const type = operation?.type;
  if (!SET_TYPES.has(type)) {
    return `its type is ${shown(type)}, and must be add, remove, has or values`;
  }
  if (answer === undefined) return undefined;
  const { result } = answer;
  if (type === "values" ? Array.isArray(result) : typeof result === "boolean") return undefined;
  if (result === undefined && (type === "add" || type === "remove")) return undefined;
  const allowed = type === "values" ? "a list" : "true or false";
  return `${type} answered ${shown(result)}, and must answer ${allowed}`;
}

export type QueueOperation<Value = unknown> =
  /** Puts a value at the end. Whatever it answers is accepted. */
  | { readonly type: "enqueue"; readonly value: Value }
  /** Takes the value at the front and answers it; undefined if there is none. */
  | { readonly type: "dequeue" };

const QUEUE_TYPES: ReadonlySet<unknown> = new Set(["enqueue", "dequeue"]);

interface Chain<Value> {
  readonly value: Value;
  readonly next: Chain<Value> | undefined;
}

/** `front` begins with the oldest value; `back` begins with the newest. */
interface QueueState<Value> {
  readonly front: Chain<Value> | undefined;
  readonly back: Chain<Value> | undefined;
}

/** First in, first out. Values are plain data. */
export function queueModel<Value = unknown>(): Model<
  QueueState<Value>,
  QueueOperation<Value>,
  Value | undefined
> {
  return {
    name: "queue",
    initial: { front: undefined, back: undefined },
    step: stepQueue,
    reads: ({ type }, answer) =>
      type === "dequeue" && answer !== undefined && answer.result === undefined,
    puts: (operation) => (operation.type === "enqueue" ? operation.value : undefined),
    shows: ({ type }, answer) => (type === "dequeue" ? answer?.result : undefined),
    unshown: "stays",
    separable: true,
    key: (state) => queued(state).map(textOf).join(),
    accepts: ({ type }, expected, recorded) => type === "enqueue" || same(expected, recorded),
    invalid: invalidQueue,
    describe: (operation) =>
      operation.type === "enqueue" ? `enqueue ${shown(operation.value)}` : "dequeue",
  };
}

function invalidQueue(operation: QueueOperation): string | undefined {
  const type = operation?.type;
  if (!QUEUE_TYPES.has(type)) return `its type is ${shown(type)}, and must be enqueue or dequeue`;
  const nothing = type === "enqueue" && operation.value === undefined;
  return nothing ? "it enqueues undefined, which means that there is nothing" : undefined;
}

function stepQueue<Value>(
  state: QueueState<Value>,
  operation: QueueOperation<Value>,
): Outcome<QueueState<Value>, Value | undefined> {
  const { front, back } = state;
  if (operation.type === "enqueue") {
    const { value } = operation;
    return { state: { front, back: { value, next: back } }, result: undefined };
  }
  const first = front ?? reversed(back);
  if (first === undefined) return { state, result: undefined };
  const rest = front === undefined ? undefined : back;
  return { state: { front: first.next, back: rest }, result: first.value };
}

function reversed<Value>(chain: Chain<Value> | undefined): Chain<Value> | undefined {
  let result: Chain<Value> | undefined;
  for (let at = chain; at !== undefined; at = at.next) result = { value: at.value, next: result };
  return result;
}

function queued<Value>({ front, back }: QueueState<Value>): Value[] {
  const values: Value[] = [];
  for (let at = front; at !== undefined; at = at.next) values.push(at.value);
  for (let at = reversed(back); at !== undefined; at = at.next) values.push(at.value);
  return values;
}
