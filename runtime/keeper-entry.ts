/**
 * First module of the keeper's thread. It imports no actors and no codec, so that it starts fast.
 */

import { workerData } from "node:worker_threads";
import { serve } from "./control.ts";
import { Keeper } from "./keeper.ts";
import type { KeeperOptions } from "./keeper-api.ts";
import type { Port } from "./machine.ts";

const { options, keeper, control } = workerData as {
  options: KeeperOptions;
  keeper: Port;
  control: Port;
};

serve(keeper, new Keeper(options, control));
