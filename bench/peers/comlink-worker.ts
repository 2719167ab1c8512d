/** The worker of comlink.ts. */

import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import { nodeEndpoint } from "./comlink-endpoint.ts";

export interface Echo {
  echo(value: number): number;
}

if (parentPort === null) throw new Error("this file runs as a worker thread");
const echo: Echo = { echo: (value) => value + 1 };
expose(echo, nodeEndpoint(parentPort));
