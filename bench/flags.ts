/** The command line of `npm run bench`. */

export interface Flags {
  readonly json: boolean;
  readonly list: boolean;
  readonly small: boolean;
  readonly micro: boolean;
  readonly save: boolean;
  readonly record: boolean;
  readonly help: boolean;
  /** Parts of row names; none means all rows. */
  readonly only: readonly string[];
  readonly rounds: number | undefined;
  /** The commit to play beside this tree. */
  readonly against: string | undefined;
}

/** What one types to get here; the command `sabeam` says it, since it is not we who were typed. */
const CALLED_AS = process.env.SABEAM_CALLED_AS ?? "npm run bench --";

export const USAGE = `sabeam bench: every row beside what one would use instead, in one run

usage: ${CALLED_AS} [flags]
  --only PART       only rows whose name contains PART (may be repeated)
  --micro           only the micro-benchmarks
  --list            print the names of the rows
  --small           small sizes, one round: shows that everything runs, measures nothing
  --rounds N        N rounds of each, 1 to 100 (default: 7, fewer where a row says so)
  --against COMMIT  builds COMMIT and plays it beside this tree, instead of the peers
  --json            one JSON object per row instead of a table
  --save            also write bench/latest.jsonl, from which the README's tables are made
  --record          also append each figure to bench/history.jsonl

examples
  ${CALLED_AS} --only ping-pong             some rows
  ${CALLED_AS} --small                      does everything run here?
  ${CALLED_AS} --only "cast, same" --json   for another program

Exit codes: 0 measured · 1 a contender failed · 2 wrong flags, or nothing to measure
--against, --save and --record work in a checkout of sabeam. Peers that are not installed are
named and left out: nact, tinybench (npm install), Erlang (erl and erlc on the PATH).`;

const ROUNDS_MAX = 100;

const SWITCHES = ["json", "list", "small", "micro", "save", "record", "help"] as const;
type Switch = (typeof SWITCHES)[number];

const VALUED = ["--only", "--rounds", "--against"];

/** @throws Error whose message is the one line to print. */
export function parseFlags(args: readonly string[]): Flags {
  const on = new Set<Switch>();
  const only: string[] = [];
  let rounds: number | undefined;
  let against: string | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] as string;
    const found = SWITCHES.find((name) => arg === `--${name}`);
    if (found !== undefined) on.add(found);
    else if (VALUED.includes(arg)) {
      index += 1;
      const value = args[index];
      if (value === undefined || value === "") throw new Error(`${arg} needs a value`);
      if (arg === "--only") only.push(value.toLowerCase());
      else if (arg === "--rounds") rounds = parseRounds(value);
      else against = parseCommit(value);
    } else throw new Error(`unknown flag ${JSON.stringify(arg)}; --help shows what there is`);
  }
  const has = Object.fromEntries(SWITCHES.map((name) => [name, on.has(name)]));
  const flags = { ...(has as Record<Switch, boolean>), only, rounds, against };
  refuseNonsense(flags);
  return flags;
}

function refuseNonsense({ save, record, small, micro, only, against }: Flags): void {
  if (save && (only.length > 0 || small || micro)) {
    throw new Error("--save keeps the rows of one whole run: use it without --only and --small");
  }
  if (record && small) throw new Error("--record keeps figures, and --small measures nothing");
  if (against !== undefined && (save || record)) {
    throw new Error("--against compares: use it without --save and --record");
  }
}

function parseRounds(value: string): number {
  const rounds = Number(value);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= ROUNDS_MAX) return rounds;
  throw new Error(
    `--rounds needs a whole number from 1 to ${ROUNDS_MAX}, not ${JSON.stringify(value)}`,
  );
}

/** Not an option of git, whatever else it is. */
function parseCommit(value: string): string {
  if (!value.startsWith("-")) return value;
  throw new Error(`--against needs a commit, not ${JSON.stringify(value)}`);
}
