/** Bank transaction: a teller orders transfers; an account waits until the other has the money. */

import { Account, Teller } from "./bank-transaction.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum is each account's place times what is on it at the end. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [size("actors")], { thread: 1 });
  const accounts = await Promise.all(
    Array.from({ length: size("actors") }, (_, place) =>
      system.spawn(Account, [place, total], { near: total }),
    ),
  );
  const teller = await system.spawn(Teller, [accounts, size("seed")], { near: total });
  await teller.with(PATIENT).call.serve(size("count"));
  const sum = total.with(PATIENT).call.sum();
  for (const account of accounts) account.cast.close();
  return sum;
});
