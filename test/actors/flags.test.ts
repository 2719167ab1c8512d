/** Which of Node's flags decide how modules load, from a command line and from NODE_OPTIONS. */
import { expect, test } from "vitest";
import { loaderFlags } from "../../actors/flags.ts";
import { tsxParent } from "../../actors/tsx.ts";

test.each<[string, string[], string, string[]]>([
  ["none", [], "", []],
  ["V8's and the process's", ["--max-old-space-size=9", "--title", "x"], "--expose-gc", []],
  ["a value behind =", ["--import=tsx"], "", ["--import=tsx"]],
  ["a value of its own", ["-r", "./a.cjs", "-C", "dev"], "", ["-r ./a.cjs", "-C dev"]],
  [
    "code between them",
    ["-e", "import x from 'y'", "--input-type=module"],
    "",
    ["--input-type=module"],
  ],
  ["without a value", ["--no-experimental-strip-types"], "", ["--no-experimental-strip-types"]],
  ["the command line first", ["--import", "a"], "--import b", ["--import a", "--import b"]],
  [
    "quotes",
    [],
    '--require "./a \\"b\\".cjs" --import="c d"',
    ['--require ./a "b".cjs', "--import=c d"],
  ],
  ["a value that is missing", ["--import"], "", ["--import "]],
])("%s", (_name, argv, options, flags) => {
  expect(loaderFlags(argv, options)).toEqual(flags);
});

test.each<[string[], string | undefined]>([
  [[], undefined],
  [["--import ./tsx-like.mjs", "--require tsx"], undefined],
  [["--conditions dev", "--import tsx"], new URL(`file://${process.cwd()}/flags`).href],
  [["--import=tsx/esm"], new URL(`file://${process.cwd()}/flags`).href],
  [["--import file:///a%20b/tsx/dist/loader.mjs"], "file:///a%20b/tsx/dist/loader.mjs"],
])("tsx is found from %j", (flags, parent) => {
  expect(tsxParent(flags)).toBe(parent);
});
