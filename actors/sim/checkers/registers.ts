/**
 * Models of what holds one value: a register, and a map of registers by key. Both have
 * compare-and-set. What was never written, or was deleted, reads as undefined.
 */

import type { Answer, Model, Outcome } from "./model.ts";
import { same, shown } from "./plain.ts";

/** Values are plain data. */
export type RegisterOperation<Value = unknown> =
  /** Answers the value. */
  | { readonly type: "read" }
  /** Whatever it answers is accepted. */
  | { readonly type: "write"; readonly value: Value }
  /** Writes `to` if the value is `from`, and answers whether it was: true or false. */
  | { readonly type: "cas"; readonly from: Value | undefined; readonly to: Value };

export type RegisterResult<Value = unknown> = Value | boolean | undefined;

/** As a register, by key; and a delete, of which any answer is accepted. */
export type KeyValueOperation<Value = unknown> = { readonly key: string | number } & (
  | RegisterOperation<Value>
  | { readonly type: "delete" }
);

type AnyOperation<Value> = RegisterOperation<Value> | { readonly type: "delete" };

/** One value that is read, written and compared-and-set. */
export function registerModel<Value = unknown>(
  initial?: Value,
): Model<Value | undefined, RegisterOperation<Value>, RegisterResult<Value>> {
  return {
    name: "register",
    initial,
    step,
    reads,
    puts,
    shows,
    accepts,
    describe,
    invalid: (operation, answer) =>
      operation?.type === ("delete" as string)
        ? "a register has no delete"
        : invalid(operation, answer),
  };
}

/** A map whose keys do not influence each other; each is checked by itself. */
export function keyValueModel<Value = unknown>(
  initial?: Value,
): Model<Value | undefined, KeyValueOperation<Value>, RegisterResult<Value>> {
  return {
    name: "key-value",
    initial,
    step,
    reads,
    puts,
    shows,
    accepts,
    partition: ({ key }) => key,
    describe: (operation) => `${operation.key}: ${describe(operation)}`,
    invalid: (operation, answer) =>
      typeof operation?.key === "string" || typeof operation?.key === "number"
        ? invalid(operation, answer)
        : `its key is ${shown(operation?.key)}, and must be a string or a number`,
  };
}

function step<Value>(
  state: Value | undefined,
  operation: AnyOperation<Value>,
): Outcome<Value | undefined, RegisterResult<Value>> {
  switch (operation.type) {
    case "read":
      return { state, result: state };
    case "write":
      return { state: operation.value, result: undefined };
    case "delete":
      return { state: undefined, result: undefined };
    case "cas":
      return same(state, operation.from)
        ? { state: operation.to, result: true }
        : { state, result: false };
  }
}

function reads(operation: AnyOperation<unknown>, answer: Answer<unknown>): boolean {
  return operation.type === "read" || (operation.type === "cas" && answer?.result === false);
}

function puts(operation: AnyOperation<unknown>, answer: Answer<unknown>): unknown {
  if (operation.type === "cas") return answer?.result === false ? undefined : operation.to;
  return operation.type === "write" ? operation.value : undefined;
}

function shows(operation: AnyOperation<unknown>, answer: Answer<unknown>): unknown {
  if (operation.type === "cas") return answer?.result === true ? operation.from : undefined;
  return operation.type === "read" ? answer?.result : undefined;
}

function accepts(operation: AnyOperation<unknown>, expected: unknown, recorded: unknown): boolean {
  if (operation.type === "write" || operation.type === "delete") return true;
  return same(expected, recorded);
}

const TYPES: ReadonlySet<unknown> = new Set(["read", "write", "cas", "delete"]);

function invalid(operation: AnyOperation<unknown>, answer: Answer<unknown>): string | undefined {
  if (!TYPES.has(operation?.type)) {
    return `its type is ${shown(operation?.type)}, and must be read, write, cas or delete`;
  }
  if (operation.type === "cas" && answer !== undefined && typeof answer.result !== "boolean") {
    return `a cas answered ${shown(answer.result)}, and must answer true or false`;
  }
  return undefined;
}

function describe(operation: AnyOperation<unknown>): string {
  switch (operation.type) {
    case "write":
      return `write ${shown(operation.value)}`;
    case "cas":
      return `cas ${shown(operation.from)} to ${shown(operation.to)}`;
    default:
      return operation.type;
  }
}
