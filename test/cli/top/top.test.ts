/**
 * Goal: `top` and `tree` show a system, or say in one line why not. Method: invented systems
 * (peers.ts) that behave well and badly; a real one is in real.test.ts.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { find } from "../../../cli/look/find.ts";
import { Peer } from "../../../cli/look/peer.ts";
import { typed } from "../typed.ts";
import { Peers, WELL } from "./peers.ts";
import { actor, hello, topView, treeView } from "./views.ts";

const me = process.pid;
let peers: Peers;
let stranger: ChildProcess | undefined;

beforeEach(() => {
  peers = new Peers();
});
afterEach(async () => {
  stranger?.kill();
  await peers.remove();
});

/** The one line on stderr, where there is nothing on stdout and the exit code is 2. */
async function problem(words: string): Promise<string> {
  const { code, out, err } = await typed(words);
  expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 2, out: "", lines: 2 });
  return err.trimEnd();
}

describe("a system that is well", () => {
  beforeEach(() => peers.open(WELL));

  test("is shown as one plain table where there is no terminal", async () => {
    for (const words of [`top ${me}`, `top ${me}-1 --once`, "top"]) {
      const { code, out, err } = await typed(words);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/^sabeam 0\.1\.0 · \d+ .*· node 20\.20\.2 · up 3\.5 h\n/);
      expect(out).toContain("Evil<9.1>");
      expect(out).not.toContain("\x1b");
    }
  });

  test("is sorted, filtered and cut as told", async () => {
    const rowsOf = async (flags: string): Promise<(string | undefined)[]> => {
      const { out } = await typed(`top ${me} --once ${flags}`);
      return out
        .trimEnd()
        .split("\n")
        .slice(10)
        .map((line) => line.split(" ")[0]);
    };
    expect(await rowsOf("--limit 1")).toEqual(["Evil<9.1>"]);
    expect((await rowsOf("--sort mean")).slice(0, 2)).toEqual(["Bank<3.1>", "Cart<5.3>"]);
    expect(await rowsOf("--sort=mean --filter=cart")).toEqual(["Cart<5.3>"]);
  });

  test("is one object for programs", async () => {
    const { code, out, err } = await typed(`top ${me} --json --limit 2`);
    expect({ code, err, lines: out.split("\n").length }).toEqual({ code: 0, err: "", lines: 2 });
    const view = JSON.parse(out);
    expect(view).toMatchObject({ type: "top", sinceMs: 1000, totals: { crashes: 3 } });
    expect(view.actors.map(({ address }: { address: string }) => address)).toEqual([
      ...["Evil<9.1>", "Cart<5.3>"],
    ]);
  });

  test("has a tree", async () => {
    const { code, out } = await typed(`tree ${me}`);
    expect(code).toBe(0);
    expect(out).toContain("\n├─ Carts<2.1>");
    expect(out).toMatch(/│ {2}└─ … 500 more\n/);
    const filtered = await typed("tree --filter ledger");
    expect(filtered.out).toMatch(/└─ Bank<3\.1>.*\n {3}└─ Ledger<7\.1>[^\n]*\n$/);
    const json = JSON.parse((await typed(`tree ${me} --json`)).out);
    expect(json.actors[2]).toMatchObject({ address: "Cart<5.3>", depth: 2 });
  });
});

test("wrong usage", async () => {
  const wrong = {
    "top x": '"x" is not the number of a process, like 4711; see sabeam top --help',
    "top 0": '"0" is not the number of a process, like 4711; see sabeam top --help',
    "top -1": "there is no flag -1; see sabeam top --help",
    "top 99999999999":
      '"99999999999" is not the number of a process, like 4711; see sabeam top --help',
    "top 1 2": "top takes one process, not also 2; see sabeam top --help",
    "top --sort": "--sort needs a value; see sabeam top --help",
    "top --sort --once": "--sort needs a value; see sabeam top --help",
    "top --sort queu": 'there is no sort "queu"; did you mean queued?',
    "top --limit 0": '--limit takes a number from 1 to 1000, not "0"; see sabeam top --help',
    "top --limit 1.5": '--limit takes a number from 1 to 1000, not "1.5"; see sabeam top --help',
    "top --interval fast":
      '--interval takes a number from 0.1 to 60, not "fast"; see sabeam top --help',
    "top --once=1": "--once takes no value; see sabeam top --help",
    "top --intervall 1": "there is no flag --intervall; did you mean --interval?",
    "tree --sort queue": "there is no flag --sort; see sabeam tree --help",
  };
  for (const [words, text] of Object.entries(wrong)) expect(await problem(words)).toBe(text);
  expect(await problem("top --sort zzz")).toMatch(/^there is no sort "zzz"; did you mean one of/);
});

describe("nobody to be asked", () => {
  test("no system at all", async () => {
    expect(await problem("top")).toMatch(/^no system of this user runs here \(there is none in /);
  });

  test("a process that is not there, with or without a socket that it left", async () => {
    const dead = spawnSync("true").pid;
    expect(await problem(`top ${dead}`)).toBe(`there is no process ${dead}`);
    writeFileSync(peers.pathOf(1, dead), "");
    expect(await problem(`top ${dead}`)).toBe(`there is no process ${dead}`);
    expect(await problem("tree")).toMatch(/^no system of this user runs here/);
  });

  test("a process without a system, or with socket: false", async () => {
    const text = `process ${me} has no socket in ${peers.folder}: it runs no system of sabeam, or`;
    expect(await problem(`top ${me}`)).toBe(
      `${text} one with socket: false, or with another TMPDIR`,
    );
  });

  test("a process of another user", async () => {
    let pid = 1;
    if (process.getuid?.() === 0) {
      stranger = spawn("sleep", ["20"], { uid: 65534, stdio: "ignore" });
      pid = stranger.pid ?? 1;
    }
    expect(await problem(`top ${pid}`)).toMatch(
      new RegExp(`^process ${pid} belongs to another user .*: look at it as that user$`),
    );
  });

  test("a socket at which nobody listens", async () => {
    writeFileSync(peers.pathOf(1), "");
    expect(await problem(`top ${me}`)).toBe(
      `process ${me} cannot be asked at ${peers.pathOf(1)} (ECONNREFUSED): nobody listens there`,
    );
  });

  test("a folder that others may enter", async () => {
    await peers.open(WELL);
    chmodSync(peers.folder, 0o755);
    expect(await problem(`top ${me}`)).toMatch(
      / is not private to this user \(owner \d+, mode 755\)/,
    );
    expect(await problem("top")).toMatch(/ is not private to this user/);
  });

  test("several, of which none was named", async () => {
    await peers.open(WELL);
    await peers.open(WELL, 2);
    const both = new RegExp(`^there are ${me}-1 .*, ${me}-2 .*: name one of them$`);
    expect(await problem("top")).toMatch(both);
    expect(await problem(`top ${me}`)).toMatch(both);
    expect(await problem(`top ${me}-3`)).toMatch(
      `process ${me} has no system 3; there are ${me}-1`,
    );
    expect((await typed(`top ${me}-2 --once`)).code).toBe(0);
  });
});

describe("one that behaves badly", () => {
  const says = async (...greeting: unknown[]): Promise<string> => {
    await peers.open({ greeting });
    return await problem(`top ${me}`);
  };
  const unread = `process ${me} has sent what this version cannot read`;

  test("speaks another protocol", async () => {
    expect(await says({ type: "hello", protocol: 2, name: "new" })).toBe(
      `process ${me} speaks protocol 2, and this sabeam 0.1.0 speaks 1: use the sabeam that its ` +
        "program has installed",
    );
  });

  test.each([
    ["HTTP/1.1 400 Bad Request\r\n\r\n", "it is no JSON"],
    ["null\n", "it is null and not an object"],
    [{ type: "hello", protocol: 1 }, "pid is undefined and not a number"],
    [{ type: "constructor" }, 'there is no "constructor"'],
    [{ type: "\x1b[2J" }, 'there is no "\ufffd[2J"'],
  ])("sends %j", async (greeting, why) => {
    expect(await says(greeting)).toBe(`${unread} (${why})`);
  });

  test("sends half a view", async () => {
    const { threads, ...half } = topView();
    await peers.open({ ...WELL, answer: () => [half] });
    expect(await problem(`top ${me}`)).toBe(`${unread} (threads is undefined and not a list)`);
  });

  test("sends a line without an end", async () => {
    expect(await says("x".repeat(17 * 2 ** 20))).toMatch(
      /has sent more than 16777216 bytes at once$/,
    );
  });

  test("refuses", async () => {
    expect(await says({ type: "refused", problem: "too many\nclients" })).toBe(
      `process ${me} says: too many\ufffdclients`,
    );
  });

  test("hangs: before the hello, and before a view", async () => {
    await peers.open({});
    const place = find({ pid: me, system: undefined });
    const late = {
      code: "ERR_CLI_UNREACHABLE",
      message: `process ${me} has not answered within 50 ms`,
    };
    await expect(Peer.connect(place, 50)).rejects.toMatchObject(late);
    await peers.close();
    await peers.open({ greeting: [hello] });
    const peer = await Peer.connect(place);
    await expect(peer.view(50)).rejects.toMatchObject(late);
    peer.close();
  });

  test("names itself and others as a terminal would obey", async () => {
    const evil = actor("Evil\x1b]0;x\x07<1.1>", {
      name: "a\x1b[2J\r\nb\u202e",
      status: "x" as "idle",
    });
    await peers.open({
      greeting: [{ ...hello, node: "v20\x1b[31m", sabeam: "\x9b31m" }],
      answer: (want) =>
        want.includes("tree")
          ? [treeView({ actors: [{ ...evil, depth: 0, children: 0, omitted: 0 }] })]
          : [topView({ actors: [evil] })],
    });
    for (const verb of ["top", "tree", "top --json", "tree --json"]) {
      const { code, out } = await typed(verb);
      expect(code).toBe(0);
      expect(out).toContain("Evil\ufffd]0;x\ufffd<1.1>");
      expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });
});

describe("one that goes away", () => {
  const gone = async (leave: () => unknown): Promise<Awaited<ReturnType<typeof typed>>> => {
    await peers.open({
      ...WELL,
      answer: () => {
        leave();
        return [];
      },
    });
    return await typed(`top ${me}`);
  };

  test("in order: it takes its socket with it", async () => {
    expect(await gone(() => peers.close())).toEqual({
      ...{ code: 0, out: `process ${me} has stopped its system\n`, err: "" },
    });
  });

  test("without a word", async () => {
    expect(await gone(() => peers.drop())).toEqual({
      ...{ code: 2, out: "", err: `process ${me} has closed the connection\n` },
    });
  });
});
