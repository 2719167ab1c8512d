/** A worker that fails now and then, and the supervisor that starts it again. */

import { childSpec, defineActor, defineSupervisor } from "../actors/index.ts";

export const Flaky = defineActor(import.meta.url, "Flaky", {
  init: (_self, oddity: number) => ({ oddity, done: 0 }),
  handlers: {
    work(self, input: number) {
      if (input % self.state.oddity === 0) throw new RangeError(`${input} is too much`);
      self.state.done += 1;
      return `${input} is number ${self.state.done} since the start`;
    },
  },
});

// Up to three times within five seconds; after that it is no accident, and the supervisor gives up.
export const App = defineSupervisor(import.meta.url, "App", (oddity: number) => ({
  intensity: 3,
  period: 5000,
  children: [childSpec(Flaky, [oddity], { id: "flaky" })],
}));
