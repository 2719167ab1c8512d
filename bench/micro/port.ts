/** The smallest trace port there can be: a traceparent in an AsyncLocalStorage. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { TracePort } from "../../actors/index.ts";

export const url: URL = new URL(import.meta.url);

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

const storage = new AsyncLocalStorage<string | undefined>();

/** Runs as if within a span. */
export function within<Result>(run: () => Result): Result {
  return storage.run(TRACEPARENT, run);
}

export const trace: TracePort = {
  inject: () => storage.getStore(),
  run: (context, turn) => storage.run(context, turn),
};
