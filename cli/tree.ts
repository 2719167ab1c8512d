/** `sabeam tree PID`: who spawned whom in a running system, printed once. */

import { LISTED_MAX, type TreeView } from "../runtime/index.ts";
import { parse } from "./arguments.ts";
import { type VerbHelp, verbHelp } from "./help.ts";
import { find, programOf } from "./look/find.ts";
import { lookOptions } from "./look/options.ts";
import { CONNECT_MS, Peer } from "./look/peer.ts";
import { printed } from "./top/screen.ts";
import { filtered } from "./top/sorts.ts";
import { FIRST_WISH } from "./top/wish.ts";
import type { Run } from "./verb.ts";

const HELP: VerbHelp = {
  usage: "sabeam tree [PID] [flags]",
  about:
    "Shows the tree of the actors of a running system: supervisors and their children, on which " +
    "thread, what waits for them, how often they were restarted. It asks no actor, so it works " +
    "while one loops. Without PID: the only system there is.",
  flags: [
    ["--filter TEXT", "only actors with this text in them, and who is above"],
    ["--limit N", `at most so many actors, 1 to ${LISTED_MAX}`],
    ["--json", "one object for programs instead of lines"],
    ["--help", "this text"],
  ],
  examples: [
    ["npx sabeam tree 4711", "the actors of process 4711"],
    ["npx sabeam tree --filter cart", "those with cart in them, and who is above"],
  ],
  exitCodes: "Exit codes: 0 done · 2 wrong usage, or there is no such system",
};

export const run: Run = async (args, console) => {
  const given = parse("tree", args, ["json", "help"], ["filter", "limit"]);
  if (given.flags.has("help")) {
    for (const line of verbHelp(HELP, console)) console.line(line);
    return 0;
  }
  const { target, filter, limit = LISTED_MAX } = lookOptions("tree", given);
  const peer = await Peer.connect(find(target));
  try {
    const view = await treeView(peer, limit);
    if (view === undefined) console.line(`process ${peer.place.pid} has stopped its system`);
    else if (given.flags.has("json")) {
      console.line(JSON.stringify({ ...view, actors: filtered(view.actors, filter) }));
    } else {
      const setting = {
        hello: peer.hello,
        program: programOf(peer.place.pid),
        style: console.style,
        columns: console.terminal?.columns ?? Number.POSITIVE_INFINITY,
      };
      const lines = printed(view, { ...FIRST_WISH, filter }, setting, Number.POSITIVE_INFINITY);
      for (const line of lines) console.line(line);
    }
    return 0;
  } finally {
    peer.close();
  }
};

async function treeView(peer: Peer, max: number): Promise<TreeView | undefined> {
  peer.want({ want: "tree", max });
  for (;;) {
    const view = await peer.view(CONNECT_MS);
    if (view === undefined || view.type === "tree") return view;
  }
}
