/** Spawning on the same thread: alone, to the first answer, and to the end of the actor. */

import { type Ref, startSystem } from "../../actors/index.ts";
import { Once } from "./actors.ts";
import { awaited, type Cases } from "./case.ts";

const TIMES = 100;

export async function spawn(): Promise<Cases> {
  const system = await startSystem({ threads: 0, development: false });
  const born: Ref<{ finish(): number }>[] = [];
  const cases = [
    awaited("spawn", TIMES, async () => {
      born.push(await system.spawn(Once));
      // Their ends are asked for in bulk, so that few messages wait and few actors live.
      if (born.length === TIMES) for (const ref of born.splice(0)) ref.cast.finish();
    }),
    awaited("spawn, call and end", TIMES, async () => {
      const ref = await system.spawn(Once);
      await ref.call.finish();
    }),
  ];
  return { cases, close: () => system.stop() };
}
