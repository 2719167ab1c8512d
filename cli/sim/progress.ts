/** Progress: one line that changes where somebody looks, a line now and then where nobody does. */

import type { Console } from "../console.ts";
import { clip } from "../width.ts";
import { clock, duration, whole } from "./amounts.ts";
import type { SimOptions } from "./options.ts";
import { AMOUNTS, type Amount, type Sums } from "./tally.ts";

/** Between two looks of a terminal, and two lines elsewhere. */
const DRAWN_MS = 200;
const PLAIN_MS = 10_000;
const MINUTE_MS = 60_000;
/** In words of their own. */
const TOLD: readonly Amount[] = ["messages", "virtualMs"];

export class Progress {
  readonly #console: Console;
  readonly #line: () => string;
  #timer: NodeJS.Timeout | undefined;

  constructor(console: Console, line: () => string) {
    this.#console = console;
    this.#line = line;
  }

  begin(): void {
    const { terminal } = this.#console;
    if (terminal === undefined) {
      this.#timer = setInterval(() => this.#console.line(this.#line()), PLAIN_MS);
    } else this.#timer = setInterval(() => this.#draw(), DRAWN_MS);
  }

  /** Something else is written, above it. */
  interrupt(write: () => void): void {
    this.#clear();
    write();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    const { terminal, columns, style } = this.#console;
    terminal?.write(`\r\x1b[K${style.faint(clip(this.#line(), columns - 1))}`);
  }

  #clear(): void {
    this.#console.terminal?.write("\r\x1b[K");
  }
}

/**
 * `2:31 of 8:00  412 of 1000 seeds · 1 failed · 3.2 h simulated · 310 000 messages/s`
 *
 * @param shrinking failed seeds for which fewer faults are looked for.
 */
export function progressLine(
  sums: Sums,
  { seeds: most, minutes }: Pick<SimOptions, "seeds" | "minutes">,
  tookMs: number,
  shrinking: Iterable<string> = [],
): string {
  const { seeds, failed, coverage } = sums;
  const speed = tookMs === 0 ? 0 : (coverage.messages * 1000) / tookMs;
  const limit = minutes === undefined ? "" : ` of ${clock(minutes * MINUTE_MS)}`;
  const wanted = most === undefined ? "" : ` of ${whole(most)}`;
  const covered = AMOUNTS.filter(([amount]) => !TOLD.includes(amount) && coverage[amount] > 0);
  return [
    `${clock(tookMs)}${limit}  ${whole(seeds)}${wanted} seeds`,
    `${whole(failed)} failed`,
    ...[...shrinking].map((seed) => `seed ${seed} fails, looking for fewer faults`),
    `${duration(coverage.virtualMs)} simulated`,
    `${whole(speed)} messages/s`,
    ...covered.map(([amount, name]) => `${whole(coverage[amount])} ${name}`),
  ].join(" · ");
}
