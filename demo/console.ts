/**
 * Console: everything the commands need from the process they run in.
 *
 *     results → stdout        progress and errors → stderr        questions ← stdin
 */
import { inspect } from "node:util";
import type { Log } from "../actors/index.ts";
import { Interrupt } from "./interrupt.ts";
import { Screen } from "./screen.ts";
import { type Style, styleFor } from "./style.ts";

const COLUMNS_DEFAULT = 100;

export interface Console {
  screen: Screen;
  style: Style;
  interrupt: Interrupt;
  /** Somebody sits in front of it and can be asked. */
  interactive: boolean;
  /** Width of the results. */
  columns(): number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Writes one line of a result. */
  line(text?: string): void;
  /** What the runtime has to say, without a progress line in between. */
  log: Log;
}

/** The console of this process, with its signals and its cursor in our hands. Make one. */
export function openConsole(): Console {
  const { stdin, stdout, stderr, env } = process;
  const now = (): number => performance.now();
  const screen = new Screen(stderr, now, env.TERM);
  const interrupt = new Interrupt();
  interrupt.listen((exitCode) => process.exit(exitCode));
  // However it ends: a terminal without a cursor is no way to leave it.
  process.on("exit", () => screen.clear());
  return {
    screen,
    style: styleFor(stdout, env),
    interrupt,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    columns: () => stdout.columns || COLUMNS_DEFAULT,
    now,
    line(text = "") {
      screen.clear();
      stdout.write(`${text}\n`);
    },
    log: warningsOnly((text) => {
      // What fails because we stop is no news: actors that work find their receivers gone.
      if (interrupt.signal.aborted) return;
      screen.clear();
      stderr.write(`${text}\n`);
    }),
  };
}

function warningsOnly(write: (text: string) => void): Log {
  const ignore = (): void => undefined;
  const line = (fields: object, message = ""): void => {
    const facts = inspect(fields, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200 });
    write(`sabeam: ${message} ${facts}`);
  };
  return { debug: ignore, info: ignore, warn: line, error: line };
}
