/** Goal: steps take what the handlers take, and give what they give. */

import type { Ref } from "../../dist/actors/index.js";
import {
  type CallEffect,
  type Effect,
  type OpenCall,
  stepper,
  stub,
  transcript,
} from "../../dist/actors/testkit/index.js";
import { Counter } from "./definitions.ts";
import { type Equal, is } from "./equal.ts";
import { Ping, type PingProtocol } from "./ping.ts";
import type { PongProtocol } from "./pong.ts";

export async function steps(call: CallEffect): Promise<void> {
  const step = stepper(Counter, [10], { seed: 7, name: "hits" });
  is<Equal<ReturnType<typeof step.call.add>, number>>();
  is<Equal<ReturnType<typeof step.call.slow>, Promise<string>>>();
  is<Equal<ReturnType<typeof step.call.later>, OpenCall<boolean>>>();
  is<Equal<ReturnType<typeof step.open.add>, OpenCall<number>>>();
  is<Equal<ReturnType<typeof step.open.slow>, OpenCall<string>>>();
  is<Equal<ReturnType<typeof step.cast.add>, undefined>>();
  is<Equal<ReturnType<typeof step.cast.slow>, Promise<void>>>();
  is<Equal<Parameters<typeof step.call.add>, [by: number]>>();
  const pong: Ref<PongProtocol> = stub<PongProtocol>(["pong"], "pong");
  const ping: Ref<PingProtocol> = stub(Ping);
  await stepper(Ping).from(ping).call.start(pong, 3);
  const effects: Effect[] = step.effects();
  for (const effect of effects) if (effect.type === "cast") effect.args.at(0);
  step.answer(call, 5);
  step.down(pong, "shutdown");
  await transcript(new URL("file:///a.txt"), (command, [first], { key }) => command + first + key);
}

export function wrongSteps(): void {
  const step = stepper(Counter, [10]);
  // @ts-expect-error: init wants a number
  stepper(Counter, ["10"]);
  // @ts-expect-error: init wants an argument
  stepper(Counter);
  // @ts-expect-error: no such handler
  step.call.ad(1);
  // @ts-expect-error: an argument of another type
  step.cast.add("1");
  // @ts-expect-error: too few
  step.open.add();
  // @ts-expect-error: an unknown option
  stepper(Counter, [10], { clock: 1 });
  // @ts-expect-error: not in this protocol
  stub<PongProtocol>(["ping"]);
  // @ts-expect-error: not a protocol's ref
  stepper(Ping).call.start(stub(Ping), 1);
  // @ts-expect-error: a transcript gives texts
  transcript("a.txt", () => 5);
}
