/**
 * What to do when a thread cannot import a module: from Node's error to a sentence for its reader.
 *
 * Left out: what went wrong, which the error says itself.
 */

const GENERAL =
  "Each thread imports the module that calls defineActor by this URL: it must be code that this " +
  "Node can import there (so keep actors apart from programs and tests), and must pass " +
  "import.meta.url";

const NOT_A_FILE =
  "Code from --eval, standard input or the REPL is in no file that a thread could import: put " +
  "the actors into a file, or run them on main (threads: 0, or thread: 0)";

const BY_CODE: ReadonlyMap<string, string> = new Map([
  [
    "ERR_UNKNOWN_FILE_EXTENSION",
    "This Node cannot import such a file by itself. TypeScript: build it to JavaScript, or start " +
      "the program with --import tsx (vitest: its option execArgv), or use Node 22.18 or newer",
  ],
  [
    "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
    "Node does not strip types below node_modules: let that package publish JavaScript",
  ],
  [
    "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
    "Node only strips types: do without enums, namespaces and parameter properties, or build it " +
      "to JavaScript, or start the program with --import tsx",
  ],
  [
    "ERR_UNSUPPORTED_ESM_URL_SCHEME",
    "Threads can import from file: and data: URLs only: put the actors into a file",
  ],
  [
    "ERR_MODULE_NOT_FOUND",
    "Threads find modules as Node does, without the aliases, plugins and mocks of a bundler or a " +
      "test runner: write imports as Node takes them, with the extension that the file has, or " +
      "name a built file with startSystem({ actors })",
  ],
  [
    "ERR_NESTED_SYSTEM",
    "The module starts a system before it defines the actor: put the actors into a file of their " +
      "own",
  ],
]);

/** For the error that the import of `url` ended with, if it ended with one. */
export function adviceFor(url: string, error?: unknown): string {
  if (/\/\[(eval|stdin)\d*\]$/.test(url)) return NOT_A_FILE;
  const code = (error as { code?: unknown } | undefined)?.code;
  return BY_CODE.get(String(code)) ?? GENERAL;
}
