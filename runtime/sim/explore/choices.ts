/**
 * What one run of a program was asked to choose, and how a run is led the same way again.
 *
 *     choice ──parent──► choice ──parent──► … first choice        runs share how they begin
 *
 * A run follows given choices first (`Lead`). From there on it takes what is preferred, else the
 * first.
 */

import { type Asked, InvalidExploration, NotDeterministic, TooManyChoices } from "./errors.ts";

/** What a program asks at each point where it could go on in several ways. */
export interface Choices {
  /**
   * Says which of `count` possible ways the program goes, from 0 to `count` - 1.
   *
   * `preferred` is the way that needs no reason: the thread that ran last, if it still can. Every
   * other one is a *preemption* then. -1 where none is: all ways are free, as when the thread that
   * ran last waits for something or has ended.
   *
   * `what` says what there is to choose, the same each time the same choices have led here.
   */
  choose(count: number, preferred: number, what: string): number;
}

/** There is no preferred way. */
export const NONE = -1;

/** One choice of a run, which knows those before it. */
export interface Choice extends Asked {
  readonly parent: Choice | undefined;
  readonly taken: number;
  /** So many of the choices up to this one are preemptions. */
  readonly preemptions: number;
}

/** The choices that lead up to this one, from the first on. */
export function wayTo(last: Choice | undefined): Choice[] {
  const way: Choice[] = [];
  for (let choice = last; choice !== undefined; choice = choice.parent) way.push(choice);
  return way.reverse();
}

/** The same choice, with another way taken. */
export function instead({ parent, count, preferred, what }: Choice, taken: number): Choice {
  return { parent, count, preferred, what, taken, preemptions: costOf(parent, preferred, taken) };
}

function costOf(parent: Choice | undefined, preferred: number, taken: number): number {
  return (parent?.preemptions ?? 0) + (preferred !== NONE && taken !== preferred ? 1 : 0);
}

/** A choice to take again: a number alone, or with all that was asked at that time. */
export type Lead = number | Choice;

/** Leads one run, and notes what it was asked. */
export class LedChoices implements Choices {
  readonly #lead: readonly Lead[];
  readonly #choicesMax: number;
  #last: Choice | undefined;
  #count = 0;
  #wrong: NotDeterministic | TooManyChoices | undefined;
  #over = false;

  constructor(lead: readonly Lead[], choicesMax: number) {
    this.#lead = lead;
    this.#choicesMax = choicesMax;
  }

  /** The last choice of this run so far. */
  get last(): Choice | undefined {
    return this.#last;
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  choose(count: number, preferred: number, what: string): number {
    this.#check(count, preferred, what);
    // Whoever goes on after an error is told again, and does not choose.
    if (this.#wrong !== undefined) throw this.#wrong;
    const at = this.#count;
    if (at === this.#choicesMax) {
      throw (this.#wrong = new TooManyChoices(this.#choicesMax, what));
    }
    const lead = this.#lead[at];
    if (lead !== undefined && !fits(lead, count, preferred, what)) {
      throw (this.#wrong = new NotDeterministic(at, askedBy(lead), { count, preferred, what }));
    }
    const given = typeof lead === "number" ? lead : lead?.taken;
    const taken = given ?? Math.max(preferred, 0);
    const preemptions = costOf(this.#last, preferred, taken);
    this.#last = { parent: this.#last, count, preferred, what, taken, preemptions };
    this.#count += 1;
    return taken;
  }

  #check(count: number, preferred: number, what: string): void {
    if (this.#over) {
      throw new InvalidExploration(
        `a run that is over asks for a choice (${what})`,
        "await all that it starts",
      );
    }
    if (!Number.isInteger(count) || count < 1) {
      throw new InvalidExploration(`${what}: ${count} ways`, "there must be one at least");
    }
    if (!Number.isInteger(preferred) || preferred < NONE || preferred >= count) {
      const ways = `it must be from 0 to ${count - 1}, or -1 for none`;
      throw new InvalidExploration(`${what}: way ${preferred} is preferred`, ways);
    }
  }

  /** The run is over. Fails if it swallowed an error of its choices, or did not come so far. */
  end(): void {
    this.#over = true;
    if (this.#wrong !== undefined) throw this.#wrong;
    const lead = this.#lead[this.#count];
    if (lead !== undefined) throw new NotDeterministic(this.#count, askedBy(lead), undefined);
  }
}

function fits(lead: Lead, count: number, preferred: number, what: string): boolean {
  if (typeof lead === "number") return lead >= 0 && lead < count;
  return lead.count === count && lead.preferred === preferred && lead.what === what;
}

function askedBy(lead: Lead): Asked | number {
  if (typeof lead === "number") return lead;
  const { count, preferred, what } = lead;
  return { count, preferred, what };
}
