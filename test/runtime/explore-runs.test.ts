/** Runs with bounded preemptions, of toy threads: what is found, and how many runs there are. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Choices } from "../../runtime/sim/explore/choices.ts";
import { exploreRuns, type Run, replayRun } from "../../runtime/sim/explore/stateless.ts";
import { runThreads, type Thread } from "../support/toy-threads.ts";

/** Both read before one writes: one preemption. */
const lostUpdate: Run = (choices) => {
  let count = 0;
  function* thread(): Thread {
    yield;
    const seen = count;
    yield;
    count = seen + 1;
  }
  runThreads(choices, [thread(), thread()]);
  if (count !== 2) throw new Error(`counted ${count}`);
};

/** The one must be interrupted by the other, and that one too, each in the middle. */
const twice: Run = (choices) => {
  let [open, inside, seen] = [false, false, false];
  function* first(): Thread {
    yield;
    open = true;
    yield;
    seen = inside;
    yield;
    open = false;
  }
  function* second(): Thread {
    yield;
    if (!open) return;
    inside = true;
    yield;
    inside = false;
  }
  runThreads(choices, [first(), second()]);
  if (seen) throw new Error("seen inside");
};

function* steps(count: number): Thread {
  for (let step = 0; step < count; step += 1) yield;
}

const free =
  (...counts: number[]): Run =>
  (choices) =>
    runThreads(choices, counts.map(steps));

/** How many orders of so many steps each have 0, 1, 2 … preemptions, by counting them all. */
function orders(counts: readonly number[]): number[] {
  const found: number[] = [];
  const go = (left: readonly number[], last: number, preemptions: number): void => {
    if (left.every((count) => count === 0)) {
      found[preemptions] = (found[preemptions] ?? 0) + 1;
      return;
    }
    for (const [thread, count] of left.entries()) {
      if (count === 0) continue;
      const preempts = thread !== last && (left[last] ?? 0) > 0;
      const rest = left.map((one, index) => (index === thread ? one - 1 : one));
      go(rest, thread, preemptions + (preempts ? 1 : 0));
    }
  };
  go(counts, -1, 0);
  return Array.from(found, (count) => count ?? 0);
}

const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

describe("what is found", () => {
  test("a lost update needs one preemption", async () => {
    expect(await exploreRuns(lostUpdate, { preemptions: 0 })).toMatchObject({
      end: "preemptions",
      executions: 2,
      byPreemptions: [2],
    });
    const report = await exploreRuns(lostUpdate);
    expect(report).toMatchObject({ end: "failure", byPreemptions: [2, 1, 0] });
    const { failure } = report;
    expect(failure).toMatchObject({ preemptions: 1, error: new Error("counted 1") });
    expect(failure?.trace).toHaveLength(4);
    expect(failure?.trace.filter((text) => /not \d/.test(text))).toHaveLength(1);
    await expect(replayRun(lostUpdate, failure?.choices ?? [])).rejects.toThrow("counted 1");
    await replayRun(lostUpdate, []);
  });

  test("what needs two is not found with one", async () => {
    expect(await exploreRuns(twice, { preemptions: 1 })).toMatchObject({ end: "preemptions" });
    const { end, failure } = await exploreRuns(twice, { preemptions: 2 });
    expect(end).toBe("failure");
    expect(failure).toMatchObject({ preemptions: 2, error: new Error("seen inside") });
    await expect(replayRun(twice, failure?.choices ?? [])).rejects.toThrow("seen inside");
  });

  test("threads that wait for each other, through runs that are asynchronous", async () => {
    const deadlock = async (choices: Choices): Promise<void> => {
      const taken = [false, false];
      function* thread(one: number, other: number): Thread {
        yield () => taken[one] === false;
        taken[one] = true;
        yield () => taken[other] === false;
        taken[one] = false;
      }
      await Promise.resolve();
      runThreads(choices, [thread(0, 1), thread(1, 0)]);
    };
    const { failure } = await exploreRuns(deadlock);
    expect(failure).toMatchObject({ preemptions: 1, error: new Error("2 threads wait for ever") });
  });

  test("a way is free where whoever ran last cannot go on", async () => {
    // Each waits for the other one in turn, so no order but one, and no preemption in it.
    let turn = 0;
    const turns = (choices: Choices): void => {
      turn = 0;
      function* thread(self: number): Thread {
        for (let round = 0; round < 3; round += 1) {
          yield () => turn % 2 === self;
          turn += 1;
        }
      }
      runThreads(choices, [thread(0), thread(1)]);
    };
    const report = await exploreRuns(turns, { preemptions: 0 });
    expect(report).toMatchObject({ end: "exhausted", executions: 1, deepest: 6, choices: 6 });
  });
});

describe("how many runs there are", () => {
  test("as many as orders, by preemptions", async () => {
    for (const counts of [[1], [2, 2], [3, 2], [4, 4], [2, 2, 2], [3, 1, 2]]) {
      const all = orders(counts);
      const report = await exploreRuns(free(...counts), { preemptions: 20 });
      expect(report.byPreemptions.slice(0, all.length)).toEqual(all);
      expect(report).toMatchObject({ end: "exhausted", executions: total(all) });
      expect(report.deepest).toBe(total(counts));
      expect(report.choices).toBe(total(all) * total(counts));
      for (let preemptions = 0; preemptions + 1 < all.length; preemptions += 1) {
        const some = await exploreRuns(free(...counts), { preemptions });
        expect(some.executions).toBe(total(all.slice(0, preemptions + 1)));
        expect(some.end).toBe("preemptions");
      }
    }
    // 8 over 4, and 6! / 2! / 2! / 2!; without preemptions the threads alone have orders.
    expect(total(orders([4, 4]))).toBe(70);
    expect(total(orders([2, 2, 2]))).toBe(90);
    expect(orders([2, 2, 2])[0]).toBe(6);
  });

  // Goal: every end that some order leads to is seen, once for each order. Method: random threads
  // over two counters, against recursion over all orders.
  test("random threads: each order once", async () => {
    const instruction = fc.record({
      object: fc.nat(1),
      times: fc.constantFrom(0, 2),
      plus: fc.nat(2),
    });
    const texts = fc.array(fc.array(instruction, { maxLength: 3 }), { minLength: 1, maxLength: 3 });
    type Text = readonly { object: number; times: number; plus: number }[];
    const act = (objects: number[], { object, times, plus }: Text[number]): void => {
      objects[object] = (objects[object] ?? 0) * times + plus + (objects[1 - object] ?? 0);
    };
    const plain = (threads: readonly Text[]): string[] => {
      const ends: string[] = [];
      const go = (objects: readonly number[], rest: readonly Text[]): void => {
        if (rest.every((text) => text.length === 0)) ends.push(objects.join());
        for (const [index, [first, ...others]] of rest.entries()) {
          if (first === undefined) continue;
          const next = objects.slice();
          act(next, first);
          go(next, rest.with(index, others));
        }
      };
      go([0, 1], threads);
      return ends.sort();
    };
    const check = async (threads: readonly Text[]): Promise<void> => {
      const ends: string[] = [];
      function* thread(text: Text, objects: number[]): Thread {
        for (const one of text) {
          yield;
          act(objects, one);
        }
      }
      const report = await exploreRuns(
        (choices) => {
          const objects = [0, 1];
          runThreads(
            choices,
            threads.map((text) => thread(text, objects)),
          );
          ends.push(objects.join());
        },
        { preemptions: 9 },
      );
      expect(report.end).toBe("exhausted");
      expect(ends.sort()).toEqual(plain(threads));
    };
    await fc.assert(fc.asyncProperty(texts, check), { numRuns: 60, seed: 1 });
  });
});

describe("bounds", () => {
  test("runs", async () => {
    for (const executionsMax of [1, 10, 69]) {
      const report = await exploreRuns(free(4, 4), { preemptions: 9, executionsMax });
      expect(report).toMatchObject({ end: "executions", executions: executionsMax });
    }
    const whole = await exploreRuns(free(4, 4), { preemptions: 9, executionsMax: 70 });
    expect(whole).toMatchObject({ end: "exhausted", executions: 70 });
  });

  test("that make no sense", async () => {
    for (const options of [{ preemptions: -1 }, { executionsMax: 0 }, { choicesMax: 0.5 }]) {
      await expect(exploreRuns(free(1), options)).rejects.toThrow(/ is .* a whole number from/);
    }
  });

  test("choices of a run, also if it swallows that", async () => {
    const endless = (choices: Choices): never => {
      for (;;) choices.choose(1, 0, "round and round");
    };
    const deaf: Run = (choices) => {
      try {
        endless(choices);
      } catch {
        // Goes on as if nothing had happened.
      }
    };
    for (const run of [endless, deaf]) {
      const { end, failure, deepest } = await exploreRuns(run, { choicesMax: 100 });
      expect({ end, deepest }).toEqual({ end: "failure", deepest: 100 });
      expect(failure?.error).toMatchObject({ code: "ERR_TOO_MANY_CHOICES", choicesMax: 100 });
      expect(String(failure?.error)).toMatch(/more than 100 choices .*round and round/);
      await expect(replayRun(run, [], { choicesMax: 50 })).rejects.toThrow(/more than 50 choices/);
    }
  });
});

describe("programs that are not deterministic", () => {
  const drifting = (ask: (choices: Choices, run: number) => void): Run => {
    let run = 0;
    return (choices) => {
      run += 1;
      choices.choose(1, 0, "first");
      ask(choices, run);
    };
  };

  test("are told what was, and what is", async () => {
    const rows: [Run, before: unknown, now: unknown, text: RegExp][] = [
      [
        drifting((choices, run) => void choices.choose(1 + run, 0, "second")),
        { count: 2, preferred: 0, what: "second" },
        { count: 3, preferred: 0, what: "second" },
        /choice 1 .* was "second", 2 ways, 0 preferred, and is "second", 3 ways, 0 preferred/,
      ],
      [
        drifting((choices, run) => void choices.choose(2, 0, `second of ${run}`)),
        { count: 2, preferred: 0, what: "second of 1" },
        { count: 2, preferred: 0, what: "second of 2" },
        /"second of 1".*"second of 2"/,
      ],
      [
        drifting((choices, run) => void choices.choose(2, run - 1, "second")),
        { count: 2, preferred: 0, what: "second" },
        { count: 2, preferred: 1, what: "second" },
        /0 preferred, and is "second", 2 ways, 1 preferred/,
      ],
      [
        drifting((choices, run) => void (run === 1 && choices.choose(2, 0, "second"))),
        { count: 2, preferred: 0, what: "second" },
        undefined,
        /and is the end of the run; a program may depend on nothing but its choices/,
      ],
      [
        drifting((_, run) => {
          if (run === 1) throw new Error("once");
        }),
        "a failure (Error: once)",
        undefined,
        /it was a failure \(Error: once\), and is the end of the run/,
      ],
      [
        drifting((_, run) => {
          throw new Error(`run ${run}`);
        }),
        "a failure (Error: run 1)",
        "another one (Error: run 2)",
        /it was a failure \(Error: run 1\), and is another one \(Error: run 2\)/,
      ],
    ];
    for (const [run, before, now, text] of rows) {
      const error = await exploreRuns(run).then(
        () => undefined,
        (thrown) => thrown,
      );
      expect(error).toMatchObject({ code: "ERR_NOT_DETERMINISTIC", at: 1, before, now });
      expect(error.message).toMatch(text);
    }
  });

  test("are found also if they swallow that", async () => {
    const deaf = drifting((choices, run) => {
      try {
        choices.choose(2, 0, `second of ${run}`);
      } catch {
        // Goes on as if nothing had happened.
      }
    });
    await expect(exploreRuns(deaf)).rejects.toMatchObject({ code: "ERR_NOT_DETERMINISTIC" });
  });

  test("choices that do not fit the program", async () => {
    await expect(replayRun(free(1, 1), [2])).rejects.toMatchObject({
      code: "ERR_NOT_DETERMINISTIC",
      at: 0,
      before: 2,
      now: { count: 2, preferred: -1, what: "thread 0 or 1" },
    });
    await expect(replayRun(free(1, 1), [0, 0, 0])).rejects.toThrow(
      /choice 2 .* it was one with a way 0, and is the end of the run/,
    );
  });

  test("nothing is asked for that makes no sense, or too late", async () => {
    for (const [count, preferred] of [
      [0, -1],
      [1.5, 0],
      [2, 2],
      [2, -2],
    ] as const) {
      const { failure } = await exploreRuns((choices) => {
        choices.choose(count, preferred, "odd");
      });
      expect(failure?.error).toMatchObject({ code: "ERR_INVALID_EXPLORATION" });
      expect(String(failure?.error)).toMatch(/odd: /);
    }
    let late: Choices | undefined;
    await exploreRuns((choices) => {
      late = choices;
    });
    expect(() => late?.choose(2, 0, "late")).toThrow(/run that is over asks for a choice \(late\)/);
  });
});
