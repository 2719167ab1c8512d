/**
 * Session: a screen that goes on until a key, a signal, or the system itself ends it.
 *
 *     views of the peer ──┐
 *     keys, resize ───────┼──► wish, look ──► screen.ts ──► terminal.ts
 *     a clock ────────────┘
 */

import { constants } from "node:os";
import type { ReadStream } from "node:tty";
import { LISTED_MAX, type Want } from "../../runtime/index.ts";
import type { Key } from "../keys.ts";
import type { Peer } from "../look/peer.ts";
import type { Look } from "../look/told.ts";
import type { Style } from "../style.ts";
import { Terminal } from "../terminal.ts";
import type { ExitCode } from "../verb.ts";
import { time } from "./amounts.ts";
import { screen } from "./screen.ts";
import { press, type Shown, type Wish } from "./wish.ts";

export interface SessionOptions {
  readonly peer: Peer;
  /** The first one has come before there is a screen. */
  readonly look: Look;
  readonly wish: Wish;
  readonly everyMs: number;
  /** Actors to list at most. */
  readonly limit: number;
  readonly program: string | undefined;
  readonly style: Style;
}

/** "interrupt" is Ctrl-C; "stopped": the system was stopped in order. */
export type Ending = ExitCode | "stopped";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Listed while nobody scrolls far: as many as a screen shows, and some. */
const LISTED = 200;
/** So much later than expected a view may come before the screen says so. */
const LATE_MS = 2000;
const CLOCK_MS = 1000;
const HUNG_UP = 128 + constants.signals.SIGHUP;
const INTERRUPTED = 128 + constants.signals.SIGINT;

export class Session {
  readonly #options: SessionOptions;
  readonly #terminal: Terminal;
  #look: Look;
  #wish: Wish;
  #asked = "";
  #shown: Shown = { room: 1, rows: 1 };
  #heardMs = performance.now();
  #finish: (ending: Ending) => void = () => {};

  constructor(options: SessionOptions, output: NodeJS.WriteStream, input: ReadStream) {
    this.#options = options;
    this.#look = options.look;
    this.#wish = options.wish;
    this.#terminal = new Terminal(output, input, {
      onKey: (key) => this.#press(key),
      onGone: () => this.#finish(HUNG_UP),
      onResize: () => this.#draw(),
    });
  }

  /** Settles at the end; the terminal is then as it was. Rejects with what ended the peer. */
  async run(): Promise<Ending> {
    const ended = new Promise<Ending>((resolve) => {
      this.#finish = resolve;
    });
    const onSignal = (signal: NodeJS.Signals): void => {
      this.#finish(128 + constants.signals[signal]);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    const clock = setInterval(() => this.#draw(), CLOCK_MS);
    try {
      this.#terminal.open();
      this.#draw();
      this.#ask();
      return await Promise.race([ended, this.#listen()]);
    } finally {
      this.#terminal.close();
      clearInterval(clock);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    }
  }

  async #listen(): Promise<Ending> {
    for (;;) {
      const look = await this.#options.peer.view();
      if (look === undefined) return "stopped";
      this.#heardMs = performance.now();
      // Whoever holds the screen still may go on to the other page.
      if (this.#wish.paused && look.type === this.#look.type) continue;
      this.#look = look;
      this.#draw();
    }
  }

  #press(key: Key): void {
    const pressed = press(this.#wish, key, this.#shown);
    switch (pressed) {
      case "quit":
        return this.#finish(0);
      case "interrupt":
        return this.#finish(INTERRUPTED);
      case "suspend":
        return this.#terminal.suspend();
      case "redraw":
        this.#terminal.redraw();
        return this.#draw();
      default:
        this.#wish = pressed;
        this.#ask();
        this.#draw();
    }
  }

  /** Asks the peer for what is to be seen now, unless it is what was asked for last. */
  #ask(): void {
    const { page, sort, filter, offset } = this.#wish;
    const { peer, everyMs, limit } = this.#options;
    if (page === "help") return;
    const max = Math.min(limit, offset > LISTED / 2 || page === "tree" ? LISTED_MAX : LISTED);
    const want: Want =
      page === "tree"
        ? { want: "tree", max, everyMs }
        : { want: "top", max, by: sort, like: filter, everyMs };
    const asked = JSON.stringify(want);
    if (asked === this.#asked) return;
    this.#asked = asked;
    peer.want(want);
  }

  #draw(): void {
    const { peer, program, style } = this.#options;
    const { columns, rows } = this.#terminal;
    const setting = { hello: peer.hello, program, style, columns };
    const drawn = screen(this.#look, this.#wish, setting, rows, this.#notice());
    this.#shown = drawn;
    this.#terminal.draw(drawn.lines);
  }

  #notice(): string {
    const silentMs = performance.now() - this.#heardMs;
    if (silentMs > this.#options.everyMs + LATE_MS) {
      return `no answer for ${time(Math.floor(silentMs / 1000) * 1e6)}`;
    }
    return this.#wish.paused ? "paused" : "";
  }
}
