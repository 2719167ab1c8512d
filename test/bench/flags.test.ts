/** The command line of the benchmarks: what is understood, and one line for what is not. */

import { describe, expect, test } from "vitest";
import { parseFlags } from "../../bench/flags.ts";
import { bench } from "../support/bench.ts";

describe("flags", () => {
  test.each([
    { args: ["--fast"], why: /unknown flag "--fast"/ },
    { args: ["--only"], why: /--only needs a value/ },
    { args: ["--rounds", "0"], why: /--rounds needs a whole number from 1 to 100, not "0"/ },
    { args: ["--against"], why: /--against needs a value/ },
    { args: ["--against", "-x"], why: /--against needs a commit, not "-x"/ },
    { args: ["--against", "HEAD", "--record"], why: /--against compares/ },
    { args: ["--record", "--small"], why: /--small measures nothing/ },
    { args: ["--save", "--micro"], why: /--save keeps the rows of one whole run/ },
    { args: ["--save", "--small"], why: /--save keeps the rows of one whole run/ },
    { args: ["--only", "no such row"], why: /no row contains no such row/ },
  ])("$args: one line and exit code 2", async ({ args, why }) => {
    const { code, out, err } = await bench(args);

    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(err).toMatch(why);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("--list shows what --only selects, in any case of letters", async () => {
    const { out } = await bench(["--list", "--only", "PARKED"]);

    expect(out).toEqual([
      "round trip to a parked thread, p50",
      "round trip to a parked thread, p99",
    ]);
  });

  test("all of them are understood", () => {
    const args = ["--json", "--small", "--only", "A", "--only", "b", "--rounds", "3", "--list"];

    expect(parseFlags(args)).toEqual({
      ...{ json: true, small: true, list: true, micro: false },
      ...{ save: false, record: false, help: false },
      ...{ only: ["a", "b"], rounds: 3, against: undefined },
    });
  });
});
