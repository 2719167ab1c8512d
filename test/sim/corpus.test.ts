/**
 * Goal: programs on which simulations are tried. On a real system they do what they say; on virtual
 * globals the innocent ones do the same, and the guilty ones do not end, and it is known why.
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type System, startSystem } from "../../dist/actors/index.js";
import { ForeignWatch, PENDING, trial } from "../support/trial.ts";
import { GUILTY } from "./fixtures/guilty.ts";
import { INNOCENT } from "./fixtures/innocent.ts";
import type { Program } from "./fixtures/program.ts";

let system: System;

beforeAll(async () => {
  system = await startSystem({ threads: 0 });
});

afterAll(() => system.stop());

async function onSystem({ definition }: Program): Promise<unknown> {
  const actor = await system.spawn(definition, []);
  return actor.call.run();
}

describe("innocent", () => {
  for (const program of INNOCENT) {
    test(program.name, async () => {
      expect(await onSystem(program)).toEqual(program.expected);
      const { value, found } = await trial(program.run);
      expect(value).toEqual(program.expected);
      expect(found).toEqual([]);
    });
  }
});

describe("guilty", () => {
  for (const program of GUILTY) {
    test(program.name, async () => {
      expect(await onSystem(program)).toEqual(program.expected);
      const { value, found } = await trial(program.run);
      expect(value).toBe(PENDING);
      const { resource } = program;
      const [first] = found;
      if (resource === undefined) {
        expect(first).toBeUndefined();
        return;
      }
      expect(first?.type).toMatch(resource);
      expect(first?.what).toMatch(/^(a|an|another|work) \w/);
      expect(first?.where?.file).toMatch(/test\/sim\/fixtures\/guilty\.ts$/);
      expect(first?.frames[0]).toBe(first?.where);
    });
  }

  test("what nobody's code makes, and what is made after the end, is not listed", async () => {
    const [program] = GUILTY;
    const nobody = new ForeignWatch(() => undefined);
    await program?.run();
    nobody.stop();
    const after = new ForeignWatch(() => "owner");
    after.stop();
    await program?.run();
    expect([nobody.all(), after.all()]).toEqual([[], []]);
  });

  test("of many of one owner the first ones are listed", async () => {
    const [program] = GUILTY;
    let owner = "one";
    const watch = new ForeignWatch(() => owner);
    const runs = Array.from({ length: 40 }, () => program?.run());
    owner = "other";
    runs.push(program?.run());
    watch.stop();
    await Promise.all(runs);
    expect(watch.of("one")).toHaveLength(16);
    expect(watch.of("other")).toHaveLength(1);
    expect(watch.all()).toHaveLength(17);
  });
});

test("there are enough of them", () => {
  expect(INNOCENT.length).toBeGreaterThanOrEqual(25);
  expect(GUILTY.length).toBeGreaterThanOrEqual(8);
});
