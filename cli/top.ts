/**
 * `sabeam top PID`: what runs in a system right now, on a screen that is drawn again each second;
 * or once, for a file, a pipe or a program.
 *
 * The system itself is not asked: its keeper reads shared memory (find.ts and peer.ts in look/ talk
 * to it), so this works while actors loop and main is blocked.
 */

import type { ReadStream } from "node:tty";
import { LISTED_DEFAULT, LISTED_MAX, type TopView } from "../runtime/index.ts";
import { parse } from "./arguments.ts";
import type { Console } from "./console.ts";
import { type VerbHelp, verbHelp } from "./help.ts";
import { find, programOf } from "./look/find.ts";
import { type LookOptions, lookOptions } from "./look/options.ts";
import { CONNECT_MS, Peer } from "./look/peer.ts";
import { printed } from "./top/screen.ts";
import { Session } from "./top/session.ts";
import { SORTS } from "./top/sorts.ts";
import { FIRST_WISH } from "./top/wish.ts";
import type { ExitCode, Run } from "./verb.ts";

const HELP: VerbHelp = {
  usage: "sabeam top [PID] [flags]",
  about:
    "Shows the threads and actors of a running system, those with trouble first: who runs right " +
    "now and for how long, queues, rates, times of turns, restarts. It asks no actor, so it " +
    "works while one loops. Without PID: the only system there is. ? lists the keys.",
  flags: [
    [
      "--sort NAME",
      SORTS.map(({ name }) => name)
        .slice(0, 6)
        .join(", "),
    ],
    [
      "",
      SORTS.map(({ name }) => name)
        .slice(6)
        .join(", "),
    ],
    ["--filter TEXT", "only actors with this text in their address or name"],
    ["--limit N", `at most so many actors, 1 to ${LISTED_MAX}`],
    ["--interval S", "seconds between two looks, 0.1 to 60 (1)"],
    ["--once", "one plain table, as where there is no terminal"],
    ["--json", "the same as one object for programs"],
    ["--help", "this text"],
  ],
  examples: [
    ["npx sabeam top 4711", "look at process 4711"],
    ["npx sabeam top 4711 --sort queue", "longest queues first"],
    ["npx sabeam top --once > top.txt", "the only system, into a file"],
  ],
  exitCodes:
    "Exit codes: 0 done, or the system was stopped · 2 wrong usage, or there is no such system, " +
    "or it died",
};

/** Between the two looks that rates need, where one does not wait for a screen. */
const ONCE_MS = 500;
const EVERY_MS = 1000;

export const run: Run = async (args, console) => {
  const given = parse(
    "top",
    args,
    ["once", "json", "help"],
    [...["sort", "filter", "limit", "interval"]],
  );
  if (given.flags.has("help")) {
    for (const line of verbHelp(HELP, console)) console.line(line);
    return 0;
  }
  const options = lookOptions("top", given);
  const peer = await Peer.connect(find(options.target));
  try {
    if (given.flags.has("json")) return await json(peer, options, console);
    const { terminal } = console;
    if (given.flags.has("once") || terminal === undefined)
      return await once(peer, options, console);
    return await watch(peer, options, terminal, console);
  } finally {
    peer.close();
  }
};

async function json(peer: Peer, options: LookOptions, console: Console): Promise<ExitCode> {
  const view = await secondView(peer, options);
  if (view === undefined) return stopped(peer, console);
  console.line(JSON.stringify(view));
  return 0;
}

async function once(peer: Peer, options: LookOptions, console: Console): Promise<ExitCode> {
  const view = await secondView(peer, options);
  if (view === undefined) return stopped(peer, console);
  const { filter, sort, limit = LISTED_DEFAULT } = options;
  const setting = {
    hello: peer.hello,
    program: programOf(peer.place.pid),
    style: console.style,
    columns: console.terminal?.columns ?? Number.POSITIVE_INFINITY,
  };
  for (const line of printed(view, { ...FIRST_WISH, filter, sort }, setting, limit)) {
    console.line(line);
  }
  return 0;
}

/** The first one has no rates. */
async function secondView(peer: Peer, options: LookOptions): Promise<TopView | undefined> {
  const { everyMs = ONCE_MS, limit = LISTED_DEFAULT, sort, filter } = options;
  peer.want({ want: "top", max: limit, by: sort, like: filter, everyMs });
  for (;;) {
    const view = await peer.view(everyMs + CONNECT_MS);
    if (view === undefined) return undefined;
    if (view.type === "top" && view.sinceMs !== undefined) return view;
  }
}

async function watch(
  peer: Peer,
  { filter, sort, limit = LISTED_MAX, everyMs = EVERY_MS }: LookOptions,
  terminal: NodeJS.WriteStream,
  console: Console,
): Promise<ExitCode> {
  const wish = { ...FIRST_WISH, filter, sort };
  peer.want({ want: "top", max: Math.min(limit, LISTED_DEFAULT), by: sort, like: filter, everyMs });
  const look = await peer.view(CONNECT_MS);
  if (look === undefined) return stopped(peer, console);
  const program = programOf(peer.place.pid);
  const options = { peer, look, wish, everyMs, limit, program, style: console.style };
  const ending = await new Session(options, terminal, process.stdin as ReadStream).run();
  return ending === "stopped" ? stopped(peer, console) : ending;
}

function stopped({ place }: Peer, console: Console): ExitCode {
  console.line(`process ${place.pid} has stopped its system`);
  return 0;
}
