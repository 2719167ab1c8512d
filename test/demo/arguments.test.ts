/** Arguments: what is understood, and one clear line for what is not. */
import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { HELP, parseCommand } from "../../demo/arguments.ts";
import { FAILURES } from "../../demo/failures/failures.ts";

const defaults = { threads: availableParallelism(), development: false, index: undefined };

describe("arguments", () => {
  const table: readonly [args: string, expected: object][] = [
    ["", { type: "help" }],
    ["index", { type: "index", folder: "node_modules", ...defaults }],
    ["index docs", { type: "index", folder: "docs", ...defaults }],
    ["index docs --threads 0", { type: "index", folder: "docs", ...defaults, threads: 0 }],
    ["index --threads=3 --development", { ...defaults, threads: 3, development: true }],
    ["--chaos --threads 2", { type: "index", folder: "node_modules", chaos: true, threads: 2 }],
    ["index docs --chaos --seed a", { type: "index", folder: "docs", chaos: true, seed: "a" }],
    ["index docs", { type: "index", chaos: false }],
    ["search", { type: "search", query: "", ...defaults }],
    ["search promise rejection", { type: "search", query: "promise rejection", ...defaults }],
    ["search a --index b/c", { type: "search", query: "a", ...defaults, index: "b/c" }],
    ["storm --seconds 2 --seed a", { type: "failure", name: "storm", seconds: 2, seed: "a" }],
    ["crash --json --threads 3", { name: "crash", seconds: 5, threads: 3, json: true }],
    ["--help", { type: "help" }],
    ["search -h", { type: "help" }],
  ];
  for (const [args, expected] of table) {
    test(args || "none", () => {
      expect(parseCommand(args.split(" ").filter((word) => word !== ""))).toMatchObject(expected);
    });
  }
});

describe("arguments that are wrong", () => {
  const table: readonly [args: readonly string[], message: string][] = [
    [["build"], 'there is no command "build"'],
    [
      ["--threads", "2"],
      "say which demo: crash, storm, ladder, shutdown, thread, massacre, oom, stall, index, search",
    ],
    [["crash", "now"], 'crash takes nothing, not "now"'],
    [["crash", "--index", "a"], "--index is for index"],
    [["shutdown", "--seed", "a"], "--seed is for storm, massacre"],
    [["--chaos", "--threads", "0"], "--chaos needs a worker thread, since it ends some"],
    [["storm", "--chaos"], "--chaos is for index"],
    [["search", "--chaos"], "--chaos is for index"],
    [["index", "--seed", "a"], "--seed is for storm, massacre, index --chaos"],
    [["search", "--seconds", "2"], "--seconds is for storm, massacre"],
    [
      ["index", "--json"],
      "--json is for crash, storm, ladder, shutdown, thread, massacre, oom, stall",
    ],
    [["thread", "--threads", "0"], "thread needs a worker thread, since it ends some"],
    [["storm", "--seconds", "0"], '--seconds takes a whole number from 1 to 60, not "0"'],
    [["storm", "--seconds", "61"], '--seconds takes a whole number from 1 to 60, not "61"'],
    [["storm", "--seconds", ""], '--seconds takes a whole number from 1 to 60, not ""'],
    [["index", "a", "b"], "index takes one folder, not 2"],
    [["index", ""], "index takes a path"],
    [["index", "a\0b"], "index takes a path"],
    [["index", "--index", ""], "--index takes a path"],
    [["index", "--threads", "two"], '--threads takes a whole number from 0 to 63, not "two"'],
    [["index", "--threads=-1"], '--threads takes a whole number from 0 to 63, not "-1"'],
    [["index", "--threads", "64"], '--threads takes a whole number from 0 to 63, not "64"'],
    [["index", "--threads", "1.5"], '--threads takes a whole number from 0 to 63, not "1.5"'],
    [["index", "--threads", ""], '--threads takes a whole number from 0 to 63, not ""'],
    [["--threads"], "option '--threads <value>' argument missing"],
    [["--fast"], "unknown option '--fast'"],
    [["--development=yes"], "option '--development' does not take an argument"],
  ];
  for (const [args, message] of table) {
    test(JSON.stringify(args), () => {
      expect(() => parseCommand(args)).toThrow(
        expect.objectContaining({
          code: "ERR_DEMO_USAGE",
          exitCode: 2,
          message: `${message}; try npm run demo -- --help`,
        }),
      );
    });
  }
});

test("arguments: the help names every option and fits a terminal", () => {
  const options = ["index", "threads", "development", "chaos", "json", "seconds", "seed", "help"];
  const names = [...options.map((name) => `--${name}`), ...Object.keys(FAILURES), "search"];
  for (const name of names) expect(HELP).toContain(name);
  for (const line of HELP.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});
