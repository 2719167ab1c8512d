/** Messages on the same thread: casts in a burst, and calls one by one and in a burst. */

import { startSystem } from "../../actors/index.ts";
import { Echo } from "./actors.ts";
import { awaited, type Case, type Cases } from "./case.ts";

/** Messages of a burst. */
const BURST = 1000;
const TIMES = 100;

export async function call(): Promise<Cases> {
  const system = await startSystem({ threads: 0, development: false });
  const echo = await system.spawn(Echo);
  const patient = echo.with({ timeout: 1000 });
  const burstOfCasts = async () => {
    for (let index = 0; index < BURST; index += 1) echo.cast.count();
    const counted = await echo.call.take();
    if (counted !== BURST) throw new Error(`${counted} of ${BURST} casts were handled`);
  };
  const burstOfCalls = () =>
    Promise.all(Array.from({ length: BURST }, (_, index) => echo.call.echo(index)));
  const cases: Case[] = [
    awaited("call", TIMES, () => echo.call.echo(1)),
    awaited("call with options", TIMES, () => patient.call.echo(1)),
    awaited("call that takes an object", TIMES, () => echo.call.echo({ id: 1, price: 12.5 })),
    { name: `cast, ${BURST} at once`, run: burstOfCasts, times: BURST },
    { name: `call, ${BURST} at once`, run: burstOfCalls, times: BURST },
  ];
  return { cases, close: () => system.stop() };
}
