/**
 * What trace contexts cost: the same messages without a port, and with the smallest one, within a
 * context of 55 characters. Only what the runtime adds; a real port makes spans besides.
 */

import { type Ref, startSystem } from "../../actors/index.ts";
import { Echo } from "./actors.ts";
import { awaited, type Case, type Cases } from "./case.ts";
import { url, within } from "./port.ts";

interface EchoProtocol {
  count(): void;
  take(): number;
  echo(value: unknown): unknown;
}

/** Casts of a burst: few enough for any ring. */
const BURST = 1000;
const TIMES = 100;

export async function trace(): Promise<Cases> {
  const off = await startSystem({ threads: 1, development: false });
  const on = await startSystem({ threads: 1, development: false, trace: url });
  const cases: Case[] = [];
  for (const [system, port] of [
    [off, "off"],
    [on, "on"],
  ] as const) {
    const here = await system.spawn(Echo, [], { thread: 0 });
    const there = await system.spawn(Echo, [], { thread: 1 });
    cases.push(
      casts(`cast, ${port}`, here),
      calls(`call, ${port}`, here),
      casts(`cast across threads, ${port}`, there),
      calls(`call across threads, ${port}`, there),
    );
  }
  const close = async () => {
    await off.stop();
    await on.stop();
  };
  return { cases, close };
}

function casts(name: string, echo: Ref<EchoProtocol>): Case {
  const burst = async () => {
    for (let index = 0; index < BURST; index += 1) echo.cast.count();
    const counted = await echo.call.take();
    if (counted !== BURST) throw new Error(`${counted} of ${BURST} casts were handled`);
  };
  return { name, run: () => within(burst), times: BURST };
}

function calls(name: string, echo: Ref<EchoProtocol>): Case {
  const { run, times } = awaited(name, TIMES, () => echo.call.echo(1));
  return { name, run: () => within(run), times: times ?? 1 };
}
