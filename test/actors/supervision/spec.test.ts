/**
 * Goal: whatever is wrong in a specification is said before anything is started, with the place,
 * what came and what is allowed; and what is right is taken with OTP's defaults.
 */
import { describe, expect, test } from "vitest";
import { defineActor } from "../../../actors/define.ts";
import { InvalidSpec } from "../../../actors/errors.ts";
import { childSpec } from "../../../actors/supervision/child-spec.ts";
import { CHILDREN_MAX, checkSupervisor } from "../../../actors/supervision/supervisor-spec.ts";

const Worker = defineActor(import.meta.url, "Worker", {
  init: (_self, start: number) => start,
  handlers: {},
});
const Idle = defineActor(import.meta.url, "Idle", { init: () => 0, handlers: {} });

const check = (spec: unknown) => checkSupervisor("App", spec);
const child = (more: object = {}) => ({ id: "a", definition: Worker, args: [1], ...more });

function errorOf(spec: unknown): InvalidSpec {
  try {
    check(spec);
  } catch (error) {
    if (error instanceof InvalidSpec) return error;
    throw error;
  }
  throw new Error("nothing was found wrong");
}

describe("what is right", () => {
  test("defaults of a supervisor and of a child", () => {
    const checked = check({ children: [childSpec(Worker, [1])] });
    expect(checked).toMatchObject({ strategy: "one-for-one", autoShutdown: "never" });
    expect(checked.limits).toEqual({ intensity: undefined, period: undefined });
    expect(checked.children).toEqual([
      {
        id: "Worker",
        definition: Worker,
        args: [1],
        restart: "permanent",
        shutdown: 5000,
        significant: false,
        backoff: undefined,
        nearChild: undefined,
        apartChildren: [],
        supervises: false,
        options: { link: true, shutdown: 5000 },
      },
    ]);
  });

  test("childSpec: overrides win, also over the id", () => {
    expect(childSpec(Worker, [1], { id: "w", restart: "transient", label: "l" })).toEqual({
      id: "w",
      definition: Worker,
      args: [1],
      restart: "transient",
      label: "l",
    });
    expect(childSpec(Idle)).toEqual({ id: "Idle", definition: Idle, args: [] });
  });

  test.each([
    ["no children", { children: [] }],
    ["no restart at all", { intensity: 0, children: [] }],
    ["a significant child", { autoShutdown: "any-significant", children: [significant()] }],
    ["a child beside an earlier one", { children: [child(), child({ id: "b", near: "a" })] }],
    ["all there is to say of a child", { children: [child(everything())] }],
    ["a child of its own", { children: [child({ thread: "own" })] }],
    ["a child apart", { children: [child(), child({ id: "b", apart: ["a"] })] }],
    ["shutdown at once", { children: [child({ shutdown: 0 })] }],
  ])("%s", (_name, spec) => {
    expect(check(spec).children).toHaveLength(spec.children.length);
  });
});

function significant(): object {
  return child({ significant: true, restart: "transient" });
}

function everything(): object {
  return {
    restart: "transient",
    shutdown: "infinity",
    significant: false,
    backoff: { min: 1, max: 10 },
    name: "n",
    label: "l",
    thread: 0,
    mailbox: { max: 10 },
  };
}

const ID = "a text of 1 to 200 characters";
const SHUTDOWN = 'milliseconds from 0 to 2147483647, "infinity" or "brutal-kill"';
const RESTART = '"permanent", "transient" or "temporary"';

const cases: readonly (readonly [spec: unknown, path: string, problem: string])[] = [
  [undefined, "the specification", "must be an object with strategy"],
  [[], "the specification", "got a list of 0"],
  [{ childs: [], children: [] }, "childs", "must be left out: keys are strategy, intensity"],
  [{ strategy: "one_for_one", children: [] }, "strategy", '"one-for-one", "one-for-all" or'],
  [{ strategy: null, children: [] }, "strategy", "got null"],
  [{ intensity: -1, children: [] }, "intensity", "a whole number from 0 to 1000000; got -1"],
  [{ intensity: 1.5, children: [] }, "intensity", "got 1.5"],
  [{ intensity: "3", children: [] }, "intensity", 'got "3"'],
  [{ period: 0, children: [] }, "period", "a whole number from 1 to 2147483647; got 0"],
  [{ period: Number.NaN, children: [] }, "period", "got NaN"],
  [{ autoShutdown: "any", children: [] }, "autoShutdown", '"never", "any-significant" or'],
  [{ backoff: 5, children: [] }, "backoff", "got 5"],
  [{ backoff: { min: 10, max: 5 }, children: [] }, "backoff.max", "from 10 to 2147483647; got 5"],
  [{}, "children", "must be a list of at most 1048576 child specifications; got undefined"],
  [{ children: { a: child() } }, "children", "got an object a"],
  [{ children: new Array(CHILDREN_MAX + 1) }, "children", "got a list of 1048577"],
  [{ children: [child(), 7] }, "children[1]", "an object with id, definition"],
  [{ children: [Worker] }, "children[0].url", "must be left out: keys are id, definition"],
  [{ children: [child({ restrat: "permanent" })] }, "children[0].restrat", "must be left out"],
  [{ children: [child({ link: true })] }, "children[0].link", "must be left out"],
  [{ children: [{ definition: Worker }] }, "children[0].id", `must be ${ID}; got undefined`],
  [{ children: [child({ id: "" })] }, "children[0].id", `must be ${ID}; got ""`],
  [{ children: [child({ id: "x".repeat(201) })] }, "children[0].id", `must be ${ID}; got "xxx`],
  [{ children: [child({ id: 5 })] }, "children[0].id", "got 5"],
  [{ children: [child({ definition: "Worker" })] }, "children[0].definition", 'got "Worker"'],
  [{ children: [child({ definition: undefined })] }, "children[0].definition", "got undefined"],
  [{ children: [child({ args: 1 })] }, "children[0].args", "must be a list, as init takes them"],
  [{ children: [child({ restart: "always" })] }, "children[0].restart", `must be ${RESTART}`],
  [{ children: [child({ shutdown: -1 })] }, "children[0].shutdown", `must be ${SHUTDOWN}; got -1`],
  [{ children: [child({ shutdown: 1.5 })] }, "children[0].shutdown", "got 1.5"],
  [{ children: [child({ shutdown: 2 ** 31 })] }, "children[0].shutdown", "got 2147483648"],
  [{ children: [child({ shutdown: "brutal_kill" })] }, "children[0].shutdown", "brutal-kill"],
  [{ children: [child({ significant: 1 })] }, "children[0].significant", "must be true or false"],
  [{ children: [child({ backoff: { mni: 1 } })] }, "children[0].backoff", "only; got an object"],
  [{ children: [child({ backoff: { jitter: 2 } })] }, "children[0].backoff.jitter", "got 2"],
  [{ children: [child({ name: "" })] }, "children[0].name", "must be a string of 1 to 200 bytes"],
  [{ children: [child({ label: 5 })] }, "children[0].label", "must be a string"],
  [{ children: [child({ mailbox: { max: 0 } })] }, "children[0].mailbox.max", "got 0"],
  [{ children: [child({ thread: "nowhere" })] }, "children[0].thread", 'got "nowhere"'],
  [{ children: [child({ thread: -1 })] }, "children[0].thread", "got -1"],
  [{ children: [child({ near: 5 })] }, "children[0].near", "a ref, or the id of a child"],
  [{ children: [child({ apart: [5] })] }, "children[0].apart", "got 5"],
  [{ children: [child({ apart: "b" })] }, "children[0].apart", 'another child; got "b"'],
  [{ children: [child({ apart: "a" })] }, "children[0].apart", 'another child; got "a"'],
  [{ children: [child({ apart: new Array(65).fill("a") })] }, "children[0].apart", "at most 64"],
  [{ children: [child({ thread: { own: { heapMb: 1 } } })] }, "children[0].thread.own.heapMb", "1"],
  [{ children: [child(), child()] }, "children[1].id", "another than that of children[0]"],
  [
    { children: [child({ name: "n" }), child({ id: "b", name: "n" })] },
    "children[1].name",
    'another than that of children[0]; got "n"',
  ],
];

const contradictions: typeof cases = [
  [{ children: [significant()] }, "children[0].significant", 'as autoShutdown is "never"'],
  [
    { autoShutdown: "any-significant", children: [child({ significant: true })] },
    "children[0].restart",
    '"transient" or "temporary" for a significant child',
  ],
  [
    { children: [child({ restart: "temporary", backoff: {} })] },
    "children[0].backoff",
    "it is never started again",
  ],
  [{ children: [child({ near: "b" })] }, "children[0].near", 'stands before it; got "b"'],
  [{ children: [child({ near: "a" })] }, "children[0].near", 'stands before it; got "a"'],
  [
    { children: [child({ near: "b" }), child({ id: "b" })] },
    "children[0].near",
    'stands before it; got "b"',
  ],
  [
    { children: [child(), child({ id: "b", near: "a", thread: 0 })] },
    "children[1].thread",
    "left out where near says where",
  ],
];

describe("what is wrong", () => {
  const named = [...cases, ...contradictions].map(([spec, path, problem]) => ({
    spec,
    path,
    problem,
  }));
  test.each(named)("$path: $problem", ({ spec, path, problem }) => {
    const error = errorOf(spec);
    expect(error).toMatchObject({ code: "ERR_INVALID_SPEC", supervisor: "App", path });
    expect(error.message).toMatch(/^App: /);
    expect(error.message).toContain(`${path} must be`);
    expect(error.message).toContain(problem);
  });

  test("a hostile value is described as well", () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    const error = errorOf({ children: [child({ definition: hostile })] });
    expect(error.message).toContain("got something that cannot be looked at");
  });
});
