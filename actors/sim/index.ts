/** What users import to simulate their programs: `import { … } from "sabeam/sim"`. */

// Fault plans.

export type { Delay, DelayRow } from "../../runtime/sim/delay.ts";
export { type BitPlace, SimulatedDisk, type SimulatedDiskOptions } from "../../runtime/sim/disk.ts";
export {
  type LinkQuality,
  Network,
  type NetworkCounters,
  type Partition,
  UnknownNode,
  type Ways,
} from "../../runtime/sim/network.ts";
export type { Unsynced } from "../../runtime/sim/stored.ts";
export type { DiskCounters, DiskTrouble } from "../../runtime/sim/troubles.ts";
export {
  type ActorFault,
  type ClockFault,
  type DiskFault,
  type EntryOf,
  lastFaultAt,
  type NetworkFault,
  type NodeFault,
  type Plan,
  type PlanEntry,
  type PlanScope,
  type PlanType,
  type ThreadFault,
} from "./plan.ts";
export {
  PlanBuilder,
  type PlanBuilderOptions,
  type PlanMoment,
  type TimelessEntry,
} from "./plan-builder.ts";
export { checkPlan } from "./plan-check.ts";
export { DEFAULT_KINDS, type DrawOptions, drawPlan } from "./plan-draw.ts";
export { InvalidPlan } from "./plan-error.ts";
export type { PlanKind } from "./plan-kinds.ts";
export { formatPlan, parsePlan } from "./plan-text.ts";
export { type Fails, type ShrinkOptions, type Shrunk, shrinkPlan } from "./shrink.ts";

// Checkers of histories.

export * from "./checkers/index.ts";

// Simulations.

export { GlobalNotReplaced, NestedSimulation } from "../../runtime/sim/errors.ts";
export { type ForeignResource, ForeignWatch } from "../../runtime/sim/foreign.ts";
export type { CallSite } from "../../runtime/sim/uses.ts";
export { type Coverage, type Covered, coverageOf } from "./coverage.ts";
export {
  ExitCalled,
  ForeignOperation,
  type ForeignPlace,
  NodeDown,
  NodeRuns,
  PropertyViolated,
  SimulatedCrash,
  SimulationFailed,
  SimulationHangs,
} from "./errors.ts";
export {
  type ExploreSimulationOptions,
  exploreSimulation,
  replaySimulation,
} from "./explore.ts";
export type { FaultCounts } from "./faults.ts";
export type { SimNode } from "./node.ts";
export type { DrawnFaults, SimulateOptions } from "./options.ts";
export {
  type Changes,
  isSimulationProgram,
  type Minimum,
  type SimulationOptions,
  type SimulationProgram,
  simulation,
} from "./program.ts";
export type { AlwaysOptions, Verdict } from "./properties.ts";
export { InvalidScenario, LawBroken, ProtocolRefuted } from "./protocol/errors.ts";
export {
  type ExploreProtocolOptions,
  exploreProtocol,
  type ProtocolExploration,
} from "./protocol/explore.ts";
export type { ProtocolGroup } from "./protocol/group.ts";
export type { PlacedInstance, PlacedMember, PlacedOptions } from "./protocol/placed.ts";
export { type CheckProtocolOptions, checkProtocol } from "./protocol/runs.ts";
export type {
  ClientPart,
  EventPart,
  MemberPart,
  ProtocolScenario,
} from "./protocol/scenario.ts";
export type { ProtocolRuns } from "./protocol/schedule.ts";
export type { AtEnd } from "./protocol/settle.ts";
export type { Replay } from "./replay.ts";
export type { Shrinking, ShrinkLimits } from "./shrinking.ts";
export { type Body, type Outcome, simulate } from "./simulate.ts";
export type { Simulation } from "./simulation.ts";
export type { GlobalUse } from "./virtual-clock.ts";

// Exploration: all orders of the steps of a small program, or of the choices of any.

export { checkFootprints } from "../../runtime/sim/explore/check-footprints.ts";
export type { Choices } from "../../runtime/sim/explore/choices.ts";
export {
  type Asked,
  InvalidExploration,
  NotDeterministic,
  TooManyChoices,
  TooManyStates,
} from "../../runtime/sim/explore/errors.ts";
export { type ExploreOptions, explore } from "../../runtime/sim/explore/explore.ts";
export type { Sink } from "../../runtime/sim/explore/known.ts";
export type {
  Exploration,
  Footprint,
  Footprints,
  Program,
  Step,
  Violation,
} from "../../runtime/sim/explore/program.ts";
export {
  exploreRuns,
  type FailedRun,
  type Run,
  type RunsOptions,
  type RunsReport,
  replayRun,
} from "../../runtime/sim/explore/stateless.ts";
