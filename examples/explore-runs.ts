/** A program that asks who goes on is run again and again, until it fails. */

import { type Choices, exploreRuns, replayRun } from "../actors/sim/index.ts";

let account = 0;

/** Each `yield` is a place at which somebody else may go on. */
function* deposit(amount: number): Generator<void, void> {
  const before = account;
  yield;
  account = before + amount;
}

/** Runs both to their ends, as the choices say, and throws if money is missing. */
function bank(choices: Choices): void {
  account = 0;
  const names = ["Ann", "Bob"];
  const threads = [deposit(5), deposit(7)];
  const open = [0, 1];
  for (let last = -1; open.length > 0; ) {
    const what = open.map((index) => names[index]).join(" or ");
    // To go on with whoever ran last is preferred: everything else is a preemption.
    last = open[choices.choose(open.length, open.indexOf(last), what)] ?? 0;
    if (threads[last]?.next().done) open.splice(open.indexOf(last), 1);
  }
  if (account !== 12) throw new Error(`12 came in, and ${account} are there`);
}

const { executions, byPreemptions, failure } = await exploreRuns(bank, { preemptions: 2 });
console.log(executions, byPreemptions); //=> 3 [ 2, 1, 0 ]
console.log(String(failure?.error)); //=> Error: 12 came in, and 7 are there
for (const choice of failure?.trace ?? []) console.log(choice);
//=> Ann or Bob: 1 of 2
//=> Ann or Bob: 0 of 2, not 1
//=> Ann or Bob: 0 of 2
//=> Bob: 0 of 1

// The same choices lead to the same failure.
await replayRun(bank, failure?.choices ?? []).catch(({ message }) => console.log(message));
//=> 12 came in, and 7 are there
