/** Help: the text about all verbs, and the frame of the text about one. */

import type { Console } from "./console.ts";
import { wrap } from "./layout.ts";
import type { Manifest } from "./manifest.ts";
import type { Style } from "./style.ts";
import type { Verb } from "./verb.ts";

/** Rows of two columns: what one types, and what it does. */
export type Rows = readonly (readonly [typed: string, what: string])[];

export interface VerbHelp {
  /** What one types. */
  readonly usage: string;
  /** What then happens, in a sentence or three. */
  readonly about: string;
  readonly flags: Rows;
  readonly examples: Rows;
  readonly exitCodes: string;
}

const MORE: Rows = [
  ["sabeam VERB --help", "what a verb takes, with examples"],
  ["sabeam --version", "the version, and nothing else"],
];

const EXAMPLES: Rows = [
  ["npx sabeam demo crash", "see it at work on this machine"],
  ["npx sabeam doctor", "find out what would be in its way here"],
  ["npx sabeam new my-app", "begin a project"],
];

export function overview(verbs: readonly Verb[], manifest: Manifest, console: Console): string[] {
  const { style, columns } = console;
  const rows: Rows = verbs.map(({ name, takes, summary }) => [`${name} ${takes}`, summary]);
  return [
    `${style.strong("sabeam")} ${style.faint(manifest.version)}`,
    ...wrap(`${manifest.description}.`, columns),
    "",
    ...section("verbs", rows, style),
    ...section("more", MORE, style),
    ...section("examples", EXAMPLES, style),
    ...faint("Exit codes: 0 done · 1 failed · 2 wrong usage. NO_COLOR is respected.", console),
  ];
}

/** The help of one verb, for those that are not programs of their own. */
export function verbHelp(help: VerbHelp, console: Console): string[] {
  const { style, columns } = console;
  return [
    style.strong(help.usage),
    ...wrap(help.about, columns),
    "",
    ...section("flags", help.flags, style),
    ...section("examples", help.examples, style),
    ...faint(help.exitCodes, console),
  ];
}

function section(title: string, rows: Rows, style: Style): string[] {
  const width = Math.max(...rows.map(([typed]) => typed.length));
  const lines = rows.map(([typed, what]) => `  ${typed.padEnd(width)}   ${style.faint(what)}`);
  return [style.strong(title), ...lines, ""];
}

function faint(text: string, { style, columns }: Console): string[] {
  return wrap(text, columns).map(style.faint);
}
