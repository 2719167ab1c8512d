/** Computes one part of the area. */

import { defineActor, type Ref } from "../../actors/index.ts";

export const Worker = defineActor(import.meta.url, "Worker", {
  init: (_self, total: Ref<{ report(value: number): void }>) => ({ total }),
  handlers: {
    /** Reports in millionths, since the last digits of `sin` and `exp` differ between libraries. */
    integrate(self, left: number, width: number, pieces: number): void {
      let area = 0;
      for (let piece = 0; piece < pieces; piece += 1) {
        const from = left + piece * width;
        area += (value(from) + value(from + width)) * width * 0.5;
      }
      self.state.total.cast.report(Math.round(area * 1e6));
      self.stop();
    },
  },
});

/** The suite's function. */
function value(x: number): number {
  return (Math.sin(x * x * x - 1) / (x + 1)) * Math.sqrt(1 + Math.exp(Math.sqrt(2 * x)));
}
