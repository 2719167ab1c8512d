/**
 * Goal: keys do what they say, and on every way out the terminal is as it was. Method: a terminal
 * of which a test holds both ends, and an invented system (peers.ts).
 */

import { EventEmitter } from "node:events";
import type { ReadStream } from "node:tty";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { find } from "../../../cli/look/find.ts";
import { Peer } from "../../../cli/look/peer.ts";
import { styleFor } from "../../../cli/style.ts";
import { Session } from "../../../cli/top/session.ts";
import { FIRST_WISH, press } from "../../../cli/top/wish.ts";
import { Peers, WELL } from "./peers.ts";
import { topView } from "./views.ts";

/** Both ends of a terminal. */
class Window extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  raw = false;
  read = false;
  written = "";

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  setRawMode(raw: boolean): void {
    this.raw = raw;
  }

  setEncoding(): void {}

  resume(): void {
    this.read = true;
  }

  pause(): void {
    this.read = false;
  }

  type(text: string): void {
    this.emit("data", text);
  }

  /** What has been written since the last call. */
  take(): string {
    const text = this.written;
    this.written = "";
    return text;
  }

  /** As if nobody had ever been here: screen, cursor, line ends, keys. */
  get restored(): boolean {
    const ends = ["\x1b[?1049", "\x1b[?25", "\x1b[?7"].map((mode) => {
      return this.written.slice(this.written.lastIndexOf(mode) + mode.length)[0];
    });
    const listens = ["data", "resize", "end", "error"].some(
      (event) => this.listenerCount(event) > 0,
    );
    return ends.join("") === "lhh" && !this.raw && !this.read && !listens;
  }
}

const EVENTS = ["exit", "SIGINT", "SIGTERM", "SIGHUP", "SIGCONT"] as const;
const listeners = (): number[] => EVENTS.map((event) => process.listenerCount(event));

let peers: Peers;
let peer: Peer;
let window: Window;
let ended: Promise<unknown>;

async function start(): Promise<void> {
  const session = new Session(
    {
      ...{ peer, look: topView(), wish: FIRST_WISH, everyMs: 1000, limit: 1000 },
      ...{ program: "shop.js", style: styleFor({}, {}) },
    },
    window as unknown as NodeJS.WriteStream,
    window as unknown as ReadStream,
  );
  ended = session.run().catch((error) => error);
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(async () => {
  peers = new Peers();
  window = new Window();
  await peers.open(WELL);
  peer = await Peer.connect(find(undefined));
});
afterEach(async () => {
  peer.close();
  await peers.remove();
});

describe("every way out", () => {
  const ways: readonly [string, () => unknown, unknown][] = [
    ["q", () => window.type("q"), 0],
    ["Ctrl-C", () => window.type("\x03"), 130],
    ["SIGINT", () => process.emit("SIGINT", "SIGINT"), 130],
    ["SIGTERM", () => process.emit("SIGTERM", "SIGTERM"), 143],
    ["SIGHUP", () => process.emit("SIGHUP", "SIGHUP"), 129],
    ["the end of the terminal", () => window.emit("error", new Error("EIO")), 129],
    ["an orderly stop", () => peers.close(), "stopped"],
    ["an end without a word", () => peers.drop(), { code: "ERR_CLI_SYSTEM_DIED" }],
  ];

  test.each(ways)("%s leaves the terminal as it was", async (_name, leave, ending) => {
    const before = listeners();
    await start();
    expect(window.written).toContain("\x1b[?1049h\x1b[?25l");
    expect({ raw: window.raw, read: window.read, restored: window.restored }).toEqual({
      ...{ raw: true, read: true, restored: false },
    });
    leave();
    const what = await ended;
    if (typeof ending === "object") expect(what).toMatchObject(ending as object);
    else expect(what).toBe(ending);
    expect(window.restored).toBe(true);
    expect(listeners()).toEqual(before);
  });

  test("an error while drawing is one of them", async () => {
    Object.defineProperty(window, "rows", {
      get: () => {
        throw new Error("planted");
      },
    });
    await start();
    expect(await ended).toMatchObject({ message: "planted" });
    expect(window.restored).toBe(true);
  });

  test("so is the end of the process", async () => {
    await start();
    const [leave] = process.listeners("exit").slice(-1);
    leave?.(0);
    expect(window.raw).toBe(false);
    expect(window.take().endsWith("\x1b[?7h\x1b[?25h\x1b[?1049l")).toBe(true);
    window.type("q");
    await ended;
    // What was given back once is not touched again.
    expect(window.take()).toBe("");
  });
});

describe("on the way", () => {
  beforeEach(start);
  afterEach(async () => {
    window.type("q");
    await ended;
  });
  /** What follows each clearing of a row. */
  const rowsOf = (text: string): string[] =>
    text
      .split("\x1b[K")
      .slice(1)
      .map((row) => row.split("\x1b")[0]?.trimEnd() ?? "");

  test("only lines that change are drawn", () => {
    expect(rowsOf(window.take()).length).toBe(24);
    window.type("p");
    expect(rowsOf(window.take())).toEqual([expect.stringMatching(/^sabeam 0\.1\.0 .* paused$/)]);
    window.type("\x0c");
    expect(rowsOf(window.take()).length).toBe(24);
  });

  test("keys sort, filter, scroll, explain", () => {
    window.type("R");
    expect(window.take()).toContain("actors by rate: 5");
    window.type("/bank");
    const typed = window.take();
    expect(typed).toContain("/bank█");
    expect(typed).toContain('actors by rate, with "bank": 1');
    window.type("\r");
    expect(window.take()).toContain("q quit");
    window.type("?");
    expect(window.take()).toContain("the turn that runs");
  });

  test("another size is filled at once", () => {
    window.take();
    Object.assign(window, { columns: 60, rows: 12 });
    window.emit("resize");
    expect(rowsOf(window.take()).length).toBe(12);
  });

  test("t shows the tree, also while the screen is held", async () => {
    window.type("pt");
    await expect.poll(() => window.written).toContain("tree of actors: 9");
  });
});

describe("a key changes the wish", () => {
  const shown = { room: 10, rows: 35 };
  const wishAfter = (keys: readonly string[], first = FIRST_WISH): unknown =>
    keys.reduce<unknown>((wish, key) => press(wish as typeof first, key, shown), first);

  test.each([
    [["s"], { sort: "queued" }],
    [Array.from({ length: 11 }, () => "s"), { sort: "trouble" }],
    [["Q", "down", "T"], { sort: "trouble", offset: 0 }],
    [["down", "down", "up"], { offset: 1 }],
    [["page-down"], { offset: 9 }],
    [["end"], { offset: 25 }],
    [["end", "page-down", "home", "up"], { offset: 0 }],
    [["t"], { page: "tree" }],
    [["t", "t"], { page: "actors" }],
    [["?", "escape"], { page: "actors" }],
    [["?", "t"], { page: "tree" }],
    [["p"], { paused: true }],
    [["p", "space"], { paused: false }],
    [["/", "q", "Q", "space", "?"], { typing: true, filter: "qQ ?", sort: "trouble" }],
    [["/", "a", "取", "backspace", "enter"], { typing: false, filter: "a" }],
    [["/", "a", "enter", "escape"], { filter: "" }],
    [["/", "a", "escape"], { typing: false, filter: "" }],
    [["/", "a", "b", "ctrl-u", "c"], { filter: "c" }],
    [["/", "page-down"], { typing: true, offset: 9 }],
    [["x", "constructor", "toString"], FIRST_WISH],
  ])("%j", (keys, facts) => {
    expect(wishAfter(keys)).toMatchObject(facts);
  });

  test("a filter has a bound", () => {
    const long = wishAfter(["/", ...Array.from({ length: 100 }, () => "x")]);
    expect(long).toMatchObject({ filter: "x".repeat(60) });
  });

  test("what is no wish", () => {
    expect(wishAfter(["q"])).toBe("quit");
    expect(wishAfter(["/", "ctrl-c"])).toBe("interrupt");
    expect(wishAfter(["ctrl-z"])).toBe("suspend");
  });
});
