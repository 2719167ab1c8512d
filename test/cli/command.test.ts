/**
 * Goal: whoever types something gets what it means, or one line that says what is wrong, and the
 * right exit code. Method: most of it in this process, on a console that remembers; what a process
 * has of its own (streams that close, signals) with dist/ (npm run build).
 *
 * What single verbs do is in the other files here.
 */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { wrap } from "../../cli/layout.ts";
import { nearest } from "../../cli/nearest.ts";
import { styleFor } from "../../cli/style.ts";
import { runNode } from "../support/command.ts";
import { root } from "../support/tree.ts";
import { typed } from "./typed.ts";

const MAIN = join(root, "dist/bundle/cli/main.js");

describe("help", () => {
  test("names every verb, flags, examples and exit codes", async () => {
    const { code, out, err } = await typed("--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const verb of [
      "demo",
      "top [PID]",
      "tree [PID]",
      "doctor",
      "sim FILE",
      "journal PATH",
      "new FOLDER",
      "bench",
    ])
      expect(out).toContain(verb);
    for (const part of ["examples", "--version", "Exit codes: 0 done"]) {
      expect(out).toContain(part);
    }
  });

  test("is the same, however it is asked for", async () => {
    const help = await typed("--help");
    for (const other of ["", "-h", "help"]) expect(await typed(other)).toEqual(help);
  });

  test.each(["top", "tree", "doctor", "sim", "journal", "new"])(
    "%s has its own, with examples",
    async (verb) => {
      const { code, out, err } = await typed(`${verb} --help`);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(new RegExp(`^sabeam ${verb}`));
      expect(out).toMatch(/examples\n {2}npx sabeam/);
      expect(out).toContain("Exit codes: 0");
      expect(await typed(`help ${verb}`)).toMatchObject({ code: 0, out });
    },
  );

  test("no line is longer than a small window is wide", async () => {
    for (const args of [
      "--help",
      ...["top", "tree", "doctor", "sim", "journal", "new"].map((verb) => `${verb} --help`),
    ]) {
      const { out } = await typed(args);
      for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });
});

test("wrong usage is one line on stderr, and exit code 2", async () => {
  const wrong = {
    docter: 'there is no verb "docter"; did you mean doctor?',
    "nwe x": 'there is no verb "nwe"; did you mean new?',
    fly: 'there is no verb "fly"; see sabeam --help',
    "help fly": 'there is no verb "fly"; see sabeam --help',
    constructor: 'there is no verb "constructor"; see sabeam --help',
    "--verion": "there is no flag --verion; did you mean --version?",
    "--constructor": "there is no flag --constructor; see sabeam --help",
    "doctor --jsn": "there is no flag --jsn; did you mean --json?",
    "doctor -x": "there is no flag -x; see sabeam doctor --help",
    "doctor --json=yes": "--json takes no value; see sabeam doctor --help",
    "doctor me": 'doctor takes no "me"; see sabeam doctor --help',
    new: "new needs a folder, like my-app; see sabeam new --help",
    "new --json": "new needs a folder, like my-app; see sabeam new --help",
    "new a b": "new takes one folder, not also b; see sabeam new --help",
    sim: "sim needs a file, like sim/bank.ts; see sabeam sim --help",
    "sim a.ts b.ts": "sim takes one file, not also b.ts; see sabeam sim --help",
    "sim a.ts --seeds 0.5":
      '--seeds takes a whole number from 1 to 1000000000, not "0.5"; see sabeam sim --help',
    "sim a.ts --seed 1 --jobs 2": "--jobs is for many seeds, --seed for one; see sabeam sim --help",
    "sim a.ts --plan []": "--plan needs --seed; see sabeam sim --help",
    "sim --replay t --seed 1": "--replay has its own seed; see sabeam sim --help",
    "sim a.ts --sed 1": "there is no flag --sed; did you mean --seed?",
    "new -- --help b": "new takes one folder, not also b; see sabeam new --help",
  };
  for (const [args, message] of Object.entries(wrong)) {
    expect(await typed(args)).toEqual({ code: 2, out: "", err: `${message}\n` });
  }
});

describe("process", () => {
  test("--version is the version and nothing else", async () => {
    const ended = await runNode([MAIN, "--version"]);
    expect(ended).toEqual({ code: 0, signal: null, stdout: "0.1.0\n", stderr: "" });
  });

  test("wrong usage reaches the shell", async () => {
    const { code, stdout, stderr } = await runNode([MAIN, "docter"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe('sabeam: there is no verb "docter"; did you mean doctor?\n');
  });

  test("a reader that goes away is no error", async () => {
    const ended = await runNode([MAIN, "doctor"], { onOutput: (child) => child.stdout?.destroy() });
    expect(ended).toMatchObject({ code: 141, signal: null, stderr: "" });
  });

  test("a program speaks as it was called, and has its say about its flags", async () => {
    const [help, wrong, other] = await Promise.all([
      runNode([MAIN, "demo", "--help"]),
      runNode([MAIN, "demo", "--nonsense"]),
      runNode([MAIN, "bench", "--help"]),
    ]);
    for (const { code, stdout, stderr } of [help, other]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/npx sabeam (demo search|bench --only)/);
      expect(stdout).not.toContain("npm run");
    }
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/--nonsense.*npx sabeam demo --help\n$/);
  });

  test("a program that is told to stop does so in order, and its exit code is ours", async () => {
    const ended = await runNode([MAIN, "demo", "index", join(root, "node_modules")], {
      onOutput: (child) => void child.kill("SIGTERM"),
    });
    expect(ended).toMatchObject({ code: 143, signal: null });
    expect(ended.stderr).toMatch(/stopped\n$/);
  });
});

test("accents only where somebody can see them, and wants to", () => {
  const colours = styleFor({ isTTY: true }, {}).good("yes");
  expect(colours).toBe("\x1b[32myes\x1b[0m");
  expect(styleFor({ isTTY: true }, { NO_COLOR: "" }).good("yes")).toBe(colours);
  expect(styleFor({ isTTY: true }, { NO_COLOR: "1" }).good("yes")).toBe("yes");
  expect(styleFor({ isTTY: true }, { TERM: "dumb" }).good("yes")).toBe("yes");
  expect(styleFor({}, {}).good("yes")).toBe("yes");
});

test.each([
  ["dmeo", "demo"],
  ["dctor", "doctor"],
  ["doc", "doctor"],
  ["DEMO", "demo"],
  ["bnhc", "bench"],
  ["n", undefined],
  ["x".repeat(50), undefined],
  ["toast", undefined],
])("who types %s means %s", (typed, meant) => {
  expect(nearest(typed, ["demo", "doctor", "new", "bench"])).toBe(meant);
});

test("text is broken at spaces, and a long word stays whole", () => {
  const word = "w".repeat(60);
  expect(wrap("a short text", 80)).toEqual(["a short text"]);
  expect(wrap(`${"four ".repeat(12)}${word} end`, 42)).toEqual([
    "four four four four four four four four",
    "four four four four",
    word,
    "end",
  ]);
});
