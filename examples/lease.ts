/** A lease, its next holder, and a write of the former one that comes late. */

import { Fence } from "../actors/index.ts";
import { lease } from "../protocols/index.ts";

// The grantor's, on its own clock. A holder's clock may be 0.2 % slower.
const state = lease.create();

/** What a holder makes of the answer; `askedAt` is from before it asked, on the holder's clock. */
function ask(holder: string, now: number, askedAt: number): lease.Hold | undefined {
  const answer = lease.grant(state, holder, now, 15_000);
  return answer.type === "granted" ? lease.hold(answer.grant, askedAt) : undefined;
}

const ann = ask("ann", 1000, 70_000);
console.info(ann); //=> { token: 1, endsAt: 84969, isOver: false }
console.info(ask("bob", 2000, 500)); //=> undefined
console.info(ann && lease.usableForMs(ann, 80_000)); //=> 4969

// After 15 s somebody else gets it, with a higher token.
const bob = ask("bob", 16_000, 14_500);
console.info(bob?.token); //=> 2

// The resource looks at tokens. Ann had looked at its clock, stood still for 20 s, and writes now.
const fence = new Fence();
console.info(fence.accept(bob?.token ?? 0)); //=> true
console.info(fence.accept(ann?.token ?? 0)); //=> false
