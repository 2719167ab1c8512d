/** What checkers of single messages found: the first ones by name, all by number. */

import { shown } from "./plain.ts";

export interface Finding<Problem extends string> {
  readonly message: string | number;
  readonly problem: Problem;
}

const PROBLEMS_MAX = 100;
/** Those that the text names. */
const LINES_MAX = 10;

export class Findings<Problem extends string> {
  readonly problems: Finding<Problem>[] = [];
  problemCount = 0;

  add(message: string | number, problem: Problem): void {
    this.problemCount += 1;
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ message, problem });
  }

  get verdict(): "ok" | "violation" {
    return this.problemCount === 0 ? "ok" : "violation";
  }

  text(what: string, summary: string): string {
    if (this.problemCount === 0) return `${what}: ${summary}`;
    const lines = this.problems
      .slice(0, LINES_MAX)
      .map(({ message, problem }) => `  ${shown(message)}: ${problem}`);
    const more = this.problemCount - lines.length;
    if (more > 0) lines.push(`  … and ${more} more`);
    return [`not ${what}: ${summary}`, ...lines].join("\n");
  }
}
