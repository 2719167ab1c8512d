/** The massacre as the demo deals with it: who is where, and what came of it all. */
import type { Ref, System } from "../../actors/index.ts";
import { type Arrivals, Books, type BooksProtocol } from "./books.ts";
import type { Kill } from "./killer.ts";
import {
  Box,
  type BoxProtocol,
  type Plot,
  Postman,
  type PostmanProtocol,
  Register,
  type RegisterProtocol,
  type Rise,
} from "./massacre.actors.ts";
import { until } from "./until.ts";

const BOXES_PER_THREAD = 2;
/** Until the last letter has arrived, and the last box works again. */
const END_TIMEOUT_MS = 10_000;

interface Parts {
  readonly books: Ref<BooksProtocol>;
  readonly register: Ref<RegisterProtocol>;
  readonly postmen: readonly Ref<PostmanProtocol>[];
  readonly boxes: readonly Ref<BoxProtocol>[];
  readonly plots: readonly Plot[];
}

export class Massacre {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param threads those that are killed */
  static async start(system: System, threads: readonly number[]): Promise<Massacre> {
    const here = { thread: 0 };
    const books = await system.spawn(Books, [], { ...here, label: "books" });
    const register = await system.spawn(Register, [], { ...here, label: "register" });
    const plots = threads
      .flatMap((thread) => Array<number>(BOXES_PER_THREAD).fill(thread))
      .map((thread, box): Plot => ({ box, thread }));
    // Nobody supervises them: the thread that takes over starts them again itself.
    const boxes = await Promise.all(
      plots.map(({ box, thread }) => system.spawn(Box, [box, books, register], { thread })),
    );
    const postmen = await Promise.all([
      system.spawn(Postman, [0], here),
      system.spawn(Postman, [1], { thread: "own" }),
    ]);
    return new Massacre({ books, register, postmen, boxes, plots });
  }

  get boxes(): number {
    return this.#parts.boxes.length;
  }

  begin(): void {
    for (const postman of this.#parts.postmen) postman.cast.begin(this.#parts.boxes);
  }

  /** Nothing new from now on; settles when all has arrived that will, and tells what was sent. */
  async end(): Promise<{ sent: number; arrivals: Arrivals }> {
    const { postmen, books, plots } = this.#parts;
    const all = await Promise.all(postmen.map((postman) => postman.call.stop()));
    const sent = plots.map(({ box }) => all.map((counts) => counts[box] ?? 0));
    const account = (): Promise<Arrivals> => books.call.account(sent);
    await until(async () => (await account()).missing === 0, END_TIMEOUT_MS);
    const total = sent.flat().reduce((sum, count) => sum + count, 0);
    return { sent: total, arrivals: await account() };
  }

  /** What followed each kill, for each box of that thread. */
  async recoveries(kills: readonly Kill[]): Promise<(number | undefined)[]> {
    const { register, plots } = this.#parts;
    let recoveries: (number | undefined)[] = [];
    await until(async () => {
      recoveries = recoveriesOf(kills, await register.call.rises(), plots);
      return !recoveries.includes(undefined);
    }, END_TIMEOUT_MS);
    return recoveries;
  }
}

/**
 * Microseconds from each kill to the first message that each box of the thread handled in a life
 * that began behind it; undefined: there was none. Killed again before that, it takes longer.
 */
export function recoveriesOf(
  kills: readonly Kill[],
  rises: readonly Rise[],
  plots: readonly Plot[],
): (number | undefined)[] {
  return kills.flatMap(({ thread, atUs }) =>
    plots
      .filter((plot) => plot.thread === thread)
      .map(({ box }) => {
        const next = rises.find((rise) => rise.box === box && rise.bornUs > atUs);
        return next === undefined ? undefined : next.roseUs - atUs;
      }),
  );
}
