/** Rest: the moment in which nothing is under way, so that the counters of a system are exact. */
import type { Counters, System } from "../../actors/index.ts";
import { unaccounted } from "./conservation.ts";
import { until } from "./until.ts";

/** Until the last message has been handled, or is a dead letter. */
const REST_TIMEOUT_MS = 10_000;

/** The counters once all is quiet; as they are if that does not come. */
export async function atRest(system: System): Promise<Counters> {
  const isQuiet = (): boolean => {
    const counters = system.counters();
    return unaccounted(counters) === 0 && counters.queued === 0;
  };
  await until(isQuiet, REST_TIMEOUT_MS);
  return system.counters();
}
