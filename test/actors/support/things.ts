/** Plain objects with the operations that the models have, written without looking at those. */

import fc from "fast-check";
import type { QueueOperation, SetOperation } from "../../../actors/sim/checkers/collections.ts";
import type {
  KeyValueOperation,
  RegisterOperation,
} from "../../../actors/sim/checkers/registers.ts";
import type { Thing } from "./histories.ts";

const value = fc.nat(2);

export const registerOperations: fc.Arbitrary<RegisterOperation<number>> = fc.oneof(
  fc.record({ type: fc.constant("read" as const) }),
  fc.record({ type: fc.constant("write" as const), value }),
  fc.record({ type: fc.constant("cas" as const), from: value, to: value }),
);

export const keyValueOperations: fc.Arbitrary<KeyValueOperation<number>> = fc
  .tuple(
    fc.constantFrom("x", "y", 7),
    fc.oneof(
      { weight: 5, arbitrary: registerOperations },
      fc.constant({ type: "delete" as const }),
    ),
  )
  .map(([key, operation]) => ({ ...operation, key }));

export const elementOperations: fc.Arbitrary<SetOperation<number>> = fc.record({
  type: fc.constantFrom("add" as const, "remove" as const, "has" as const),
  value,
});

export const setOperations: fc.Arbitrary<SetOperation<number>> = fc.oneof(
  { weight: 4, arbitrary: elementOperations },
  fc.constant({ type: "values" as const }),
);

export const queueOperations: fc.Arbitrary<QueueOperation<number>> = fc.oneof(
  fc.record({ type: fc.constant("enqueue" as const), value }),
  fc.constant({ type: "dequeue" as const }),
);

export class PlainRegister implements Thing<RegisterOperation<number> | { type: "delete" }> {
  #value: number | undefined;

  constructor(value?: number) {
    this.#value = value;
  }

  apply(operation: RegisterOperation<number> | { type: "delete" }): unknown {
    if (operation.type === "read") return this.#value;
    if (operation.type === "cas") {
      if (this.#value !== operation.from) return false;
      this.#value = operation.to;
      return true;
    }
    this.#value = operation.type === "write" ? operation.value : undefined;
    return undefined;
  }
}

export class PlainMap implements Thing<KeyValueOperation<number>> {
  readonly #registers: Record<string, PlainRegister> = {};

  apply(operation: KeyValueOperation<number>): unknown {
    const name = JSON.stringify(operation.key);
    this.#registers[name] ??= new PlainRegister();
    return this.#registers[name].apply(operation);
  }
}

export class PlainSet implements Thing<SetOperation<number>> {
  readonly #values = new Set<number>();

  apply(operation: SetOperation<number>): unknown {
    if (operation.type === "values") return [...this.#values].reverse();
    const present = this.#values.has(operation.value);
    if (operation.type === "has") return present;
    if (operation.type === "remove") return this.#values.delete(operation.value);
    this.#values.add(operation.value);
    return !present;
  }
}

export class PlainQueue implements Thing<QueueOperation<number>> {
  readonly #values: number[] = [];

  apply(operation: QueueOperation<number>): unknown {
    if (operation.type === "dequeue") return this.#values.shift();
    this.#values.push(operation.value);
    return undefined;
  }
}

type AnyOperation = { readonly type: string };

/** Which results of the recorded history count as those of the plain object. */
export function accepts({ type }: AnyOperation, expected: unknown, recorded: unknown): boolean {
  if (type === "write" || type === "delete" || type === "enqueue") return true;
  if ((type === "add" || type === "remove") && recorded === undefined) return true;
  if (type === "values") return list(expected) === list(recorded);
  return expected === recorded;
}

function list(values: unknown): string {
  return JSON.stringify([...(values as number[])].sort());
}

/** What a mutation may put in place of a result. */
export function results({ type }: AnyOperation): readonly unknown[] {
  switch (type) {
    case "read":
    case "dequeue":
      return [undefined, 0, 1, 2, 3];
    case "cas":
    case "has":
      return [true, false];
    case "add":
    case "remove":
      return [true, false, undefined];
    case "values":
      return [[], [0], [1], [2, 0], [1, 2]];
    default:
      return [undefined];
  }
}
