/** Votes so far, and whether any further vote can change what they come to. */

import {
  byzantine,
  jointOf,
  majorityOf,
  outcome,
  thresholdOf,
  weightedOf,
} from "../protocols/index.ts";

const three = ["ann", "bob", "cid"];
const votes = new Map([
  ["ann", true],
  ["bob", true],
]);

// Whoever has not voted can change nothing any more, or can.
console.info(outcome(majorityOf(three), votes)); //=> won
console.info(outcome(thresholdOf(three, "2/3"), votes)); //=> won
console.info(outcome(thresholdOf(three, 0.67), votes)); //=> pending

// By weight: cid has 3 of 6, and without cid there is no more than half.
const shares = weightedOf([
  ["ann", 1],
  ["bob", 2],
  ["cid", 3],
]);
console.info(outcome(shares, votes)); //=> pending
console.info(outcome(shares, new Map([["cid", false]]))); //=> lost

// While cid is replaced by dan and eve, it takes more than half of both.
const both = jointOf(majorityOf(three), majorityOf(["ann", "bob", "dan", "eve"]));
console.info(outcome(both, votes)); //=> pending
console.info(outcome(both, votes.set("eve", true))); //=> won

// So many that two groups share an honest member, although one of five lies.
console.info(byzantine(5, 1)); //=> 4
