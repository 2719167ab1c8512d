/**
 * Stage: where a failure demo shows what happens: lines for people, or with `--json` nothing until
 * the end and then one object.
 */
import { setTimeout } from "node:timers/promises";
import type { Log } from "../../actors/index.ts";
import type { Console } from "../console.ts";
import { grouped } from "../progress.ts";
import type { Style } from "../style.ts";

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What the runtime said, kept: a demo shows the parts that matter. */
const LOG_LINES_MAX = 10_000;
const TICK_MS = 100;

export class Stage {
  readonly console: Console;
  readonly threads: number;
  readonly #json: boolean;

  constructor(console: Console, options: { threads: number; json: boolean }) {
    this.console = console;
    this.threads = options.threads;
    this.#json = options.json;
  }

  get style(): Style {
    return this.console.style;
  }

  get columns(): number {
    return this.console.columns();
  }

  line(text = ""): void {
    if (!this.#json) this.console.line(text);
  }

  lines(texts: readonly string[], indent = "  "): void {
    for (const text of texts) this.line(`${indent}${text}`.trimEnd());
  }

  /** The headline of what comes next, after an empty line. */
  heading(text: string): void {
    this.line();
    this.line(this.style.strong(text));
  }

  /** Shows how many messages were handled, until the time is over or somebody has enough. */
  async watch(ms: number, handled: () => number): Promise<void> {
    const { screen, now, interrupt } = this.console;
    const start = now();
    for (let left = ms; left > 0; left = ms - (now() - start)) {
      const seconds = (now() - start) / 1000;
      const rate = grouped(handled() / Math.max(seconds, 1e-3));
      if (!this.#json) screen.show(`  ${grouped(handled())} messages, ${rate} a second`);
      await setTimeout(Math.min(TICK_MS, left), undefined, { signal: interrupt.signal });
    }
    screen.clear();
  }

  /** The end of the show: its facts, for programs. */
  facts(facts: object): void {
    if (this.#json) this.console.line(JSON.stringify(facts, null, 2));
  }
}

/** A log that keeps its lines, and those beyond the bound by number. */
export function keptLog(): { log: Log; lines: LogLine[]; omitted: () => number } {
  const lines: LogLine[] = [];
  let omitted = 0;
  const at =
    (level: keyof Log) =>
    (fields: object, message = ""): void => {
      if (lines.length < LOG_LINES_MAX) lines.push({ level, fields: { ...fields }, message });
      else omitted += 1;
    };
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { log, lines, omitted: () => omitted };
}

/** A time for people: `0.4 ms`, `12 ms`, `1.2 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
