/** What tests import: `import { testKit } from "sabeam/testkit"`. */

export type { ActorCrash, ExpectedCrash } from "./crashes.ts";
export { formatEffect } from "./effect-text.ts";
export type { CallEffect, CastEffect, Effect, SpawnEffect } from "./effects.ts";
export {
  CannotStep,
  ExpectationFailed,
  InvalidTranscript,
  KitNotRunning,
  NeverQuiet,
  ProbeFull,
  TestFailed,
  TranscriptDiffers,
  TranscriptFailed,
} from "./errors.ts";
export type { KeptLine } from "./keeping-log.ts";
export { type TestKit, testKit } from "./kit.ts";
export type { KitOptions } from "./kit-options.ts";
export type { Expected } from "./match.ts";
export type { OpenCall, Outcome } from "./open-call.ts";
export type { Answering, ExpectedExit, Expecting, Probe, WithinOptions } from "./probe.ts";
export type { ProbeOptions } from "./probes.ts";
export {
  type ProtocolTranscriptOptions,
  protocolTranscript,
} from "./protocol-transcript.ts";
export type {
  AnswerOfHandler,
  ArgsOfHandler,
  HandlerOf,
  Received,
  ReceivedBy,
} from "./received.ts";
export type { Ran } from "./step-actor.ts";
export type { StepTimer } from "./step-timers.ts";
export type { StepCall, StepCast, StepOpen } from "./step-types.ts";
export { type StepOptions, type Stepper, type StepRest, stepper } from "./stepper.ts";
export { stub } from "./stub.ts";
export { type Run, type TranscriptOptions, transcript } from "./transcript.ts";
