/**
 * Node's flags that decide how modules are found and loaded, as this thread has them.
 *
 * A worker thread that is given no flags of its own has those of its creator. So main's reach the
 * keeper, and by it every thread; Node leaves out what a thread cannot have (V8's, the process's).
 */

/** Their value follows after `=`, or as the next argument. */
const VALUED: readonly string[] = [
  "-r",
  "--require",
  "--import",
  "--loader",
  "--experimental-loader",
  "-C",
  "--conditions",
  "--input-type",
  "--experimental-default-type",
];
const PLAIN: readonly string[] = [
  "--preserve-symlinks",
  "--preserve-symlinks-main",
  "--strip-types",
  "--experimental-strip-types",
  "--experimental-transform-types",
  "--permission",
];

/**
 * Those on the command line, then those of NODE_OPTIONS, each with its value: `--import tsx`. What
 * says nothing about modules is left out, like V8's flags and the code after `-e`.
 */
export function loaderFlags(
  argv: readonly string[] = process.execArgv,
  options: string = process.env.NODE_OPTIONS ?? "",
): string[] {
  const words = [...argv, ...split(options)];
  return words.flatMap((word, index) => {
    const [name = ""] = word.split("=", 1);
    if (PLAIN.includes(name.replace(/^--no-/, "--"))) return [word];
    if (!VALUED.includes(name)) return [];
    return [name === word ? `${word} ${words[index + 1] ?? ""}` : word];
  });
}

/** The flag that bounds the heap of every thread, also of those that have a bound of their own. */
export function overridesHeap(
  argv: readonly string[] = process.execArgv,
  options: string = process.env.NODE_OPTIONS ?? "",
): string | undefined {
  return [...argv, ...split(options)].find((word) => /^--max[-_]old[-_]space[-_]size/.test(word));
}

/** NODE_OPTIONS as Node splits it: at spaces, unless between double quotes. */
function split(options: string): string[] {
  const words = options.match(/(?:[^\s"]|"(?:\\.|[^"\\])*")+/g) ?? [];
  const unquote = (_: string, text: string): string => text.replace(/\\(.)/g, "$1");
  return words.map((word) => word.replace(/"((?:\\.|[^"\\])*)"/g, unquote));
}
