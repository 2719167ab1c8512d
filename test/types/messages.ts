/** Goal: what is sent, and what comes back, has the types that the handlers say. */

import type {
  AnyRef,
  Deferred,
  MessageOptions,
  Ref,
  RefOf,
  Self,
  System,
} from "../../dist/actors/index.js";
import { Counter } from "./definitions.ts";
import { type Equal, is } from "./equal.ts";
import { Ping, type PingProtocol } from "./ping.ts";
import { Pong, type PongProtocol } from "./pong.ts";

export async function answers(ref: RefOf<typeof Counter>): Promise<void> {
  is<Equal<ReturnType<typeof ref.cast.add>, boolean>>();
  is<Equal<ReturnType<typeof ref.call.add>, Promise<number>>>();
  is<Equal<ReturnType<typeof ref.call.reset>, Promise<void>>>();
  is<Equal<ReturnType<typeof ref.call.slow>, Promise<string>>>();
  is<Equal<ReturnType<typeof ref.call.later>, Promise<boolean>>>();
  is<Equal<ReturnType<typeof ref.call.soon>, Promise<Date>>>();
  is<Equal<ReturnType<typeof ref.call.sometimes>, Promise<number | string>>>();
  is<Equal<ReturnType<typeof ref.ready>, Promise<void>>>();
  is<Equal<Parameters<typeof ref.call.slow>, [ms: number, unit?: "ms" | "s" | undefined]>>();
  const patient = ref.with({ timeout: 100, signal: new AbortController().signal });
  is<Equal<ReturnType<typeof patient.call.add>, Promise<number>>>();
  is<Equal<Parameters<typeof ref.with>, [options: MessageOptions]>>();
  ref.cast.rest("a", "b");
  ref.cast.rest();
  const text: string = ref.toString();
  const { add } = ref.call;
  await add(text.length);
}

export async function wrongMessages(ref: RefOf<typeof Counter>): Promise<void> {
  const patient = ref.with({ timeout: 100 });
  // @ts-expect-error
  ref.cast.add();
  // @ts-expect-error
  ref.cast.add("1");
  // @ts-expect-error
  ref.cast.add(1, 2);
  // @ts-expect-error
  ref.cast.ad(1);
  // @ts-expect-error
  ref.call.slow(1, "h");
  // @ts-expect-error
  ref.cast.rest(1);
  // @ts-expect-error The answer is a number.
  const answer: string = await ref.call.add(1);
  // @ts-expect-error
  ref.with({ timeOut: 1 });
  // @ts-expect-error
  ref.with({ signal: 1 });
  // @ts-expect-error Messages go through cast and call.
  ref.add(answer);
  // @ts-expect-error
  ref.cast = patient.cast;
  // @ts-expect-error
  ref.cast.add = () => true;
  // @ts-expect-error What a ref is made of is not for users.
  ref.slot;
  // @ts-expect-error
  ref.cell;
  // @ts-expect-error
  ref.thread;
}

export async function spawns(system: System): Promise<void> {
  const counter = await system.spawn(Counter, [1]);
  is<Equal<typeof counter, RefOf<typeof Counter>>>();
  await system.spawn(Counter, [1, 2], { name: "x", label: "y", thread: "spread" });
  await system.spawn(Counter, [1], { near: counter, mailbox: { max: 1, policy: "reject" } });
  await system.spawn(Ping);
  await system.spawn(Ping, [], { thread: 0 });
  await system.spawn(Ping, [], { thread: "own", apart: [counter] });
  await system.spawn(Ping, [], { thread: { own: { heapMb: 64 } }, apart: counter });
  is<Equal<ReturnType<typeof system.whereis<[], PingProtocol>>, Ref<PingProtocol> | undefined>>();
  const found = system.whereis(Counter, "x");
  // @ts-expect-error It may be undefined.
  found.cast.add(1);
  found?.cast.add(1);

  const named = system.named(Counter, "x");
  is<Equal<typeof named, RefOf<typeof Counter>>>();
  named.cast.add(1);
  // @ts-expect-error
  named.cast.add("1");
  // @ts-expect-error
  system.named(Counter);
  // @ts-expect-error
  system.named("Counter", "x");

  // @ts-expect-error Its init takes a number.
  await system.spawn(Counter);
  // @ts-expect-error
  await system.spawn(Counter, []);
  // @ts-expect-error
  await system.spawn(Counter, ["1"]);
  // @ts-expect-error
  await system.spawn(Counter, [1, 2, 3]);
  // @ts-expect-error
  await system.spawn(Counter, 1);
  // @ts-expect-error
  await system.spawn(Ping, [1]);
  // @ts-expect-error
  await system.spawn(Counter, [1], { thread: "main" });
  // @ts-expect-error
  await system.spawn(Counter, [1], { thread: { own: { heap: 64 } } });
  // @ts-expect-error
  await system.spawn(Counter, [1], { apart: "hits" });
  // @ts-expect-error
  await system.spawn(Counter, [1], { nam: "x" });
  // @ts-expect-error
  await system.spawn({ name: "Counter" }, [1]);
}

export async function inside(self: Self<{ count: number }>): Promise<void> {
  const child = await self.spawn(Counter, [1]);
  is<Equal<typeof child, RefOf<typeof Counter>>>();
  is<Equal<ReturnType<typeof self.named<[], PingProtocol>>, Ref<PingProtocol>>>();
  is<Equal<ReturnType<typeof self.defer<number>>, Deferred<number>>>();
  const later = self.defer<number>();
  // @ts-expect-error
  later.resolve("1");
  // @ts-expect-error
  later.reject("not an error");
  // @ts-expect-error
  await self.spawn(Counter);
  // @ts-expect-error There is no `any` behind self.
  self.unknown;
}

/** Ping and Pong know each other, and each is what the other takes it for. */
export async function circle(system: System): Promise<void> {
  const [ping, pong] = [await system.spawn(Ping), await system.spawn(Pong)];
  const asProtocol: [Ref<PingProtocol>, Ref<PongProtocol>] = [ping, pong];
  is<Equal<Awaited<ReturnType<typeof ping.call.start>>, number>>();
  ping.cast.start(pong, 3);
  pong.cast.pong(ping, asProtocol.length);
  // @ts-expect-error
  ping.cast.start(ping, 3);
  // @ts-expect-error
  pong.cast.pong(pong, 3);
  const any: AnyRef[] = [ping, pong];
  // @ts-expect-error Whose protocol is not known can be sent nothing.
  any[0]?.cast.ping(1);
  // @ts-expect-error A ref of unknown protocol is not just any ref.
  const back: Ref<PingProtocol> = any[0];
  await back.ready();
}
