/** The barrier as something that can be started: `system.protocol(Barrier, { id, config })`. */

import { defineProtocol, type ProtocolDefinition } from "../../actors/index.ts";
import { barrier } from "./barrier.ts";
import { BarrierClient } from "./client.ts";
import type { BarrierSpec } from "./state.ts";

export const Barrier: ProtocolDefinition<BarrierSpec, BarrierClient> = defineProtocol(
  import.meta.url,
  "Barrier",
  { protocol: barrier, client: (handle) => new BarrierClient(handle) },
);
