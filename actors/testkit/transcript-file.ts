/**
 * The text of a transcript: blocks of a command and its expected output.
 *
 *     # A comment, kept as it is.
 *     arrive a reason="it is late" after=5      command, arguments, directives
 *     more input, if there is any
 *     ----
 *     -> a arrived 0                            output, up to a blank line
 *
 * Output that has blank lines stands between two lines `----` above and two below it.
 *
 * @source cockroachdb/datadriven, whose files look like this.
 */

import { InvalidTranscript } from "./errors.ts";

const RULE = "----";
/** `key=value`, a word, or a text in quotes as JSON has it. */
const WORD = /(?:([\w-]+)=)?("(?:[^"\\]|\\.)*"|[^\s"]*)/y;

export interface Block {
  /** Counted from 1. */
  readonly line: number;
  /** As it stands there. */
  readonly commandLine: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly directives: Readonly<Record<string, string>>;
  /** The lines between the command and the rule. */
  readonly input: string;
  readonly output: readonly string[];
}

/** Lines as they stand there, in the file's order; those of a block belong together. */
export interface Part {
  readonly text: readonly string[];
  readonly block?: Block;
}

/** @throws InvalidTranscript (ERR_INVALID_TRANSCRIPT) */
export function parseTranscript(file: string, text: string): Part[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const parts: Part[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as string; // Below the length.
    if (line.trim() === "" || line.startsWith("#")) {
      parts.push({ text: [line] });
      at += 1;
      continue;
    }
    const end = endOfBlock(file, lines, at);
    parts.push({ block: blockOf(file, lines, at, end), text: lines.slice(at, end.next) });
    at = end.next;
  }
  return parts;
}

interface End {
  /** The line of the rule. */
  readonly rule: number;
  readonly output: readonly string[];
  /** The first line behind the block. */
  readonly next: number;
}

function endOfBlock(file: string, lines: readonly string[], start: number): End {
  let rule = start;
  while (lines[rule] !== RULE) {
    rule += 1;
    if (rule >= lines.length || lines[rule]?.trim() === "") {
      throw new InvalidTranscript(file, start + 1, `there is no ${RULE} behind the command`);
    }
  }
  if (lines[rule + 1] === RULE) return endOfWide(file, lines, rule);
  let next = rule + 1;
  while (next < lines.length && lines[next]?.trim() !== "") next += 1;
  return { rule, output: lines.slice(rule + 1, next), next };
}

/** Of output with blank lines. */
function endOfWide(file: string, lines: readonly string[], rule: number): End {
  let end = rule + 2;
  while (lines[end] !== RULE || lines[end + 1] !== RULE) {
    end += 1;
    if (end >= lines.length) {
      const problem = `the output that begins with two ${RULE} does not end with two`;
      throw new InvalidTranscript(file, rule + 1, problem);
    }
  }
  return { rule, output: lines.slice(rule + 2, end), next: end + 2 };
}

function blockOf(
  file: string,
  lines: readonly string[],
  start: number,
  { rule, output }: End,
): Block {
  const line = start + 1;
  const commandLine = (lines[start] as string).trim(); // Where the block starts.
  const [first, ...words] = wordsOf(file, line, commandLine);
  if (first === undefined || first.key !== undefined) {
    throw new InvalidTranscript(file, line, "a block begins with a command");
  }
  const args = words.filter(({ key }) => key === undefined).map(({ value }) => value);
  const directives: Record<string, string> = {};
  for (const { key, value } of words) if (key !== undefined) directives[key] = value;
  const input = lines.slice(start + 1, rule).join("\n");
  return { line, commandLine, command: first.value, args, directives, input, output };
}

interface Word {
  readonly key: string | undefined;
  readonly value: string;
}

function wordsOf(file: string, line: number, text: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < text.length; ) {
    WORD.lastIndex = at;
    const [whole = "", key, value = ""] = WORD.exec(text) ?? [];
    at += whole.length;
    const isOver = at === text.length || text[at] === " ";
    if (!isOver) throw new InvalidTranscript(file, line, `${text.slice(at)} is no word`);
    if (whole !== "") words.push({ key, value: unquoted(file, line, value) });
    at += 1;
  }
  return words;
}

function unquoted(file: string, line: number, value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch (cause) {
    throw new InvalidTranscript(file, line, `${value} is no text`, { cause });
  }
}

/** A block with this output. */
export function formatBlock(
  { text }: { text: readonly string[] },
  output: readonly string[],
): string[] {
  const head = text.slice(0, text.indexOf(RULE) + 1);
  const isWide = output.some((line) => line.trim() === "") || output[0] === RULE;
  return isWide ? [...head, RULE, ...output, RULE, RULE] : [...head, ...output];
}
