/**
 * Random small concurrent programs for the tests of the explorer: a few processes with a few
 * instructions each, over three shared variables from 0 to 2.
 *
 *     state   x y z | place of process 0, 1, …
 *
 * `reached` walks through one in the plainest way, as what the explorer is compared with.
 */

import fc from "fast-check";
import type { Footprint, Footprints, Program, Step } from "../../runtime/sim/explore/program.ts";

export type State = readonly number[];

export interface Instruction {
  readonly op: "set" | "add" | "copy" | "await" | "goto";
  readonly object: number;
  /** A value, a second object, or an instruction of the same process. */
  readonly value: number;
  readonly optional: boolean;
}

export const OBJECTS = 3;
const VALUES = 3;

/** The invariant: these objects never add up to that. */
export interface Rule {
  readonly objects: readonly number[];
  readonly sum: number;
}

export class TinyProgram implements Program<State> {
  readonly initial: State;
  readonly footprints: Footprints<State>;
  readonly processes: readonly (readonly Instruction[])[];
  readonly #rules: readonly Rule[];

  constructor(processes: readonly (readonly Instruction[])[], rules: readonly Rule[]) {
    this.processes = processes;
    this.#rules = rules;
    this.initial = new Array<number>(OBJECTS + processes.length).fill(0);
    this.footprints = {
      processes: processes.length,
      watched: rules.map(({ objects }) => objects.reduce((mask, one) => mask | (1 << one), 0)),
      next: (state, process) => touches(this.#at(state, process)),
      future: (state, process) => this.#future(process, state[OBJECTS + process] ?? 0),
    };
  }

  key(state: State): string {
    return state.join();
  }

  write(state: State, into: { put(value: number): void }): void {
    for (const value of state) into.put(value);
  }

  steps(state: State): Step<State>[] {
    return this.processes.flatMap((_, process) => {
      const instruction = this.#at(state, process);
      if (instruction === undefined) return [];
      const next = run(instruction, state, OBJECTS + process);
      if (next === undefined) return [];
      const { op, object, value, optional } = instruction;
      const label = `${process}@${state[OBJECTS + process]}: ${op} ${object} ${value}`;
      return [{ label, next, process, optional }];
    });
  }

  invariant(state: State): string | undefined {
    const broken = this.#rules.findIndex(({ objects, sum }) => {
      return objects.reduce((all, one) => all + (state[one] ?? 0), 0) === sum;
    });
    return broken < 0 ? undefined : `rule ${broken}`;
  }

  terminalCheck(_state: State): string | undefined {
    return undefined;
  }

  #at(state: State, process: number): Instruction | undefined {
    return this.processes[process]?.[state[OBJECTS + process] ?? 0];
  }

  /** All that can be reached in the text of a process from one place on. */
  #future(process: number, from: number): Footprint {
    const text = this.processes[process] ?? [];
    const seen = new Set<number>();
    let all: Footprint = { reads: 0, writes: 0 };
    for (const places = [from]; ; ) {
      const place = places.pop();
      if (place === undefined) return all;
      if (seen.has(place) || place >= text.length) continue;
      seen.add(place);
      const one = touches(text[place]);
      all = { reads: all.reads | one.reads, writes: all.writes | one.writes };
      places.push(text[place]?.op === "goto" ? (text[place]?.value ?? 0) : place + 1);
    }
  }
}

function touches(instruction: Instruction | undefined): Footprint {
  const own = 1 << (instruction?.object ?? 0);
  switch (instruction?.op) {
    case "set":
    case "add":
      return { reads: 0, writes: own };
    case "copy":
      return { reads: own, writes: 1 << instruction.value };
    case "await":
      return { reads: own, writes: 0 };
    default:
      return { reads: 0, writes: 0 };
  }
}

function run(instruction: Instruction, state: State, place: number): State | undefined {
  const { op, object, value } = instruction;
  const next = state.slice();
  next[place] = (state[place] ?? 0) + 1;
  if (op === "set") next[object] = value;
  else if (op === "add") next[object] = ((state[object] ?? 0) + 1) % VALUES;
  else if (op === "copy") next[value] = state[object] ?? 0;
  else if (op === "goto") next[place] = value;
  else if (state[object] !== value) return undefined;
  return next;
}

const small = fc.nat(OBJECTS - 1);

function instructions(ops: readonly Instruction["op"][]): fc.Arbitrary<Instruction> {
  return fc.record({
    op: fc.constantFrom(...ops),
    object: small,
    value: small,
    optional: fc.nat(4).map((one) => one === 0),
  });
}

/** Programs that may go round in circles, or with `ends` ones that come to an end. */
export function tinyPrograms(ends = false): fc.Arbitrary<TinyProgram> {
  const one = instructions(
    ends ? ["set", "add", "copy", "await"] : ["set", "add", "copy", "await", "goto"],
  );
  const rule = fc.record({
    objects: fc.uniqueArray(small, { minLength: 1, maxLength: 2 }),
    sum: fc.integer({ min: 1, max: 4 }),
  });
  return fc
    .record({
      processes: fc.array(fc.array(one, { maxLength: 3 }), { minLength: 2, maxLength: 4 }),
      rules: fc.array(rule, { maxLength: 2 }),
    })
    .map(({ processes, rules }) => new TinyProgram(processes, rules));
}

export interface Reached {
  /** Steps from the initial state, by key; nothing lies behind a state that breaks a rule. */
  readonly distances: ReadonlyMap<string, number>;
  readonly ends: ReadonlySet<string>;
  readonly violations: ReadonlySet<string>;
  /** Of the nearest violation. */
  readonly nearest: number | undefined;
}

/** Every state, by layers, with nothing but a map. */
export function reached(program: TinyProgram, throughViolations = false): Reached {
  const distances = new Map([[program.key(program.initial), 0]]);
  const [ends, violations] = [new Set<string>(), new Set<string>()];
  let nearest: number | undefined;
  let layer = [program.initial];
  for (let distance = 0; layer.length > 0; distance += 1) {
    const next: State[] = [];
    for (const state of layer) {
      const what = program.invariant(state);
      if (what !== undefined) {
        violations.add(what);
        nearest ??= distance;
        if (!throughViolations) continue;
      }
      const steps = program.steps(state);
      if (steps.every(({ optional }) => optional === true)) ends.add(program.key(state));
      for (const { next: to } of steps) {
        if (distances.has(program.key(to))) continue;
        distances.set(program.key(to), distance + 1);
        next.push(to);
      }
    }
    layer = next;
  }
  return { distances, ends, violations, nearest };
}
