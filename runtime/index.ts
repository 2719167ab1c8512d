/**
 * What users of the runtime floor import: `import { realEnv, Thread } from "sabeam/runtime"`.
 *
 * For whoever puts something else than actors on threads: a tenant gets the records that come over
 * the lanes of its thread, and tables in shared memory tell all threads the same.
 *
 * Left out: the keeper, which starts threads for actors/ only, and the parts of the codec.
 */

// Threads, their signals, and the directory of who lives where.

export { allocateDirectory, Directory } from "./directory.ts";
export {
  PENDING_IN,
  THREAD_BOOTING,
  THREAD_DEAD,
  THREAD_EMPTY,
  THREAD_RUNNING,
  THREADS_MAX,
} from "./layout.ts";
export { allocateSignals, Signals } from "./signals.ts";
export { type Tenant, Thread, type ThreadOptions } from "./thread.ts";

// Lanes, and the records in them.

export { Codec, type CodecOptions } from "./codec/codec.ts";
export type { ReferencePort } from "./codec/reference.ts";
export { LocalShapes, type ShapeSource } from "./codec/shapes.ts";
export { Consumer } from "./consumer.ts";
export {
  FRAGMENT,
  LANE_BYTES_DEFAULT,
  LANE_BYTES_MAX,
  LANE_BYTES_MIN,
  MAX_ACTORS_DEFAULT,
  RECORD_ALIGN_BYTES,
  RECORD_BYTES_MIN,
  RING_BYTE,
} from "./layout.ts";
export { OVERFLOW_BYTES_DEFAULT } from "./overflow.ts";
export { Producer } from "./producer.ts";
export { type Receiver, type RecordView, viewOf } from "./record.ts";
export type { Lane, LaneLink } from "./thread.ts";

// When a thread works, and when it sleeps.

export { Doorbell } from "./doorbell.ts";
export { BUDGET_MS, Scheduler, type Work } from "./scheduler.ts";

// When something that failed is tried again, and when no more.

export { Backoff, type BackoffOptions, wrongBackoff } from "./backoff.ts";
export { type IntensityOptions, RestartWindow, wrongIntensity } from "./intensity.ts";
export type { Wrong } from "./wrong.ts";

// Tables that all threads read and one writes.

export { NameInvalid } from "./name-key.ts";
export {
  allocateNames,
  BUSY,
  type Holder,
  type IsAlive,
  NamesReader,
  NamesWriter,
} from "./names.ts";
export { allocateTable, TableCorrupt, TableReader, TableWriter } from "./table.ts";

// Looking into a process from another one.

export { isPrivate, type SocketPlace, socketFolder, socketPlaces } from "./look/place.ts";
export { plainText } from "./look/plain-text.ts";
export {
  CHILDREN_DEFAULT,
  EVERY_MS,
  type Hello,
  LISTED_DEFAULT,
  LISTED_MAX,
  PROTOCOL,
  type Refused,
  type Told,
  type Want,
} from "./look/protocol.ts";
export { TOP_ORDERS, type TopOrder } from "./look/trouble.ts";
export type {
  ActorInfo,
  ActorStatus,
  ActorView,
  RunningView,
  ThreadView,
  TopView,
  TotalsView,
  TreeActor,
  TreeView,
  View,
} from "./look/view.ts";

// Files, as a store needs them.

export { type Disk, DiskError, type DiskFile, type DiskReason, realDisk } from "./disk.ts";

// Env: clock, event loop, timers and randomness; and errors.

export { allocateBacklog, Backlog, isBacklog } from "./backlog.ts";
export { type Env, hrtimeMs, type RealEnvOptions, realEnv } from "./env.ts";
export {
  BadRecord,
  DuplicateExtension,
  ExtensionFailed,
  ExtensionMissing,
  MessageTooLarge,
  NotSendable,
  SabeamError,
} from "./errors.ts";
export { type Bucket, Histogram, type HistogramSummary } from "./histogram.ts";
export { Random } from "./random.ts";
export { TICK_MS, Wheel } from "./wheel.ts";
