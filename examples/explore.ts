/** All orders of a small program: who goes to sleep beside its work, and how it comes to that. */

import { explore, type Program, type Step } from "../actors/sim/index.ts";

interface State {
  readonly work: boolean;
  /** What each of the two does next. */
  readonly sleeper: "look" | "lie down" | "sleep" | "work";
  readonly waker: "bring work" | "ring" | "go home";
}

function doorbell(looksAgain: boolean): Program<State> {
  return {
    initial: { work: false, sleeper: "look", waker: "bring work" },
    steps: (state) => {
      const { work, sleeper, waker } = state;
      const steps: Step<State>[] = [];
      const may = (label: string, change: Partial<State>): void => {
        steps.push({ label, next: { ...state, ...change } });
      };
      if (sleeper === "look") may("it looks", { sleeper: work ? "work" : "lie down" });
      if (sleeper === "lie down") {
        may("it lies down", { sleeper: looksAgain && work ? "work" : "sleep" });
      }
      if (waker === "bring work") may("work comes", { work: true, waker: "ring" });
      if (waker === "ring") {
        // Nobody hears it who is not asleep yet.
        may("it rings", { waker: "go home", sleeper: sleeper === "sleep" ? "work" : sleeper });
      }
      return steps;
    },
    invariant: () => undefined, // what must hold in each state
    terminalCheck: ({ sleeper }) => (sleeper === "sleep" ? "it sleeps beside its work" : undefined),
    key: ({ work, sleeper, waker }) => [work, sleeper, waker].join(),
  };
}

const { violation } = explore(doorbell(false), { order: "breadth" });
console.log(violation?.what); //=> it sleeps beside its work
console.log(violation?.trace.join(", ")); //=> it looks, work comes, it rings, it lies down

const { states, ends } = explore(doorbell(true));
console.log(states, ends); //=> 10 1
