/** What a system is made of: put together by start.ts, for System. */

import type { SystemBuffers } from "../runtime/ledger.ts";
import type { KeeperThread } from "./keeper-thread.ts";
import type { KeeperLink } from "./link.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./options.ts";
import type { ProcessSignal } from "./process-signals.ts";
import type { Stage } from "./stage.ts";
import type { TracePort } from "./trace.ts";

export interface SystemParts {
  readonly stage: Stage;
  readonly settings: Settings;
  readonly log: Log;
  readonly trace: TracePort | undefined;
  readonly buffers: SystemBuffers;
  readonly epochMs: number;
  readonly link: KeeperLink;
  /** Undefined where there is no thread besides main. */
  readonly keeper: KeeperThread | undefined;
  /** Of the signals that it listens to. */
  readonly names: readonly ProcessSignal[];
}
