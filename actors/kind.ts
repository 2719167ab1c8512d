/**
 * What is the same for all actors of one definition and mailbox setting: their cells share one.
 */

import type { Blueprint } from "./define.ts";
import type { Host } from "./host.ts";
import type { MailboxOptions } from "./types.ts";

export interface Kind {
  readonly host: Host;
  readonly blueprint: Blueprint;
  /** Id in the system's table of definitions. */
  readonly id: number;
  readonly mailbox: Required<MailboxOptions>;
  /** The mailbox's bounds once more, where a send finds them with one load each. */
  readonly max: number;
  readonly maxBytes: number;
  /** Above one of these a cast returns false; below the low mark `ready` settles. */
  readonly high: number;
  readonly highBytes: number;
  readonly low: number;
  /** Its messages lie in a backlog, too, and outlive this thread. */
  readonly survives: boolean;
  /** Above it an entering message is looked at: the high mark, or what warnings tell of. */
  readonly mark: number;
}
