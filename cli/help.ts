/** Help: the text about all verbs, and the frame of the text about one. */

import type { Manifest } from "./manifest.ts";
import type { Style } from "./style.ts";
import type { Verb } from "./verb.ts";

/** Rows of two columns: what one types, and what it does. */
export type Rows = readonly (readonly [typed: string, what: string])[];

export interface VerbHelp {
  /** What one types, and one sentence about what then happens. */
  readonly usage: string;
  readonly about: string;
  readonly flags: Rows;
  readonly examples: Rows;
  readonly exitCodes: string;
}

export function overview(verbs: readonly Verb[], manifest: Manifest, style: Style): string[] {
  return [
    `${style.strong("sabeam")} ${manifest.version}`,
    `${manifest.description}.`,
    "",
    ...section(
      "verbs",
      verbs.map(({ name, takes, summary }) => [`${name} ${takes}`, summary]),
      style,
    ),
    ...section(
      "flags",
      [
        ["VERB --help", "what a verb takes, with examples"],
        ["--version", "the version, and nothing else"],
      ],
      style,
    ),
    ...section(
      "examples",
      [
        ["npx sabeam demo", "see it at work on this machine"],
        ["npx sabeam doctor", "find out what would be in its way here"],
        ["npx sabeam new my-app", "begin a project"],
      ],
      style,
    ),
    style.faint("Exit codes: 0 done · 1 failed · 2 wrong usage. NO_COLOR is respected."),
  ];
}

/** The help of one verb, for those that are not programs of their own. */
export function verbHelp(help: VerbHelp, style: Style): string[] {
  return [
    `${style.strong(help.usage)}`,
    `${help.about}`,
    "",
    ...section("flags", help.flags, style),
    ...section("examples", help.examples, style),
    style.faint(help.exitCodes),
  ];
}

function section(title: string, rows: Rows, style: Style): string[] {
  const width = Math.max(...rows.map(([typed]) => typed.length));
  const lines = rows.map(([typed, what]) => `  ${typed.padEnd(width)}   ${style.faint(what)}`);
  return [style.strong(title), ...lines, ""];
}
