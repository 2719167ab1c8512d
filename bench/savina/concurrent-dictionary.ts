/** Concurrent dictionary: many actors read and write one dictionary, which serves one at a time. */

import { Dictionary, User } from "./concurrent-dictionary.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum: what readers were told about their keys, and what the dictionary holds at last. */
export const run = program((system, size) => async () => {
  const [users, keys] = [size("actors"), size("keys")];
  const dictionary = await system.spawn(Dictionary, [keys], { thread: 1 });
  const near = { near: dictionary };
  const total = await system.spawn(Total, [users], near);
  const sum = total.with(PATIENT).call.sum();
  for (let place = 0; place < users; place += 1) {
    const part = { keys, users, place, seed: size("seed") + place };
    const user = await system.spawn(User, [dictionary, total, part], near);
    user.cast.begin(size("count"));
  }
  return (await sum) + (await dictionary.call.close());
});
