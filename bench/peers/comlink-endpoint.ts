/**
 * comlink's adapter for worker threads, loaded by hand because its types describe a default export
 * that Node does not see.
 */

import { createRequire } from "node:module";
import type { MessagePort, Worker } from "node:worker_threads";
import type { Endpoint } from "comlink";

export const nodeEndpoint = createRequire(import.meta.url)("comlink/dist/umd/node-adapter.js") as (
  port: Worker | MessagePort,
) => Endpoint;
