/**
 * Tests by transcript: a text file says what each command gives, and the test compares.
 *
 *     file ──parse──▶ blocks ──run(command, args, directives)──▶ outputs ──▶ the same? or a diff
 *                                                                  └─REWRITE=1─▶ written
 *
 * The whole file is run, each command after the one before. With REWRITE=1 in the environment the
 * file is written anew, outputs only: read the difference as a change of behaviour. Form of the
 * file: transcript-file.ts.
 *
 * @source cockroachdb/datadriven.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { summarise } from "../../runtime/errors.ts";
import { InvalidOptions } from "../errors.ts";
import { known } from "../options.ts";
import { InvalidTranscript, TranscriptDiffers, TranscriptFailed } from "./errors.ts";
import { lineDiff } from "./line-diff.ts";
import { type Block, formatBlock, type Part, parseTranscript } from "./transcript-file.ts";

/** Blocks that differ and are shown. */
const SHOWN_MAX = 5;

/**
 * What a command gives, or a promise of it; without its line feed at the end.
 *
 * @param args words behind the command, or texts in quotes
 * @param directives words of the form `key=value`
 * @param block more of it: its line, and the lines of `input` below the command
 */
export type Run = (
  command: string,
  args: readonly string[],
  directives: Readonly<Record<string, string>>,
  block: Pick<Block, "line" | "input">,
) => string | Promise<string>;

export interface TranscriptOptions {
  /** True: writes the file. Default: REWRITE is 1 in the environment. */
  rewrite?: boolean;
}

/**
 * Runs a transcript and compares.
 *
 * @param file a URL (`new URL("testdata/door.txt", import.meta.url)`), or a path
 * @throws (rejects with) TranscriptDiffers (ERR_TRANSCRIPT_DIFFERS); TranscriptFailed
 *   (ERR_TRANSCRIPT_FAILED) if `run` throws; InvalidTranscript (ERR_INVALID_TRANSCRIPT) for a file
 *   that cannot be read; InvalidOptions. Then nothing was written.
 */
export async function transcript(
  file: URL | string,
  run: Run,
  options: TranscriptOptions = {},
): Promise<void> {
  known("transcript", options, ["rewrite"]);
  if (typeof run !== "function") throw new InvalidOptions("run", "a function", run);
  const { rewrite = process.env.REWRITE === "1" } = options;
  const path = pathOf(file);
  const name = relative(process.cwd(), path);
  const text = read(path, name);
  const parts = parseTranscript(name, text);
  const outputs = await outputsOf(name, parts, run);
  if (!rewrite) return compare(name, outputs);
  const lines = parts.flatMap((part) => {
    const output = outputs.get(part);
    return output === undefined || isSame(part, output) ? part.text : formatBlock(part, output);
  });
  const written = lines.join("\n");
  if (written !== text) writeFileSync(path, written);
}

function pathOf(file: unknown): string {
  if (file instanceof URL) return fileURLToPath(file);
  if (typeof file === "string") return file.startsWith("file:") ? fileURLToPath(file) : file;
  throw new InvalidOptions("file", "a URL or a path", file);
}

function read(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new InvalidTranscript(name, 0, `cannot be read (${summarise(cause)})`, { cause });
  }
}

async function outputsOf(
  name: string,
  parts: readonly Part[],
  run: Run,
): Promise<Map<Part, readonly string[]>> {
  const outputs = new Map<Part, readonly string[]>();
  for (const part of parts) {
    if (part.block === undefined) continue;
    const { command, args, directives, line, input, commandLine } = part.block;
    try {
      const output: unknown = await run(command, args, directives, { line, input });
      if (typeof output !== "string") throw new InvalidOptions("run", "giving a text", output);
      outputs.set(part, linesOf(output));
    } catch (cause) {
      throw new TranscriptFailed(name, line, commandLine, cause);
    }
  }
  return outputs;
}

function linesOf(output: string): string[] {
  const text = output.replace(/\n+$/, "");
  return text === "" ? [] : text.split("\n");
}

function isSame({ block }: Part, output: readonly string[]): boolean {
  return block?.output.join("\n") === output.join("\n");
}

function compare(name: string, outputs: ReadonlyMap<Part, readonly string[]>): void {
  const wrong = [...outputs].filter(([part, output]) => !isSame(part, output));
  const [first] = wrong;
  if (first === undefined) return;
  const all = `${wrong.length} of ${outputs.size} blocks`;
  const told = wrong.slice(0, SHOWN_MAX).flatMap(([{ block }, output]) => {
    const { line, commandLine, output: expected } = block as Block; // It has an output.
    const diff = lineDiff(expected, output).map((text) => `    ${text}`);
    return [`  ${name}:${line}: ${commandLine}`, ...diff];
  });
  const more = wrong.length > SHOWN_MAX ? [`  … ${wrong.length - SHOWN_MAX} more`] : [];
  const advice = "if that is as it should be, run the test with REWRITE=1 and review the file";
  const { line } = first[0].block as Block; // The same.
  throw new TranscriptDiffers(name, line, wrong.length, [
    `${name} differs from what its commands give, in ${all}:`,
    ...told,
    ...more,
    advice,
  ]);
}
