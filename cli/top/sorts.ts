/**
 * Sorts: the orders of the list of actors, each with the key that chooses it and the column that
 * shows it; and filters.
 *
 * The system sorts and filters all its actors, and sends the first ones. The same is done here once
 * more with what was sent, so that a key acts at once, also while the screen is held still.
 */

import type { ActorView, TopOrder } from "../../runtime/index.ts";

export interface Sort {
  readonly name: TopOrder;
  readonly letter: string;
  /** Title of the column. */
  readonly title: string;
  /** The larger the nearer to the top; undefined: as they came. */
  readonly score: ((actor: ActorView) => number | undefined) | undefined;
}

const BY: Readonly<Record<TopOrder, Omit<Sort, "name">>> = {
  trouble: { letter: "T", title: "ACTOR", score: undefined },
  queued: { letter: "Q", title: "QUEUED", score: ({ queued }) => queued },
  rate: { letter: "R", title: "RATE", score: ({ rate }) => rate },
  mean: { letter: "M", title: "MEAN", score: ({ meanUs }) => meanUs },
  longest: { letter: "L", title: "LONGEST", score: ({ longestUs }) => longestUs },
  busy: { letter: "B", title: "BUSY", score: ({ busy }) => busy },
  restarts: { letter: "S", title: "RESTARTS", score: ({ restarts }) => restarts },
  running: { letter: "N", title: "NOW", score: ({ running }) => running?.ms },
  growth: { letter: "G", title: "QUEUED", score: ({ growth }) => growth },
  handled: { letter: "D", title: "HANDLED", score: ({ handled }) => handled },
  age: { letter: "A", title: "AGE", score: ({ ageMs }) => ageMs },
};

/** In the order in which `s` goes through them. */
export const SORTS: readonly Sort[] = (Object.keys(BY) as TopOrder[]).map((name) => ({
  name,
  ...BY[name],
}));

export function titleOf(name: TopOrder): string {
  return BY[name].title;
}

export function sorted(actors: readonly ActorView[], name: TopOrder): readonly ActorView[] {
  const { score } = BY[name];
  if (score === undefined) return actors;
  const rank = (actor: ActorView): number => score(actor) ?? Number.NEGATIVE_INFINITY;
  // Not by a difference: that of two infinities is no number.
  return actors.toSorted((one, other) => {
    const [first, second] = [rank(one), rank(other)];
    return first === second ? 0 : first > second ? -1 : 1;
  });
}

/** Those that have the text in their address or name, whatever its case. */
export function filtered<T extends ActorView>(actors: readonly T[], filter: string): readonly T[] {
  if (filter === "") return actors;
  const wanted = filter.toLowerCase();
  return actors.filter(({ address, name = "" }) =>
    `${address} ${name}`.toLowerCase().includes(wanted),
  );
}
