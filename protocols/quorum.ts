/** How many votes decide. Exact integers only. */

/** The smallest number of members of which any two groups share one: ⌊n/2⌋ + 1. */
export function majority(members: number): number {
  return Math.floor(members / 2) + 1;
}
