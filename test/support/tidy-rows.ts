/**
 * Planted text for the house rules: what each must find, and what it must let pass.
 *
 * Apart from tidy.test.ts because the planted imports would be violations there.
 */

import * as tidy from "./tidy.ts";

export interface Row {
  readonly name: string;
  readonly rule: tidy.Rule;
  readonly path: string;
  readonly text: string;
  /** Lines at which the rule must find something; none where the text is as it should be. */
  readonly lines: readonly number[];
}

// Joined here, so that the planted violations are not violations of this file.
const joined = (...parts: string[]): string => parts.join("");

export const rows: readonly Row[] = [
  row("too many lines", tidy.sizes, "actors/a.ts", "\n".repeat(401), [0]),
  row("as many lines as allowed", tidy.sizes, "actors/a.ts", "\n".repeat(400), []),
  row("a long example", tidy.sizes, "examples/a.ts", "\n".repeat(61), [0]),
  row("as long as an example may be", tidy.sizes, "examples/a.ts", "\n".repeat(60), []),
  row("too many columns", tidy.sizes, "bench/a.ts", `\n${"x".repeat(101)}`, [2]),
  row("a long line of prose", tidy.sizes, "README.md", "x".repeat(500), []),

  row("no header", tidy.header, "runtime/a.ts", "const a = 1;\n", [1]),
  row("a header", tidy.header, "runtime/a.ts", "/** A. */\nconst a = 1;\n", []),
  row("a short file outside", tidy.header, "bench/a.ts", "const a = 1;\n", []),
  row("a long file outside", tidy.header, "bench/a.ts", "a;\n".repeat(30), [1]),

  row("up", tidy.floors, "runtime/a.ts", '\nimport { b } from "../actors/b.ts";', [2]),
  row("up, lazily", tidy.floors, "runtime/a.ts", 'await import("../actors/b.ts")', [1]),
  row("up, for the effect", tidy.floors, "runtime/a.ts", 'import "../actors/b.ts";', [1]),
  row("up, over lines", tidy.floors, "actors/a.ts", 'export {\n} from\n"../protocols/b.ts";', [3]),
  row("up from a folder", tidy.floors, "runtime/sim/a.ts", 'import "../../actors/b.ts";', [1]),
  row("out", tidy.floors, "actors/a.ts", 'import "../test/b.ts";', [1]),
  row("down", tidy.floors, "actors/a.ts", 'import { b } from "../runtime/b.ts";', []),
  row("in prose", tidy.floors, "runtime/a.ts", '// import "../actors/b.ts" is not allowed', []),
  row("protocols inside", tidy.floors, "protocols/a.ts", 'import "../actors/b.ts";', [1]),
  row("protocols surface", tidy.floors, "protocols/a.ts", 'import "../actors/index.ts";', []),
  row("example inside", tidy.floors, "examples/a.ts", 'import "../actors/b.ts";', [1]),
  row("example surface", tidy.floors, "examples/a.ts", 'import "../actors/index.ts";', []),
  row("example testkit", tidy.floors, "examples/a.ts", 'import "../actors/testkit/index.ts";', []),
  row("example in it", tidy.floors, "examples/a.ts", 'import "../actors/testkit/kit.ts";', [1]),
  row("another program", tidy.floors, "cli/a.ts", 'import "../demo/b.ts";', [1]),
  row("the same program", tidy.floors, "cli/doctor/a.ts", 'import "../b.ts";', []),
  row("system test inside", tidy.floors, "test/a.test.ts", 'import "../runtime/b.ts";', [1]),
  row("built code inside", tidy.floors, "test/a.test.ts", 'import "../dist/runtime/b.js";', [1]),
  row("built surface", tidy.floors, "test/a.test.ts", 'import "../dist/actors/index.js";', []),
  row("unit test inside", tidy.floors, "test/runtime/a.ts", 'import "../../runtime/b.ts";', []),

  row("later", tidy.leftovers, "test/a.ts", joined("// TO", "DO: more"), [1]),
  row("mend", tidy.leftovers, "actors/a.ts", joined("// FIX", "ME"), [1]),
  row("silence", tidy.leftovers, "actors/a.ts", joined("\n// @ts-", "ignore"), [2]),
  row("one test", tidy.leftovers, "test/a.test.ts", joined("test.on", "ly('a', b)"), [1]),
  row("print", tidy.leftovers, "runtime/a.ts", joined("console.lo", "g(1)"), [1]),
  row("print in an example", tidy.leftovers, "examples/a.ts", joined("console.lo", "g(1)"), []),

  row("a home", tidy.machineFacts, "README.md", joined("see /ho", "me/ann/a"), [1]),
  row("a workplace", tidy.machineFacts, "a.json", joined('{ "a": "/wo', 'rk/main" }'), [1]),
  row("a relative path", tidy.machineFacts, "README.md", "see ./work/a and actors/home/a", []),
  row("a host", tidy.machineFacts, "README.md", joined("https://regis", "try.example.org/a"), [1]),
  row("a property", tidy.machineFacts, "actors/a.ts", "this.registry.names.get(a)", []),
  row("a lock", tidy.machineFacts, "package-lock.json", joined('"resol', 'ved": "https://a"'), [1]),
  row("a setting", tidy.machineFacts, ".npmrc", "registry = https://a", [1]),

  row("a bare store", tidy.pairs, "runtime/a.ts", "Atomics.store(words, 0, 1);", [1]),
  row("an alias", tidy.pairs, "runtime/a.ts", "const { store } = Atomics;", [1]),
  row("too far", tidy.pairs, "runtime/a.ts", "// Pairs with b.\n\n\n\nAtomics.or(w, 0, 1);", [5]),
  row("near", tidy.pairs, "runtime/a.ts", "// Pairs with b.\n\n\nAtomics.or(w, 0, 1);", []),
  row("beside", tidy.pairs, "runtime/a.ts", "Atomics.add(w, 0, 1); // Writer: us.", []),
  row("no comment", tidy.pairs, "runtime/a.ts", "let Writer;\nAtomics.add(w, 0, 1);", [2]),
  row("a load", tidy.pairs, "runtime/a.ts", "Atomics.load(w, 0);", []),
  row("a store in prose", tidy.pairs, "runtime/a.ts", "/** As Atomics.store does. */", []),
];

/** One file used by code, one by its URL, one only by itself, one only by a test. */
export const plantedTree: readonly tidy.Source[] = [
  { path: "runtime/index.ts", text: 'export * from "./used.ts";' },
  { path: "runtime/used.ts", text: 'new URL("./entry.js", import.meta.url)' },
  { path: "runtime/entry.ts", text: "" },
  { path: "runtime/own.ts", text: 'import.meta.url.endsWith("./own.ts")' },
  { path: "runtime/prose.ts", text: '// import "./own.ts"' },
  { path: "test/a.test.ts", text: 'import "../runtime/prose.ts";' },
];

function row(
  name: string,
  rule: tidy.Rule,
  path: string,
  text: string,
  lines: readonly number[],
): Row {
  return { name, rule, path, text, lines };
}
