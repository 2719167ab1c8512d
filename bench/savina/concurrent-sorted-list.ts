/** Concurrent sorted list: many actors add to one sorted list, search it, and ask for its size. */

import { List, User } from "./concurrent-sorted-list.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum: how many searches found something, and what the list holds at the end. */
export const run = program((system, size) => async () => {
  const users = size("actors");
  const list = await system.spawn(List, [], { thread: 1 });
  const total = await system.spawn(Total, [users], { near: list });
  const found = total.with(PATIENT).call.sum();
  for (let place = 0; place < users; place += 1) {
    const part = { users, place, seed: size("seed") + place };
    const user = await system.spawn(User, [list, total, part], { near: list });
    user.cast.begin(size("count"));
  }
  return (await found) + (await list.call.close());
});
