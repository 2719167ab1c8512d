/**
 * Which actors end together: those of one thread, read from shared memory and asked of nobody.
 *
 * A report of a moment: actors are born and die while it is made. It costs some 0.2 µs for each
 * actor of the system, and 0.3 ms for the names.
 */

import type { Host } from "./host.ts";
import { known, wholeNumber } from "./options.ts";
import type { ThreadInfo } from "./thread-info.ts";
import type { AnyRef } from "./types.ts";

export interface DomainOptions {
  /** Actors that are listed of each thread, 0 to 10 000, default 20. */
  max?: number;
}

export interface DomainActor {
  readonly ref: AnyRef;
  readonly name: string | undefined;
}

/** A thread, and all that ends with it. */
export interface FailureDomain extends ThreadInfo {
  /** How many actors live there. */
  readonly actors: number;
  /** Those with names first, by name; then others, as far as `max` goes. */
  readonly listed: readonly DomainActor[];
  /** How many are not listed. */
  readonly more: number;
  /** How many of each definition, listed or not. */
  readonly definitions: Readonly<Record<string, number>>;
}

const LISTED_DEFAULT = 20;
const LISTED = { min: 0, max: 10_000 };

/** @throws InvalidOptions */
export function failureDomains(
  host: Host,
  threads: readonly ThreadInfo[],
  options: DomainOptions = {},
): FailureDomain[] {
  known("failureDomains", options, ["max"]);
  const max = wholeNumber("max", options.max ?? LISTED_DEFAULT, LISTED);
  const names = new Map(host.names.list().map(({ slot, name }) => [slot, name]));
  return threads.map((thread) => ({ ...thread, ...domainOf(host, thread.index, names, max) }));
}

type Found = Pick<FailureDomain, "actors" | "listed" | "more" | "definitions">;

function domainOf(
  host: Host,
  thread: number,
  names: ReadonlyMap<number, string>,
  max: number,
): Found {
  const { directory } = host.thread;
  const counts = new Map<number, number>();
  const named: number[] = [];
  const others: number[] = [];
  let actors = 0;
  for (const slot of directory.living(thread)) {
    actors += 1;
    const definition = directory.definition(slot);
    counts.set(definition, (counts.get(definition) ?? 0) + 1);
    if (names.has(slot)) named.push(slot);
    else if (others.length < max) others.push(slot);
  }
  const nameOf = (slot: number): string => names.get(slot) ?? "";
  named.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const listed = [...named, ...others].slice(0, max).flatMap((slot) => {
    const ref = host.phonebook.at(slot, directory.incarnation(slot));
    return ref === undefined ? [] : [{ ref, name: names.get(slot) }];
  });
  const definitions: Record<string, number> = {};
  for (const [id, count] of counts) {
    const name = host.phonebook.facts(id)?.name ?? "?";
    definitions[name] = (definitions[name] ?? 0) + count;
  }
  return { actors, listed, more: actors - listed.length, definitions };
}

/** @throws InvalidOptions */
export function dieTogether(host: Host, one: unknown, other: unknown): boolean {
  const { directory } = host.thread;
  const refs = [host.own("dieTogether", one), host.own("dieTogether", other)] as const;
  if (!refs.every(({ slot, incarnation }) => directory.isAlive(slot, incarnation))) return false;
  return refs[0].thread === refs[1].thread;
}
