/** First module of a worker thread. */

import { workerData } from "node:worker_threads";
import { bootThread } from "./thread-boot.ts";

bootThread(workerData);
