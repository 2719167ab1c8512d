/** A home alone, to which votes come as messages, and all ways in which they may come. */

import type { Effect, MemberId, ProtocolEvent } from "../../../dist/actors/index.js";
import { ballot } from "../../../dist/protocols/ballot/ballot.js";
import type { BallotConfig } from "../../../dist/protocols/ballot/config.js";
import type { BallotOutcome } from "../../../dist/protocols/ballot/outcome.js";
import type { BallotSpec } from "../../../dist/protocols/ballot/spec.js";
import type { BallotState } from "../../../dist/protocols/ballot/state.js";

type Happened =
  ProtocolEvent<BallotSpec> extends infer E ? (E extends unknown ? Omit<E, "at"> : never) : never;

/** The member that counts; whatever it sends is lost. */
export class Counting {
  readonly state: BallotState;

  constructor(config: BallotConfig) {
    this.state = ballot.init({
      self: "home",
      instance: "test",
      config: ballot.check(config),
      isDurable: false,
      seed: 1,
      at: 0,
      recovered: undefined,
    });
    this.step({ type: "start" });
  }

  step(event: Happened): readonly Effect<BallotSpec>[] {
    return ballot.step(this.state, { ...event, at: 0 } as ProtocolEvent<BallotSpec>);
  }

  vote(from: MemberId, choice: string, revision = 1, epoch = 1): readonly Effect<BallotSpec>[] {
    const opinion = { choice, confidence: 1, rationale: "", revision };
    const message = { type: "vote", epoch, ...opinion } as const;
    return this.step({ type: "message", from, incarnation: 1, message });
  }

  expire(): void {
    this.step({ type: "timer", key: "deadline" });
  }

  get outcome(): BallotOutcome | undefined {
    return this.state.home?.outcome;
  }
}

/** All orders of a list; n! of them. */
export function* orders<Item>(items: readonly Item[]): Generator<Item[]> {
  if (items.length < 2) yield [...items];
  for (let index = 0; index < items.length && items.length >= 2; index += 1) {
    const rest = [...items.slice(0, index), ...items.slice(index + 1)];
    for (const order of orders(rest)) yield [items[index] as Item, ...order];
  }
}

/** All ways to give each member one of these choices, or none. */
export function* assignments(
  members: readonly MemberId[],
  choices: readonly string[],
): Generator<Map<MemberId, string>> {
  const [first, ...rest] = members;
  if (first === undefined) {
    yield new Map();
    return;
  }
  for (const others of assignments(rest, choices)) {
    yield others;
    for (const choice of choices) yield new Map([[first, choice], ...others]);
  }
}
