/**
 * Stage: where a failure demo shows what happens: lines for people, or with `--json` nothing until
 * the end and then one object.
 */
import { setTimeout } from "node:timers/promises";
import { type Log, type System, type SystemOptions, startSystem } from "../../actors/index.ts";
import type { Console } from "../console.ts";
import type { Style } from "../style.ts";
import type { Promises } from "./promises.ts";
import { cut } from "./tree.ts";
import { wrap } from "./wrap.ts";

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What the runtime said, kept: a demo shows the parts that matter. */
const LOG_LINES_MAX = 10_000;
const TICK_MS = 250;
const PAUSE_MS = 700;

export interface StageOptions {
  readonly threads: number;
  readonly seconds: number;
  readonly seed: string;
  readonly json: boolean;
}

export class Stage {
  readonly console: Console;
  readonly threads: number;
  /** How long a demo that can go on for any time does. */
  readonly seconds: number;
  readonly seed: string;
  readonly #json: boolean;

  constructor(console: Console, { threads, seconds, seed, json }: StageOptions) {
    this.console = console;
    this.threads = threads;
    this.seconds = seconds;
    this.seed = seed;
    this.#json = json;
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

  /** A sentence or some, in as many lines as they need. */
  say(text: string, indent = "  "): void {
    this.lines(wrap(text, this.columns - indent.length), indent);
  }

  /** What the demo is called, and what is going to happen. */
  title(name: string, text: string): void {
    const title = `sabeam demo ${name}`;
    const [first = "", ...rest] = wrap(`${title}: ${text}`, this.columns);
    this.line(`${this.style.strong(title)}${first.slice(title.length)}`);
    this.lines(rest, "");
  }

  /** The headline of what comes next, after an empty line. */
  heading(text: string): void {
    this.line();
    this.lines(wrap(text, this.columns).map(this.style.strong), "");
  }

  /** Shows a line that changes, where there is a terminal, until the time is over. */
  async watch(ms: number, text: () => string | Promise<string>): Promise<void> {
    const { screen, now, interrupt } = this.console;
    const shows = screen.redraws && !this.#json;
    const start = now();
    for (let left = ms; left > 0; left = ms - (now() - start)) {
      const time = `${((now() - start) / 1000).toFixed(1)} s`;
      if (shows) screen.show(cut(`  ${time}  ${await text()}`, screen.columns));
      const wait = shows ? Math.min(TICK_MS, left) : left;
      await setTimeout(wait, undefined, { signal: interrupt.signal });
    }
    screen.clear();
  }

  /** Time to read, where somebody does. */
  async pause(ms: number = PAUSE_MS): Promise<void> {
    const { interactive, interrupt } = this.console;
    const wait = interactive && !this.#json ? ms : 0;
    await setTimeout(wait, undefined, { signal: interrupt.signal });
  }

  /** Acts in a system of its own, which is stopped however that ends. */
  async inSystem(
    options: SystemOptions,
    act: (system: System) => Promise<boolean>,
  ): Promise<boolean> {
    const { threads } = this;
    const system = await startSystem({ threads, development: false, signals: false, ...options });
    try {
      return await this.console.interrupt.race(act(system));
    } finally {
      await system.stop();
    }
  }

  /** The last words: what was promised, and whether it was kept. */
  verdict(promises: Promises, sentence: string): void {
    this.heading("what was promised");
    this.lines(promises.lines(this.style, this.columns - 2));
    this.line();
    const { all, kept } = promises;
    const broken = all.filter((one) => !one.kept).length;
    const count = kept ? `all ${all.length} promises` : `${broken} of ${all.length} promises`;
    const [mark, verb] = kept ? [this.style.good("✓"), "kept"] : [this.style.bad("✗"), "broken"];
    const [first = "", ...rest] = wrap(`${sentence} ${count} ${verb}.`, this.columns - 2);
    this.lines([`${mark} ${first}`, ...rest.map((line) => `  ${line}`)], "");
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
