/** The same program with many seeds: what tests find once in a while, a seed finds again. */

import { SimulationFailed } from "../actors/sim/index.ts";
import { bank } from "./simulate.bank.ts";

const careful = bank("move");
for (let seed = 1; seed <= 50; seed += 1) await careful.run(seed);
console.log("50 seeds, and no money is lost"); //=> 50 seeds, and no money is lost

const careless = bank("carelessly");
async function firstFailure(): Promise<SimulationFailed> {
  for (let seed = 1; ; seed += 1) {
    try {
      await careless.run(seed);
    } catch (error) {
      if (error instanceof SimulationFailed) return error;
      throw error;
    }
  }
}

const failed = await firstFailure();
console.log(String(failed.cause)); //=> Error: the bank has lost money, or made some
console.log(failed.report.includes("a/1 Account<")); //=> true
// The same seed is the same run, step by step, on every machine.
const same = { faults: failed.plan, shrink: false } as const;
const again = await careless.run(failed.seed, same).catch((error) => error);
console.log(again.hash === failed.hash); //=> true
