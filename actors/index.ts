/** What users import: `import { defineActor, startSystem } from "sabeam"`. */

export type { BackoffOptions } from "../runtime/backoff.ts";
export type { Extension } from "../runtime/codec/extension.ts";
export { type Bucket, Histogram, type HistogramSummary } from "../runtime/histogram.ts";
export type { IntensityOptions } from "../runtime/intensity.ts";
export type { TopOptions } from "../runtime/look/top.ts";
export type { TopOrder } from "../runtime/look/trouble.ts";
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
} from "../runtime/look/view.ts";
export type { Alias } from "./alias.ts";
export { type DeferredAnswer, share } from "./answers.ts";
export type { Down, Exit } from "./bonds.ts";
export type { Counters } from "./counters.ts";
export { defineActor } from "./define.ts";
export type { DomainActor, DomainOptions, FailureDomain } from "./domains.ts";
export * from "./errors.ts";
export { EXIT_KINDS, type ExitKind, type ExitReason, type ExitWish } from "./exit.ts";
export { defineExtension } from "./extension.ts";
export type { ActorStatistics, InspectOptions, StateOf, StopActorOptions } from "./inspection.ts";
export {
  type InspectedLog,
  type InspectedSegment,
  type Inspection,
  inspectJournal,
  type Problem,
} from "./journal/inspect.ts";
export type { Journal, KeptLog, Write } from "./journal/journal.ts";
export { type FileJournal, openFileJournal } from "./journal/journal-files.ts";
export type { FileJournalOptions } from "./journal/journal-options.ts";
export { type OpenLog, openLog, type RecoveredLog } from "./journal/log-client.ts";
export { type Owner, processOwner } from "./journal/owner.ts";
export type { Bounds } from "./journal/plan.ts";
export type { Source as JournalSource } from "./journal/recovery.ts";
export type {
  LogOwner,
  StoreCounts,
  StoreFailure,
  StoreProtocol,
  StoreRef,
} from "./journal/session.ts";
export { openStore } from "./journal/store.ts";
export type { StoreOptions } from "./journal/store-options.ts";
export type { DeadLetter, LetterListener, LetterReason } from "./letters.ts";
export type { Log, LogLevel } from "./log.ts";
export type { TreeOptions } from "./looking.ts";
export type { Measurement, Values } from "./measures.ts";
export type { Metrics } from "./metrics.ts";
export type { SystemOptions } from "./options.ts";
export type { PhaseListener, PhaseName, PhaseReport, StopReport } from "./phases.ts";
export type { ProcessSignal } from "./process-signals.ts";
export type {
  Answer,
  Boot,
  Effect,
  MemberId,
  OptionsOf,
  PeerCodec,
  Protocol,
  ProtocolEvent,
  ProtocolSpec,
  Recovered,
  RequestId,
  States,
  Tagged,
} from "./protocol/contract.ts";
export {
  defineProtocol,
  type ProtocolDefinition,
  type ProtocolParts,
  type ShellProtocol,
  type ShellStatus,
} from "./protocol/define-protocol.ts";
export {
  type Field,
  type Fielded,
  type Fields,
  fielded,
  finite,
  flag,
  list,
  oneOf,
  optional,
  plain,
  text,
  whole,
} from "./protocol/fields.ts";
export { type ForgetOptions, forgetInstance } from "./protocol/forgetting.ts";
export { type AskOptions, Handle } from "./protocol/handle.ts";
export { ID_RULE, isMemberId } from "./protocol/member-id.ts";
export { HOME } from "./protocol/order.ts";
export {
  type MessagesOf,
  type MessageTable,
  type PeerCodecOptions,
  peerCodec,
} from "./protocol/peer-codec.ts";
export {
  clientOf,
  type InstanceOptions,
  joinProtocol,
  type MemberOptions,
  type Starter,
} from "./protocol/start-protocol.ts";
export type { Recorded, RecordedType } from "./recorded.ts";
export type { Report } from "./reports.ts";
export {
  type MultiCall,
  multiCall,
  type Received,
  Requests,
  type RequestsOptions,
} from "./requests.ts";
export type { Root, RootWith } from "./root-actor.ts";
export type { HandlerSchemas, StandardSchema } from "./schema.ts";
export type { OwnThreadOptions, Placement, SpawnOptions } from "./spawn-options.ts";
export { type RootedOptions, startSystem } from "./start.ts";
export type { StopHook, StopHookOptions, Stopping } from "./stop-hooks.ts";
export type { BudgetOptions } from "./supervision/budget.ts";
export type { ChildInfo, ChildStatus } from "./supervision/child.ts";
export {
  type ChildSpec,
  childSpec,
} from "./supervision/child-spec.ts";
export {
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  defineDynamicSupervisor,
  startChild,
} from "./supervision/dynamic.ts";
export type { DynamicChildSpec, DynamicSupervisorOptions } from "./supervision/dynamic-spec.ts";
export { Fence } from "./supervision/fence.ts";
export { defineLadder, type LadderProtocol, ladderRef, notReady } from "./supervision/ladder.ts";
export type { ChangeReason, LadderChange } from "./supervision/ladder-events.ts";
export type { LadderListener } from "./supervision/ladder-news.ts";
export {
  type Health,
  type LadderSpec,
  type ProbeOptions,
  type RungProtocol,
  type RungSpec,
  rung,
} from "./supervision/ladder-spec.ts";
export type { LadderStatus, RungState, RungStatus } from "./supervision/ladder-status.ts";
export type { MemberInfo } from "./supervision/member.ts";
export {
  type PartitionInfo,
  PartitionSupervisor,
  type PartitionSupervisorProtocol,
  Partitions,
  partitionsOf,
} from "./supervision/partition.ts";
export type { PartitionKey, PartitionSupervisorOptions } from "./supervision/partition-spec.ts";
export type { ReportContext } from "./supervision/report.ts";
export {
  type ChildCounts,
  childRef,
  defineSupervisor,
  type SupervisorOptions,
  type SupervisorProtocol,
} from "./supervision/supervisor.ts";
export type { AutoShutdown, Strategy, SupervisorSpec } from "./supervision/supervisor-spec.ts";
export type { RootedSystem, System } from "./system.ts";
export type { ThreadInfo } from "./thread-info.ts";
export type { TracedTurn, TracePort } from "./trace.ts";
export type {
  AnyDefinition,
  AnyRef,
  Call,
  Cast,
  Deferred,
  Definition,
  DemonitorOptions,
  MailboxOptions,
  MessageOptions,
  MonitorOptions,
  ProtocolOf,
  Ref,
  RefOf,
  RestartType,
  Self,
  ShutdownTime,
  Timers,
  UnknownMessage,
  WhenDownOptions,
} from "./types.ts";
export type { WarningOptions } from "./warnings.ts";
