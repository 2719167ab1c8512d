/**
 * The checker against a judge that tries every order, on thousands of small histories: those that
 * an object could have made, and those whose answers were changed. Verdicts must agree both ways,
 * and every explanation must be as small and as true as it says.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget } from "../../../actors/sim/checkers/budget.ts";
import {
  type QueueOperation,
  queueModel,
  setModel,
} from "../../../actors/sim/checkers/collections.ts";
import type { Violation } from "../../../actors/sim/checkers/explain.ts";
import { History, type HistoryEvent } from "../../../actors/sim/checkers/history.ts";
import { checkLinearizability } from "../../../actors/sim/checkers/linearizability.ts";
import type { Model } from "../../../actors/sim/checkers/model.ts";
import { operationsOf, type RecordedOperation } from "../../../actors/sim/checkers/operations.ts";
import type { Interval } from "../../../actors/sim/checkers/pending.ts";
import { keyValueModel, registerModel } from "../../../actors/sim/checkers/registers.ts";
import { violatedWindow } from "../../../actors/sim/checkers/windows.ts";
import {
  before,
  claimsOf,
  forgotten,
  judge,
  linearizable,
  type Make,
  mutated,
} from "../support/histories.ts";
import * as things from "../support/things.ts";

const RUNS = 800;

interface Subject<Operation> {
  readonly model: Model<unknown, Operation, unknown>;
  readonly make: Make<Operation>;
  readonly operations: fc.Arbitrary<Operation>;
}

type Named = { readonly type: string };

/** Operations of different models in one table: each row is consistent in itself. */
function subject<Operation extends Named>(
  model: unknown,
  make: Make<Operation>,
  operations: fc.Arbitrary<Operation>,
): Subject<Named> {
  return { model, make, operations } as unknown as Subject<Named>;
}

/** The same model without what makes it fast. */
function bare(model: unknown): unknown {
  const { name, initial, step, accepts, key } = model as Model<unknown, Named, unknown>;
  return { name, initial, step, accepts, ...(key === undefined ? {} : { key }) };
}

const SUBJECTS: readonly [string, Subject<Named>][] = [
  [
    "register",
    subject(registerModel(), () => new things.PlainRegister(), things.registerOperations),
  ],
  [
    "register that holds something",
    subject(registerModel(1), () => new things.PlainRegister(1), things.registerOperations),
  ],
  ["key-value", subject(keyValueModel(), () => new things.PlainMap(), things.keyValueOperations)],
  ["set", subject(setModel(), () => new things.PlainSet(), things.elementOperations)],
  ["set that is looked at", subject(setModel(), () => new things.PlainSet(), things.setOperations)],
  ["queue", subject(queueModel(), () => new things.PlainQueue(), things.queueOperations)],
  [
    "register without its reads told",
    subject(bare(registerModel()), () => new things.PlainRegister(), things.registerOperations),
  ],
];

for (const [name, { model, make, operations }] of SUBJECTS) {
  const histories = linearizable(make, operations);

  test(`${name}: what an object did is linearizable`, () => {
    fc.assert(
      fc.property(histories, (events) => {
        expect(checkLinearizability(events, model).verdict).toBe("ok");
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test(`${name}: as the judge says, where answers were changed`, () => {
    let violations = 0;
    fc.assert(
      fc.property(mutated(histories, things.results), (events) => {
        const claims = claimsOf(operationsOf(events));
        const result = checkLinearizability(events, model);
        expect(result.verdict).toBe(judge(claims, make, things.accepts) ? "ok" : "violation");
        if (result.verdict !== "violation") return;
        violations += 1;
        examine(events, model, make, result.violation);
      }),
      { numRuns: RUNS },
    );
    expect(violations).toBeGreaterThan(RUNS / 10);
    expect(violations).toBeLessThan((RUNS * 9) / 10);
  });
}

test("queue: no few values of what an object did are violated", () => {
  const histories = linearizable(() => new things.PlainQueue(), things.queueOperations);
  fc.assert(
    fc.property(histories, (events) => {
      const items = claimsOf(operationsOf(events)) as Interval<QueueOperation, unknown>[];
      expect(violatedWindow(items, queueModel(), new Budget())).toBeUndefined();
    }),
    { numRuns: RUNS, examples: [[emptied()]] },
  );
  const put: QueueOperation = { type: "enqueue", value: 1 };
  const twice: QueueOperation[] = [put, { type: "dequeue" }, { type: "dequeue" }];
  const items = twice.map((operation, at) => {
    return { operation, answer: { result: 1 }, begin: 2 * at, end: 2 * at + 1 };
  });
  expect(violatedWindow(items, queueModel(), new Budget())?.pick(items)).toHaveLength(3);
  const stays = [items[0], { ...items[1], answer: { result: undefined } }] as typeof items;
  expect(violatedWindow(stays, queueModel(), new Budget())?.pick(stays)).toHaveLength(2);
  expect(violatedWindow(items, queueModel(), new Budget({ maxSteps: 1 }))).toBeUndefined();
});

/** One of unknown outcome begins after a value came out, and takes the other one beside a read. */
function emptied(): HistoryEvent<QueueOperation, unknown>[] {
  const history = new History<QueueOperation, unknown>();
  const put = { type: "enqueue", value: 0 } as const;
  const take = { type: "dequeue" } as const;
  for (const process of ["a", "b"]) history.ok(history.invoke(process, put));
  const taken = history.invoke("a", take);
  const nothing = history.invoke("b", take);
  history.ok(taken, 0);
  history.invoke("a", take);
  history.ok(nothing);
  return [...history.events];
}

function examine(
  events: readonly HistoryEvent<Named, unknown>[],
  model: Model<unknown, Named, unknown>,
  make: Make<Named>,
  violation: Violation<Named, unknown>,
): void {
  const { partition, prefix, needed, supporting, minimal, unexplained } = violation;
  const isOrder = (claims: Parameters<typeof judge<Named>>[0]): boolean =>
    judge(claims, make, things.accepts);
  const part = operationsOf(events).filter(
    ({ operation }) => partition === undefined || model.partition?.(operation) === partition,
  );
  const claims = claimsOf(part);
  expect(isOrder(before(claims, prefix))).toBe(true);
  expect(isOrder(before(claims, prefix + 1))).toBe(false);
  expect(unexplained.end).toBe(prefix);
  expect(minimal).toBe(true);
  expect(needed).toContainEqual(unexplained);

  // What was recorded up to there: what is open then has no known outcome.
  const cut = part.filter(({ begin, outcome }) => begin <= prefix && outcome !== "fail");
  const cutClaims = before(claimsOf(cut), prefix + 1);
  const claim = (known: readonly unknown[], among: readonly RecordedOperation[]): typeof claims =>
    cutClaims
      .map((one, index) => (known.includes(cut[index]) ? one : forgotten(one)))
      .filter((_, index) => among.some(({ id }) => id === cut[index]?.id));
  const known = cut.filter(({ id }) => needed.some((other) => other.id === id));
  const shown = [...needed, ...supporting];
  expect(isOrder(claim(known, shown))).toBe(false);
  for (const one of known) {
    const others = known.filter((other) => other !== one);
    expect(isOrder(claim(others, shown))).toBe(true);
  }
}
