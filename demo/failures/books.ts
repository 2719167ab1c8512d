/**
 * Books: what has arrived of numbered letters, kept where no thread dies.
 *
 *     sender 0, 1, … ── put(sender, number) ──▶ a box that survives ── arrived ──▶ Books, on main
 *
 * Each sender numbers its letters to each box from 0 on, so what is missing has a number, and what
 * came twice or out of turn is seen.
 */
import { defineActor, type Self } from "../../actors/index.ts";
import { Tally } from "./storm.tally.ts";

/** What became of the letters that were sent. */
export interface Arrivals {
  readonly arrived: number;
  /** Sent, and have not arrived. */
  readonly missing: number;
  /** Arrived once more: their turn had been cut off by the death of its thread. */
  readonly again: number;
  /** For the first time, but behind a higher number of the same sender. */
  readonly disorder: number;
  /** How often one of them was handled, at most. */
  readonly most: number;
}

export interface BooksProtocol {
  arrived(box: number, sender: number, number: number): void;
  /** @param sent how many each sender has sent to each box: `sent[box][sender]` */
  account(sent: readonly (readonly number[])[]): Arrivals;
}

interface Page {
  readonly tally: Tally;
  last: number;
}

type Totals = { -readonly [Key in Exclude<keyof Arrivals, "missing">]: number };

function pageOf({ local }: Pick<Self<Totals>, "local">, box: number, sender: number): Page {
  const pages = local.pages as Map<string, Page>; // `init` has put them there.
  const key = `${box} ${sender}`;
  const page = pages.get(key) ?? { tally: new Tally(), last: -1 };
  pages.set(key, page);
  return page;
}

export const Books = defineActor(import.meta.url, "Books", {
  init(self): Totals {
    self.local.pages = new Map<string, Page>();
    return { arrived: 0, again: 0, disorder: 0, most: 0 };
  },
  handlers: {
    arrived(self, box: number, sender: number, number: number): void {
      const { state } = self;
      const page = pageOf(self, box, sender);
      page.tally.count(number);
      const times = page.tally.of(number);
      state.most = Math.max(state.most, times);
      if (times > 1) state.again += 1;
      else {
        state.arrived += 1;
        if (number < page.last) state.disorder += 1;
        page.last = Math.max(page.last, number);
      }
    },
    account(self, sent: readonly (readonly number[])[]): Arrivals {
      const total = sent.flat().reduce((sum, count) => sum + count, 0);
      const forged = sent.some((counts, box) =>
        counts.some((count, sender) => pageOf(self, box, sender).tally.size > count),
      );
      // A number that nobody has given out leaves nothing to be said about the others.
      const missing = forged ? Number.NaN : total - self.state.arrived;
      return { ...self.state, missing };
    },
  },
});
