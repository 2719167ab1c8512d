/** Which mailboxes outlive their thread: the keys `survives` and `idempotent` of a definition. */

import { BACKLOG_BYTES_DEFAULT, BACKLOG_BYTES_MAX, BACKLOG_BYTES_MIN } from "../runtime/backlog.ts";
import { known } from "./options.ts";

/** How a mailbox outlives its thread. */
export interface SurvivalOptions {
  /**
   * Turns of one message that the death of a thread may cut off before it is a dead letter
   * `poison`: 1 to 100, default 3. More than one only for handlers listed under `idempotent`. As
   * many threads that go on with the mailbox may die of reading it (`decode` of an extension).
   */
  attempts?: number;
  /**
   * Shared memory for the messages that wait: a power of two from 4096 to 64 MiB, default 1 MiB.
   * Unused pages cost nothing. What does not fit finds the mailbox full.
   */
  bytes?: number;
}

const ATTEMPTS_DEFAULT = 3;
const ATTEMPTS_MAX = 100;

/** What a definition says of it, with everything filled in. */
export interface Survives {
  /** Turns of one message that may be cut off by the death of its thread. */
  readonly attempts: number;
  /** Of the backlog's ring: a power of two. */
  readonly bytes: number;
  /** By number of the handler: it may be run again. */
  readonly idempotent: readonly boolean[];
}

interface SurvivingSpec {
  readonly survives?: boolean | SurvivalOptions;
  readonly idempotent?: readonly string[];
  readonly concurrent?: readonly string[];
  readonly stashMax?: number;
}

/** Undefined for a definition whose mailboxes do not. `fail` throws InvalidDefinition. */
export function survivesOf(
  spec: SurvivingSpec,
  names: readonly string[],
  fail: (problem: string) => never,
): Survives | undefined {
  const { survives = false, idempotent = [], concurrent = [], stashMax } = spec;
  if (survives === false) {
    if (idempotent.length > 0) fail("idempotent is for definitions with survives");
    return undefined;
  }
  const isOptions = typeof survives === "object" && survives !== null;
  if (survives !== true && !isOptions) fail("survives must be true, false or { attempts, bytes }");
  if (concurrent.length > 0) {
    fail("survives with concurrent: turns that overlap do not end in the order of the mailbox");
  }
  if (stashMax !== undefined) {
    fail("survives with stashMax: what is set aside would be lost with the state that wants it");
  }
  const { attempts = ATTEMPTS_DEFAULT, bytes = BACKLOG_BYTES_DEFAULT } = isOptions ? survives : {};
  if (isOptions) known("survives", survives, ["attempts", "bytes"]);
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > ATTEMPTS_MAX) {
    fail(`attempts of survives must be a whole number from 1 to ${ATTEMPTS_MAX}, not ${attempts}`);
  }
  const isPower = Number.isInteger(bytes) && (bytes & (bytes - 1)) === 0;
  if (!isPower || bytes < BACKLOG_BYTES_MIN || bytes > BACKLOG_BYTES_MAX) {
    const range = `from ${BACKLOG_BYTES_MIN} to ${BACKLOG_BYTES_MAX}`;
    fail(`bytes of survives must be a power of two ${range}, not ${bytes}`);
  }
  return { attempts, bytes, idempotent: names.map((name) => idempotent.includes(name)) };
}
