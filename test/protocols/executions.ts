/** Random executions of a few members that send each other messages, and what caused what. */

import fc from "fast-check";

export const MEMBERS = ["a", "b", "c", "d"] as const;
export type Member = (typeof MEMBERS)[number];

export interface Happening {
  readonly member: Member;
  /** Index of the sending in the execution, for the receipt of a message. */
  readonly received: number | undefined;
  /** Indexes of all that could have caused it, and its own. */
  readonly knows: ReadonlySet<number>;
}

const step = fc.record({
  member: fc.constantFrom(...MEMBERS),
  // Which earlier event of another one is received as a message; beyond them: none.
  pick: fc.nat(60),
  isReceipt: fc.boolean(),
});

/** Messages are lost, come twice, late and in any order: each event may be received by anybody. */
export const executions: fc.Arbitrary<readonly Happening[]> = fc
  .array(step, { minLength: 1, maxLength: 40 })
  .map((steps) => {
    const happenings: Happening[] = [];
    const last = new Map<Member, Happening>();
    steps.forEach(({ member, pick, isReceipt }, index) => {
      const sent = isReceipt ? happenings[pick] : undefined;
      const received = sent === undefined || sent.member === member ? undefined : pick;
      const knows = new Set<number>([index, ...(last.get(member)?.knows ?? [])]);
      if (received !== undefined) for (const cause of sent?.knows ?? []) knows.add(cause);
      const happening = { member, received, knows };
      happenings.push(happening);
      last.set(member, happening);
    });
    return happenings;
  });

/** Whether the first could have caused the second: two different events of one execution. */
export function isCause(happenings: readonly Happening[], first: number, second: number): boolean {
  return first !== second && happenings[second]?.knows.has(first) === true;
}

/** Calls with all pairs of events. */
export function forPairs(count: number, look: (first: number, second: number) => void): void {
  for (let first = 0; first < count; first += 1) {
    for (let second = 0; second < count; second += 1) look(first, second);
  }
}
