/** Cigarette smokers: an arbiter hands out what one smoker lacks, who smokes before the next. */

import { Arbiter, Smoker } from "./cigarette-smokers.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum is the sum of what came of the smoking. */
export const run = program((system, size) => async () => {
  const smokers = size("actors");
  const total = await system.spawn(Total, [smokers], { thread: 1 });
  const sum = total.with(PATIENT).call.sum();
  const all = await Promise.all(
    Array.from({ length: smokers }, () => system.spawn(Smoker, [total], { near: total })),
  );
  const arbiter = await system.spawn(Arbiter, [all, size("seed")], { near: total });
  arbiter.cast.begin(size("count"));
  return sum;
});
