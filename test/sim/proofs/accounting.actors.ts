/** Actors of the proof of accounting: clerks send to each other what they are told to. */

import { defineActor, type Ref } from "../../../dist/actors/index.js";
import { type Books, loadOf } from "./books.ts";

const noted: { books: Books | undefined } = { books: undefined };

/** Where actors note what they send and handle, for one run. */
export function noteIn(books: Books): void {
  noted.books = books;
}

function books(): Books {
  if (noted.books === undefined) throw new Error("no run is under way");
  return noted.books;
}

export interface ClerkProtocol {
  take(number: number, load: string, bytes: number, fails: boolean): number;
  takeLater(number: number, load: string, bytes: number, ms: number): Promise<number>;
  relay(number: number, load: string, bytes: number, tasks: readonly Task[]): Promise<number>;
}

/** What is to be sent: to whom, how, how much, and how long it takes there. */
export interface Task {
  readonly to: Ref<ClerkProtocol>;
  readonly how: "cast" | "call" | "later" | "fail";
  readonly bytes: number;
  readonly ms: number;
}

/** Sends it in the name of somebody. */
export async function perform(from: string, { to, how, bytes, ms }: Task): Promise<void> {
  const call = (number: number): Promise<number> => {
    const load = loadOf(number, bytes);
    const { call } = to.with({ timeout: 50 + ms * 20 });
    return how === "call"
      ? call.take(number, load, bytes, false)
      : call.takeLater(number, load, bytes, ms);
  };
  if (how === "call" || how === "later") return books().calls(from, to, call);
  books().casts(from, to, (number) =>
    to.cast.take(number, loadOf(number, bytes), bytes, how === "fail"),
  );
}

export const Clerk = defineActor(import.meta.url, "Clerk", {
  init: () => ({ taken: 0 }),
  handlers: {
    take(self, number: number, load: string, bytes: number, fails: boolean): number {
      books().begins(number, self.ref, load, bytes);
      if (fails) throw new Error("the clerk fails");
      self.state.taken += 1;
      return number;
    },
    async takeLater(self, number: number, load: string, bytes: number, ms: number) {
      books().begins(number, self.ref, load, bytes);
      await new Promise((resolve) => setTimeout(resolve, ms));
      return number;
    },
    async relay(self, number: number, load: string, bytes: number, tasks: readonly Task[]) {
      books().begins(number, self.ref, load, bytes);
      const from = String(self.ref);
      for (const task of tasks) await perform(from, task);
      return number;
    },
  },
});
