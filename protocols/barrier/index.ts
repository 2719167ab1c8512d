/** Barriers: nobody goes on before all have arrived. */

export { barrier } from "./barrier.ts";
export { type ArriveOptions, BarrierClient, type PhasePassed } from "./client.ts";
export { Barrier } from "./definition.ts";
export { BarrierBroken, BarrierRefused, InvalidBarrier } from "./errors.ts";
export type {
  BarrierCommand,
  BarrierConfig,
  BarrierObservation,
  BarrierQuestion,
  BarrierReply,
  BarrierStatus,
  BreakCause,
  Brought,
} from "./spec.ts";
export type { BarrierSpec } from "./state.ts";
