/** Goal: the root of a system is typed by its definition, and takes what its `init` takes. */

import { type AnyRef, defineActor, type RefOf, startSystem } from "../../dist/actors/index.js";
import { type Equal, is } from "./equal.ts";

const Plain = defineActor(import.meta.url, "Plain", {
  init: () => ({}),
  handlers: { add: (_self, by: number): number => by },
});
const Configured = defineActor(import.meta.url, "Configured", {
  init: (_self, port: number) => ({ port }),
  handlers: { port: (): number => 1 },
});

export async function start(): Promise<void> {
  const plain = await startSystem({ threads: 0, root: Plain });
  const one: RefOf<typeof Plain> = plain.root;
  is<Equal<ReturnType<typeof plain.root.call.add>, Promise<number>>>();
  const configured = await startSystem({ root: { definition: Configured, args: [80], thread: 1 } });
  const other: RefOf<typeof Configured> = configured.root;
  await startSystem({ root: { definition: Plain } });
  // @ts-expect-error: it takes an argument.
  await startSystem({ root: Configured });
  // @ts-expect-error: it takes an argument.
  await startSystem({ root: { definition: Configured } });
  // @ts-expect-error: of another type.
  await startSystem({ root: { definition: Configured, args: ["80"] } });
  // @ts-expect-error: there is no such message.
  plain.root.cast.port();
  const none = await startSystem();
  is<Equal<typeof none.root, AnyRef | undefined>>();
  await Promise.all([one.call.add(1), other.call.port()]);
}
