/** Promises: what a demo claims, each of them checked while one looks on. Pure. */
import type { Style } from "../style.ts";
import { wrap } from "./wrap.ts";

export interface Kept {
  /** A whole sentence in few words: "every message is accounted for". */
  readonly promise: string;
  readonly kept: boolean;
  /** The figures behind it. */
  readonly detail: string;
}

export class Promises {
  readonly all: Kept[] = [];

  check(promise: string, kept: boolean, detail: string): void {
    this.all.push({ promise, kept, detail });
  }

  get kept(): boolean {
    return this.all.every(({ kept }) => kept);
  }

  /** One line each; the figures have one of their own where the window is narrow. */
  lines(style: Style, columns: number): string[] {
    return this.all.flatMap(({ promise, kept, detail }) => {
      const mark = kept ? style.good("✓") : style.bad("✗ broken:");
      const fits = promise.length + detail.length + 4 <= columns;
      if (fits) return [`${mark} ${promise}  ${style.faint(detail)}`];
      const details = wrap(detail, columns - 2).map((line) => `  ${style.faint(line)}`);
      return [`${mark} ${promise}`, ...details];
    });
  }
}
