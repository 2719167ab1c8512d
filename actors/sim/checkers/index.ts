/** The checkers: pure functions that judge what happened, in a simulation or anywhere else. */

export type { CheckLimits, Limit } from "./budget.ts";
export {
  type Causality,
  type CausalOperation,
  type CausalPattern,
  checkCausality,
} from "./causal.ts";
export {
  type QueueOperation,
  queueModel,
  type SetOperation,
  type SetResult,
  setModel,
} from "./collections.ts";
export {
  type Conservation,
  type ConservationProblem,
  checkConservation,
  type MessageCounts,
  type MessageStates,
} from "./conservation.ts";
export {
  checkDelivery,
  type Delivery,
  type DeliveryEvent,
  type DeliveryProblem,
  type MessageId,
} from "./delivery.ts";
export { HistoryFull, InvalidHistory } from "./errors.ts";
// Explorations have a Violation, and simulations an Outcome, too.
export type { Violation as HistoryViolation } from "./explain.ts";
export type { Finding } from "./findings.ts";
export { History, type HistoryEvent, type HistoryOptions, type ProcessName } from "./history.ts";
export { checkLinearizability, type Linearizability } from "./linearizability.ts";
export type { Answer, Model, Outcome as ModelOutcome } from "./model.ts";
export type { RecordedOperation } from "./operations.ts";
export {
  type KeyValueOperation,
  keyValueModel,
  type RegisterOperation,
  type RegisterResult,
  registerModel,
} from "./registers.ts";
