/**
 * What a ballot is opened with: who may vote with which weight, on what, and what it takes.
 *
 *     config, as it is given ──check──▶ with its defaults (kept, and told) ──▶ terms, to count by
 *
 * All of it is fixed when the ballot is opened.
 */

import { type Field, ID_RULE, isMemberId, type MemberId, plain } from "../../actors/index.ts";
import { atLeast, fraction, type Threshold } from "../fraction.ts";
import { majority } from "../quorum.ts";
import { InvalidBallot } from "./errors.ts";
import type { Rule } from "./rule.ts";

/** A vote for none of the options. */
export const REJECT = "reject";
/** Takes part, and is for nothing. */
export const ABSTAIN = "abstain";

export const MEMBERS_MAX = 4096;
export const OPTIONS_MAX = 32;
export const NAME_CHARS_MAX = 64;
export const RATIONALE_MAX = 1000;
/** In msgpack, at most: a character counts three. */
export const PROPOSAL_BYTES_MAX = 65_536;
/** How often one member may vote in one ballot. */
export const REVISIONS_MAX = 10_000;

const OPTIONS_DEFAULT: readonly string[] = ["accept"];
const EPOCH_DEFAULT = 1;
const TIMEOUT_MS_DEFAULT = 30_000;
const RETRY_MS_DEFAULT = 200;
const LINGER_MS_DEFAULT = 30_000;
/** As timers take them. */
export const MS_MAX: number = 2 ** 31 - 1;
const PROPOSAL: Field<unknown> = plain(PROPOSAL_BYTES_MAX);

export interface Elector {
  readonly member: MemberId;
  /** A positive safe integer, as is the sum of all. */
  readonly weight: number;
}

/**
 * What an option needs to be accepted.
 *
 * - "majority": more than half of the weight of the electorate.
 * - "unanimous": all of it.
 * - "plurality": more than each other option, and than "reject".
 * - `atLeast`: this part of the electorate, or of the votes cast for an option or "reject".
 */
export type Approval =
  | "majority"
  | "unanimous"
  | "plurality"
  | { readonly atLeast: Threshold; readonly of?: "electorate" | "cast" };

export interface BallotConfig {
  /** What is put to the vote: plain data of at most PROPOSAL_BYTES_MAX bytes. */
  readonly proposal: unknown;
  /** Who votes; a weight of 1 where none is given. 1 to MEMBERS_MAX members. */
  readonly electorate: readonly (MemberId | Elector)[] | Readonly<Record<MemberId, number>>;
  /** Of the electorate; a positive safe integer, default 1. Votes of another epoch do not count. */
  readonly epoch?: number;
  /** What can be accepted, default `["accept"]`. Everybody may also reject, or abstain. */
  readonly options?: readonly string[];
  /** Default "majority". */
  readonly approval?: Approval;
  /** Members that must take part, abstaining or not; default more than half of them. */
  readonly quorum?: number;
  /** Whether a member may vote again until the ballot is closed; default "final". */
  readonly votes?: "final" | "revisable";
  /** Milliseconds until it is closed with what is there, default 30 000. */
  readonly timeoutMs?: number;
  /** Milliseconds after which a message is repeated, first; then ever later. Default 200. */
  readonly retryMs?: number;
  /** Milliseconds for which home tells members that are silent of the outcome. Default 30 000. */
  readonly lingerMs?: number;
}

const KEYS: readonly string[] = [
  "proposal",
  "electorate",
  "epoch",
  "options",
  "approval",
  "quorum",
  "votes",
  "timeoutMs",
  "retryMs",
  "lingerMs",
] satisfies readonly (keyof BallotConfig)[];

/** A config that is checked, with its defaults. */
export type CheckedConfig = Required<BallotConfig> & { readonly electorate: readonly Elector[] };

/** To count by. */
export interface Terms {
  readonly config: CheckedConfig;
  readonly weights: ReadonlyMap<MemberId, number>;
  /** Weight of all. */
  readonly total: number;
  readonly rule: Rule;
}

/**
 * @throws InvalidBallot (ERR_INVALID_BALLOT) that names what is wrong; InvalidQuorum
 *   (ERR_INVALID_QUORUM) for a threshold that is not above 0 and at most 1, or not exact.
 */
export function checkConfig(given: unknown): CheckedConfig {
  if (typeof given !== "object" || given === null) {
    throw new InvalidBallot("config", "an object", given);
  }
  onlyWith(KEYS, "config", given);
  const config = given as BallotConfig;
  const electorate = electorateOf(config.electorate);
  const { proposal = null, votes = "final" } = config;
  if (!PROPOSAL.holds(proposal)) {
    const allowed = `plain data of at most ${PROPOSAL_BYTES_MAX} bytes`;
    throw new InvalidBallot("proposal", allowed, proposal);
  }
  if (votes !== "final" && votes !== "revisable") {
    throw new InvalidBallot("votes", '"final" or "revisable"', votes);
  }
  return {
    proposal,
    electorate,
    votes,
    options: optionsOf(config.options ?? OPTIONS_DEFAULT),
    approval: approvalOf(config.approval ?? "majority"),
    epoch: whole("epoch", config.epoch ?? EPOCH_DEFAULT, Number.MAX_SAFE_INTEGER),
    quorum: whole("quorum", config.quorum ?? majority(electorate.length), electorate.length),
    timeoutMs: whole("timeoutMs", config.timeoutMs ?? TIMEOUT_MS_DEFAULT, MS_MAX),
    retryMs: whole("retryMs", config.retryMs ?? RETRY_MS_DEFAULT, MS_MAX),
    lingerMs: whole("lingerMs", config.lingerMs ?? LINGER_MS_DEFAULT, MS_MAX),
  };
}

/** @throws as `checkConfig` */
export function termsOf(given: BallotConfig): Terms {
  const config = checkConfig(given);
  const weights = new Map(config.electorate.map(({ member, weight }) => [member, weight]));
  const total = config.electorate.reduce((sum, { weight }) => sum + weight, 0);
  return { config, weights, total, rule: ruleOf(config.approval, total) };
}

/** All that may be voted for, in the order in which it is told. */
export function choicesOf(options: readonly string[]): readonly string[] {
  return [...options, REJECT, ABSTAIN];
}

/** Where the weight of a choice is counted: "reject" and "abstain" behind the options. -1: none. */
export function placeOf(options: readonly string[], choice: string): number {
  if (choice === REJECT) return options.length;
  return choice === ABSTAIN ? options.length + 1 : options.indexOf(choice);
}

function ruleOf(approval: Approval, total: number): Rule {
  if (approval === "plurality") return { type: "plurality" };
  if (approval === "majority") return { type: "electorate", needed: majority(total) };
  if (approval === "unanimous") return { type: "electorate", needed: total };
  const threshold = fraction(approval.atLeast);
  return approval.of === "cast"
    ? { type: "cast", atLeast: threshold }
    : { type: "electorate", needed: atLeast(threshold, total) };
}

/** Sorted by name, so that it does not matter how it was written. */
function electorateOf(given: unknown): readonly Elector[] {
  const allowed = `1 to ${MEMBERS_MAX} members`;
  if (typeof given !== "object" || given === null) {
    throw new InvalidBallot("electorate", allowed, given);
  }
  const listed: readonly unknown[] = Array.isArray(given)
    ? given
    : Object.entries(given).map(([member, weight]) => ({ member, weight }));
  if (listed.length < 1 || listed.length > MEMBERS_MAX) {
    throw new InvalidBallot("electorate", allowed, listed.length);
  }
  const known = new Set<MemberId>();
  let total = 0;
  const electors = listed.map((entry, index) => {
    const elector = electorOf(entry, `electorate[${index}]`);
    if (known.has(elector.member)) {
      throw new InvalidBallot("electorate", "members that are named once each", elector.member);
    }
    known.add(elector.member);
    total += elector.weight;
    // The first sum that is not exact is 2^53: no later one can hide it.
    whole("the weight of all electorate", total, Number.MAX_SAFE_INTEGER);
    return elector;
  });
  return electors.sort((a, b) => (a.member < b.member ? -1 : 1));
}

function electorOf(entry: unknown, part: string): Elector {
  const isWhole = typeof entry === "object" && entry !== null;
  if (isWhole) onlyWith(["member", "weight"], part, entry);
  const { member, weight } = isWhole ? (entry as Partial<Elector>) : { member: entry, weight: 1 };
  const name = nameOf(`${part}.member`, member);
  if (!isMemberId(name)) throw new InvalidBallot(`${part}.member`, ID_RULE, name);
  return { member: name, weight: whole(`${part}.weight`, weight, Number.MAX_SAFE_INTEGER) };
}

function optionsOf(given: unknown): readonly string[] {
  const allowed = `1 to ${OPTIONS_MAX} different texts`;
  if (!Array.isArray(given) || given.length < 1 || given.length > OPTIONS_MAX) {
    throw new InvalidBallot("options", allowed, given);
  }
  const options = given.map((option, index) => nameOf(`options[${index}]`, option));
  const reserved = options.find((option) => option === REJECT || option === ABSTAIN);
  if (reserved !== undefined) {
    const other = `other than "${REJECT}" and "${ABSTAIN}", which everybody may vote for anyway`;
    throw new InvalidBallot("options", other, reserved);
  }
  if (new Set(options).size < options.length) throw new InvalidBallot("options", allowed, given);
  return options;
}

function approvalOf(given: unknown): Approval {
  if (given === "majority" || given === "unanimous" || given === "plurality") return given;
  const { atLeast: threshold, of = "electorate" } = (given ?? {}) as {
    atLeast?: Threshold;
    of?: unknown;
  };
  if (typeof given === "object" && given !== null) onlyWith(["atLeast", "of"], "approval", given);
  if (threshold === undefined || (of !== "electorate" && of !== "cast")) {
    const allowed =
      '"majority", "unanimous", "plurality" or { atLeast: "2/3", of: "electorate" or "cast" }';
    throw new InvalidBallot("approval", allowed, given);
  }
  return { atLeast: fraction(threshold, "approval.atLeast"), of };
}

/** A key that means nothing was written for one that does. */
function onlyWith(keys: readonly string[], part: string, given: object): void {
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  throw new InvalidBallot(part, `an object with some of ${keys.join(", ")}`, unknown);
}

function nameOf(part: string, given: unknown): string {
  if (typeof given === "string" && given.length >= 1 && given.length <= NAME_CHARS_MAX)
    return given;
  throw new InvalidBallot(part, `a text of 1 to ${NAME_CHARS_MAX} characters`, given);
}

function whole(part: string, given: unknown, max: number): number {
  if (typeof given === "number" && Number.isSafeInteger(given) && given >= 1 && given <= max) {
    return given;
  }
  throw new InvalidBallot(part, `a whole number from 1 to ${max}`, given);
}
