/** What tests import: `import { testKit } from "sabeam/testkit"`. */

export type { ActorCrash, ExpectedCrash } from "./crashes.ts";
export { ExpectationFailed, KitNotRunning, ProbeFull, TestFailed } from "./errors.ts";
export type { KeptLine } from "./kept-log.ts";
export { type TestKit, testKit } from "./kit.ts";
export type { KitOptions } from "./kit-options.ts";
export type { Expected } from "./match.ts";
export type { Answering, ExpectedExit, Expecting, Probe, WithinOptions } from "./probe.ts";
export type { ProbeOptions } from "./probes.ts";
export type {
  AnswerOfHandler,
  ArgsOfHandler,
  HandlerOf,
  Received,
  ReceivedBy,
} from "./received.ts";
