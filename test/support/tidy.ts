/**
 * The house rules that a machine can check, each a pure function from sources to problems, so that
 * each can be tried on planted text (tidy.test.ts does both).
 *
 *     sources (path, text) ──► rules of one file ──► problems (path, line, what and what to do)
 *                          └─► rules of the tree ──┘
 *
 * Left out: what needs judgement (is this one noun? does the comment say why?) and what Biome and
 * TypeScript already say.
 *
 * @source TigerBeetle, `src/tidy.zig`: house rules as a test over the tree.
 */

import { posix } from "node:path";

export interface Source {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Problem {
  readonly path: string;
  /** Counted from 1; 0 means the file as a whole. */
  readonly line: number;
  readonly what: string;
}

export type Rule = (source: Source) => Problem[];

/** Each floor may import from itself and from the floors before it. */
const FLOORS = ["runtime", "actors", "protocols"];

/** What the package exports: users import these, so nobody else has to. */
const PUBLISHED = [
  ...FLOORS.map((floor) => `${floor}/index.ts`),
  "actors/sim/index.ts",
  "actors/testkit/index.ts",
];

/** Each of them stands on the floors, and none on another. */
const PROGRAMS = ["bench", "cli", "demo", "examples"];

const LINES_MAX = 400;
/** An example is read at one go. */
const EXAMPLE_LINES_MAX = 60;
const COLUMNS_MAX = 100;
/** Shorter files outside the floors need no header. */
const LINES_WITHOUT_HEADER_MAX = 25;
/** How far above a store the comment about its pair may stand. */
const PAIR_LINES_MAX = 3;

const folderOf = (path: string): string => path.split("/")[0] ?? "";
const isFloor = (path: string): boolean => FLOORS.includes(folderOf(path)) && isCode(path);
const isCode = (path: string): boolean => /\.(ts|mjs)$/.test(path);

/** Blanks comments, so that a rule about code does not stumble over prose; keeps the lines. */
function withoutComments(text: string): string {
  const blank = (comment: string): string => comment.replace(/[^\n]/g, " ");
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/.*$/gm, blank);
}

function matches(source: Source, text: string, pattern: RegExp, what: string): Problem[] {
  return text.split("\n").flatMap((line, index) => {
    const found = pattern.exec(line)?.[0];
    return found === undefined
      ? []
      : [{ path: source.path, line: index + 1, what: `${JSON.stringify(found.trim())}: ${what}` }];
  });
}

export function sizes(source: Source): Problem[] {
  if (!isCode(source.path)) return [];
  const problems: Problem[] = [];
  const lines = source.text.replace(/\n$/, "").split("\n");
  const linesMax = folderOf(source.path) === "examples" ? EXAMPLE_LINES_MAX : LINES_MAX;
  if (lines.length > linesMax) {
    const what = `${lines.length} lines, more than ${linesMax}: split it by noun`;
    problems.push({ path: source.path, line: 0, what });
  }
  lines.forEach((line, index) => {
    if (line.length <= COLUMNS_MAX) return;
    const what = `${line.length} columns, more than ${COLUMNS_MAX}`;
    problems.push({ path: source.path, line: index + 1, what });
  });
  return problems;
}

export function header(source: Source): Problem[] {
  if (!isCode(source.path) || source.text.startsWith("/**")) return [];
  const name = posix.basename(source.path);
  const short = source.text.split("\n").length <= LINES_WITHOUT_HEADER_MAX;
  const free = short || /\.(test|config)\.ts$/.test(name);
  if (free && !isFloor(source.path)) return [];
  return [{ path: source.path, line: 1, what: "no /** header */ that says what the file is" }];
}

/** A file that a string names relatively (import, or URL of a worker), as its source. */
function named(from: string, specifier: string): string {
  const path = posix.join(posix.dirname(from), specifier);
  return path.replace(/^dist\//, "").replace(/\.js$/, ".ts");
}

/** Specifiers of imports and re-exports, with the line each ends on. */
function imports(source: Source): { line: number; specifier: string }[] {
  const text = withoutComments(source.text);
  const pattern = /\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index + match[0].length).split("\n").length,
    specifier: match[1] ?? "",
  }));
}

function whyNot(from: string, to: string): string | undefined {
  const [fromFolder, toFolder] = [folderOf(from), folderOf(to)];
  const [fromLevel, toLevel] = [FLOORS.indexOf(fromFolder), FLOORS.indexOf(toFolder)];
  const published = PUBLISHED.includes(to);
  if (fromFolder === toFolder) return undefined;
  if (fromLevel >= 0) {
    if (toLevel < 0) return `a floor must not know ${toFolder}/`;
    if (toLevel > fromLevel) return `${fromFolder}/ must not know ${toFolder}/`;
    if (fromFolder === "protocols" && !published) return `import ${toFolder}/index.ts instead`;
    return undefined;
  }
  if (PROGRAMS.includes(fromFolder) && toLevel < 0) return "a program must not know another folder";
  const unit = /^test\/(runtime|actors|protocols|support|long)\//.test(from);
  if (toLevel < 0 || unit || published) return undefined;
  return `only unit tests may look inside; import ${toFolder}/index.ts instead`;
}

export function floors(source: Source): Problem[] {
  if (!isCode(source.path)) return [];
  return imports(source).flatMap(({ line, specifier }) => {
    const why = whyNot(source.path, named(source.path, specifier));
    return why === undefined ? [] : [{ path: source.path, line, what: `"${specifier}": ${why}` }];
  });
}

export function leftovers(source: Source): Problem[] {
  const { path, text } = source;
  if (!isCode(path)) return [];
  const code = withoutComments(text);
  return [
    ...matches(
      source,
      text,
      /\b(FIX[M]E|TO[D]O|XX[X])\b/,
      "do it, or say in prose what is left out",
    ),
    ...matches(
      source,
      text,
      /@ts-(ignor[e]|nochec[k])/,
      "use @ts-expect-error in a test, or types",
    ),
    ...matches(source, code, /\b(test|it|describe)\.onl[y]\(/, "the other tests would not run"),
    ...(isFloor(path) ? matches(source, code, /\bconsole\.lo[g]\(/, "use the log of Env") : []),
  ];
}

/** Anything that is true on one machine only. */
export function machineFacts(source: Source): Problem[] {
  const path = /(?<![\w.:])\/(?:work|home|root|Users)\/\w+|\b[A-Z]:\\Users\b/;
  const host = /\/\/registry\.|\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.|\bnpmjs\.[o]rg\b/;
  return [
    ...matches(source, source.text, path, "a path of one machine"),
    ...matches(source, source.text, host, "a registry's host name"),
    ...matches(source, source.text, /"resolved":\s*"https?:/, "the lock file must name no host"),
    ...(posix.basename(source.path) === ".npmrc"
      ? matches(source, source.text, /^\s*(@[\w-]+:)?registry\s*=/, "registries are the machine's")
      : []),
  ];
}

function hasPair(lines: readonly string[], index: number): boolean {
  const near = lines.slice(Math.max(0, index - PAIR_LINES_MAX), index + 1);
  return near.some((line) => /(\/\/|\/?\*).*([Pp]airs with|Writer)/.test(line));
}

/**
 * Every atomic write in runtime/ says near by which load it pairs with ("Pairs with …") or who
 * alone writes the word ("Writer: …"). Looks for the name and not for the call, so that an alias
 * does not escape.
 */
export function pairs(source: Source): Problem[] {
  if (folderOf(source.path) !== "runtime" || !isCode(source.path)) return [];
  const write =
    /\bAtomics\.(store|exchange|compareExchange|add|sub|and|or|xor)\b|\}\s*=\s*Atomics\b/;
  const lines = source.text.split("\n");
  const what = `name its pair within ${PAIR_LINES_MAX} lines above: "Pairs with …" or "Writer: …"`;
  return matches(source, withoutComments(source.text), write, what).filter(
    ({ line }) => !hasPair(lines, line - 1),
  );
}

/** Files of a floor that only tests use, or nobody. A worker file is used by naming its URL. */
export function orphans(sources: readonly Source[]): Problem[] {
  const used = new Set<string>();
  for (const source of sources) {
    if (!isCode(source.path) || folderOf(source.path) === "test") continue;
    for (const match of withoutComments(source.text).matchAll(/["'](\.[^"'\s]+\.[jt]s)["']/g)) {
      const path = named(source.path, match[1] ?? "");
      if (path !== source.path) used.add(path);
    }
    // First modules of threads are named without their extension, which is that of the neighbour.
    for (const match of withoutComments(source.text).matchAll(/["'](\.[^"'\s]+-entry)["']/g)) {
      used.add(named(source.path, `${match[1] ?? ""}.ts`));
    }
  }
  return sources
    .filter(({ path }) => isFloor(path) && !PUBLISHED.includes(path))
    .filter(({ path }) => !used.has(path))
    .map(({ path }) => ({ path, line: 0, what: "nobody imports it: export it or remove it" }));
}

/** The rules that look at one file. */
export const RULES: readonly Rule[] = [sizes, header, floors, leftovers, machineFacts, pairs];
