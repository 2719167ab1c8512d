/** What users import: `import { … } from "sabeam/protocols"`. */

export * from "./ballot/index.ts";
export * from "./barrier/index.ts";
export { ClockAhead, ClockFull, InvalidQuorum } from "./errors.ts";
export { atLeast, type Fraction, fraction, fractionText, type Threshold } from "./fraction.ts";
export type { HybridTime } from "./hybrid-clock.ts";
export * as hybridClock from "./hybrid-clock.ts";
export type { LamportTime } from "./lamport.ts";
export * as lamport from "./lamport.ts";
export type { Grant, Granted, Hold, Lease } from "./lease.ts";
export * as lease from "./lease.ts";
export type { LocalHealth, LocalHealthOptions } from "./local-health.ts";
export * as localHealth from "./local-health.ts";
export type { PhiDetector, PhiOptions } from "./phi-detector.ts";
export * as phiDetector from "./phi-detector.ts";
export {
  byzantine,
  byzantineOf,
  jointOf,
  majority,
  majorityOf,
  type Outcome,
  outcome,
  type Quorum,
  shareHonest,
  thresholdOf,
  weigh,
  weightedOf,
} from "./quorum.ts";
export type { TimeoutDetector } from "./timeout-detector.ts";
export * as timeoutDetector from "./timeout-detector.ts";
export type { ReadonlyVectorClock, Relation, VectorClock } from "./vector-clock.ts";
export * as vectorClock from "./vector-clock.ts";
