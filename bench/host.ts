/**
 * A process that contenders live in. It reads lines and answers each with one that begins with @:
 *
 *     setup MODULE EXPORT OPTIONS    →  @ready       a contender has set up
 *     round                          →  @{…}         it has played a round: a sample
 *     close                          →  @closed      it has ended, and another may come
 *
 * It leaves when its input ends. The Erlang side speaks the same (erlang/bench_main.erl). Other
 * lines are for people.
 */

import { createInterface } from "node:readline";
import type { Contender, Options, Setup } from "./contender.ts";
import { beside } from "./neighbours.ts";
import { Shared } from "./shared.ts";

interface Playing {
  readonly contender: Contender;
  readonly neighbours: number;
}

const shared = new Shared();
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

async function setUp(module: string, name: string, options: Options): Promise<Playing> {
  const url = new URL(`./${module}${extension}`, import.meta.url);
  const setup = ((await import(url.href)) as Readonly<Record<string, Setup>>)[name];
  if (setup === undefined) throw new Error(`bench/${module} exports no ${name}`);
  return { contender: await setup(options, shared), neighbours: options.neighbours ?? 0 };
}

function answer(text: string): void {
  process.stdout.write(`@${text}\n`);
}

let playing: Playing | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, module = "", name = "", options = "{}"] = line.split(" ");
  if (verb === "setup" && playing === undefined) {
    playing = await setUp(module, name, JSON.parse(options) as Options);
    answer("ready");
  } else if (verb === "round" && playing !== undefined) {
    const { contender, neighbours } = playing;
    answer(JSON.stringify(await beside(neighbours, () => contender.round())));
  } else if (verb === "close" && playing !== undefined) {
    await playing.contender.close?.();
    playing = undefined;
    answer("closed");
  } else throw new Error(`a contender cannot do ${JSON.stringify(line)} now`);
}
await playing?.contender.close?.();
await shared.close();
process.exit(0);
