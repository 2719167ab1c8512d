/**
 * The process of one contender: `node host.js MODULE EXPORT OPTIONS`.
 *
 * It prints `@ready` once it has set up, then one line `@{…}` with a sample for each line `round`
 * that it reads, and leaves when its input ends. The Erlang side speaks the same
 * (erlang/bench_main.erl). Other lines are for people.
 */

import { createInterface } from "node:readline";
import type { Options, Setup } from "./contender.ts";
import { beside } from "./neighbours.ts";

const [module = "", name = "", options = "{}"] = process.argv.slice(2);

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const loaded: Readonly<Record<string, Setup>> = await import(
  new URL(`./${module}${extension}`, import.meta.url).href
);
const setup = loaded[name];
if (setup === undefined) throw new Error(`bench/${module} exports no ${name}`);

const given = JSON.parse(options) as Options;
const contender = await setup(given);
process.stdout.write("@ready\n");

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== "round") throw new Error(`a contender plays rounds, not ${JSON.stringify(line)}`);
  const sample = await beside(given.neighbours ?? 0, () => contender.round());
  process.stdout.write(`@${JSON.stringify(sample)}\n`);
}
await contender.close();
process.exit(0);
