/** The command line of `npm run bench`. */

export interface Flags {
  readonly json: boolean;
  readonly list: boolean;
  readonly small: boolean;
  readonly save: boolean;
  readonly help: boolean;
  /** Parts of row names; none means all rows. */
  readonly only: readonly string[];
  readonly rounds: number | undefined;
}

export const USAGE = `usage: npm run bench -- [flags]
  --only PART   only rows whose name contains PART (may be repeated)
  --list        print the names of the rows
  --small       small sizes, one round: shows that everything runs, measures nothing
  --rounds N    N rounds of each, 1 to 100 (default: 7, fewer where a row says so)
  --json        one JSON object per row instead of a table
  --save        also write bench/latest.jsonl, from which the README's table is made`;

const ROUNDS_MAX = 100;

/** @throws Error whose message is the one line to print. */
export function parseFlags(args: readonly string[]): Flags {
  const switches = new Set<string>();
  const only: string[] = [];
  let rounds: number | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] as string;
    if (arg === "--only" || arg === "--rounds") {
      index += 1;
      const value = args[index];
      if (value === undefined) throw new Error(`${arg} needs a value`);
      if (arg === "--only") only.push(value.toLowerCase());
      else rounds = parseRounds(value);
    } else if (["--json", "--list", "--small", "--save", "--help"].includes(arg)) {
      switches.add(arg);
    } else throw new Error(`unknown flag ${JSON.stringify(arg)}; --help shows what there is`);
  }
  if (switches.has("--save") && (only.length > 0 || switches.has("--small"))) {
    throw new Error("--save keeps the rows of one whole run: use it without --only and --small");
  }
  const [json, list, small] = ["--json", "--list", "--small"].map((name) => switches.has(name));
  return {
    ...{ json: json === true, list: list === true, small: small === true },
    ...{ save: switches.has("--save"), help: switches.has("--help"), only, rounds },
  };
}

function parseRounds(value: string): number {
  const rounds = Number(value);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= ROUNDS_MAX) return rounds;
  throw new Error(
    `--rounds needs a whole number from 1 to ${ROUNDS_MAX}, not ${JSON.stringify(value)}`,
  );
}
