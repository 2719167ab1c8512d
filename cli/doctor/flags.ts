/**
 * Flags that Node was started with, from the command line and from NODE_OPTIONS, and of what kind
 * each is. Node has three kinds, and its help does not say which is which:
 *
 *     own to main   the entry point, the test runner, watching: nothing that a thread could have
 *     per thread    how modules are found and loaded: each thread starts with its own
 *     the rest      V8 and the process as a whole: one value for all threads
 */

export interface Flag {
  /** "--import". */
  readonly name: string;
  /** "--import tsx". */
  readonly text: string;
  readonly from: "command line" | "NODE_OPTIONS";
}

/** Flags whose names are these, or begin so where a star stands at the end. */
const OWN_TO_MAIN = [
  ...["-e", "--eval", "-p", "--print", "-pe", "-c", "--check", "-i", "--interactive", "--run"],
  ...["--test*", "--watch*", "--inspect*", "--title", "--env-file*"],
];

const PER_THREAD = [
  ...["--import", "-r", "--require", "--loader", "--experimental-loader", "-C", "--conditions"],
  ...["--strip-types", "--experimental-strip-types", "--experimental-transform-types"],
  ...["--no-strip-types", "--no-experimental-strip-types", "--input-type", "--preserve-symlinks*"],
  ...["--enable-source-maps", "--experimental-vm-modules", "--experimental-wasm-modules"],
  ...["--unhandled-rejections", "--no-warnings", "--no-deprecation", "--throw-deprecation"],
  ...["--trace-warnings", "--trace-deprecation", "--trace-uncaught"],
];

export type Kind = "main" | "thread" | "process";

export function kindOf({ name }: Flag): Kind {
  if (OWN_TO_MAIN.some((pattern) => isLike(name, pattern))) return "main";
  return PER_THREAD.some((pattern) => isLike(name, pattern)) ? "thread" : "process";
}

function isLike(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

export function flagsOf(execArgv: readonly string[], env: NodeJS.ProcessEnv): Flag[] {
  return [
    ...group(execArgv).map((flag) => ({ ...flag, from: "command line" as const })),
    ...group(split(env.NODE_OPTIONS ?? "")).map((flag) => ({
      ...flag,
      from: "NODE_OPTIONS" as const,
    })),
  ];
}

/** Whether a thread that tells what it was started with has this flag too. */
export function inThread(
  { text }: Flag,
  thread: { readonly execArgv: readonly string[]; readonly nodeOptions: string },
): boolean {
  const there = flagsOf(thread.execArgv, { NODE_OPTIONS: thread.nodeOptions });
  return there.some((flag) => flag.text === text);
}

/** Words of the command line as flags: a word without a dash belongs to the flag before it. */
function group(words: readonly string[]): { name: string; text: string }[] {
  const flags: { name: string; text: string }[] = [];
  for (const word of words) {
    const last = flags.at(-1);
    if (word.startsWith("-") || last === undefined) {
      flags.push({ name: word.split("=")[0] ?? word, text: word });
    } else {
      flags[flags.length - 1] = { name: last.name, text: `${last.text} ${word}` };
    }
  }
  return flags;
}

/** Words of NODE_OPTIONS: parted by spaces, except within double quotes; a backslash saves one. */
function split(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|\\.|[^\s"\\])+/g) ?? [];
  return words.map((word) => word.replace(/"|\\(.)/g, "$1"));
}
