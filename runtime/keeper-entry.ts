/**
 * First module of the keeper's thread. It imports no actors and no codec, so that it starts fast.
 */

import { type MessagePort, workerData } from "node:worker_threads";
import { serve } from "./control.ts";
import { Keeper } from "./keeper.ts";
import type { KeeperOptions } from "./keeper-api.ts";

const { options, keeper, control } = workerData as {
  options: KeeperOptions;
  keeper: MessagePort;
  control: MessagePort;
};

serve(keeper, new Keeper(options, control));
