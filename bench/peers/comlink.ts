/**
 * comlink: calls to an object in a worker thread, over `postMessage`. The method is looked up once;
 * `remote.echo(…)` for each call makes a new proxy each time and is half as fast with many in
 * flight.
 */

import { Worker } from "node:worker_threads";
import { wrap } from "comlink";
import { type Contender, type Options, playCalls } from "../contender.ts";
import { nodeEndpoint } from "./comlink-endpoint.ts";
import type { Echo } from "./comlink-worker.ts";

const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "./comlink-worker.ts" : "./comlink-worker.js",
  import.meta.url,
);

export async function call(options: Options): Promise<Contender> {
  const worker = new Worker(WORKER);
  const remote = wrap<Echo>(nodeEndpoint(worker));
  const echo = remote.echo;
  await echo(0);
  return {
    round: () => playCalls((value) => echo(value), options),
    close: async () => void (await worker.terminate()),
  };
}
