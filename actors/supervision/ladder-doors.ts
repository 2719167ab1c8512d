/**
 * The addresses of a ladder's service: one for each guarantee that may be asked for.
 *
 *     linearizable ──▶ the rung in charge, if it promises that; else a stand-in that says why not
 *     eventual     ──▶ the rung in charge, if it promises at least that; else …
 *
 * They are aliases: whoever sends finds the rung in charge by two loads of shared memory, and no
 * message passes through the ladder.
 */

import type { Alias } from "../alias.ts";
import { ActorRef } from "../ref.ts";
import type { AnyRef, Self } from "../types.ts";
import type { Closed } from "./ladder-events.ts";
import type { CheckedLadder } from "./ladder-spec.ts";
import { closeFor, type StandIn, type Standing, standInFor } from "./stand-in.ts";

interface Door {
  readonly rank: number;
  readonly alias: Alias;
  readonly standIn: StandIn;
}

/** Who is in charge. */
export interface Opened {
  readonly ref: AnyRef;
  readonly rung: string;
  readonly rank: number;
}

export class LadderDoors {
  readonly #self: Self<unknown>;
  readonly #ladder: CheckedLadder;
  readonly #doors: Door[] = [];
  #opened: Opened | undefined;
  #closed: Standing = { rung: "", reason: "start", cause: "it starts", retryAt: undefined };

  constructor(self: Self<unknown>, ladder: CheckedLadder) {
    this.#self = self;
    this.#ladder = ladder;
  }

  /**
   * Makes the addresses. They have the handlers of `first`, by which messages for rungs of other
   * definitions are translated.
   *
   * @param definition names the stand-ins.
   */
  async build(service: string, definition: string, first: AnyRef): Promise<void> {
    const { rules } = this.#ladder;
    const best = Math.max(...rules.rungs.map(({ rank }) => rank));
    const handlers = first instanceof ActorRef ? first.facts.handlers : [];
    const blueprint = standInFor(definition, handlers);
    for (let rank = rules.minimumRank; rank <= best; rank += 1) {
      const options = { thread: "local", link: true } as const;
      const standIn = await this.#self.spawn(blueprint, [service, this.#closed], options);
      const door = { rank, alias: this.#self.alias(first), standIn };
      this.#doors.push(door);
      this.#point(door);
    }
  }

  /** The address for this guarantee. */
  at(rank: number): AnyRef | undefined {
    return this.#doors.find((door) => door.rank === rank)?.alias.ref;
  }

  isStandIn(ref: AnyRef): boolean {
    return this.#doors.some(({ standIn }) => standIn === ref);
  }

  /** A normal end of the ladder would not reach them by their links. */
  end(): void {
    for (const { standIn } of this.#doors) this.#self.exit(standIn, "shutdown");
  }

  open(opened: Opened): void {
    this.#opened = opened;
    for (const door of this.#doors) this.#point(door);
  }

  close({ rung, reason, cause, retryAt }: Closed): void {
    this.#opened = undefined;
    this.#closed = { rung, reason, cause, retryAt };
    for (const door of this.#doors) this.#point(door);
  }

  #point({ rank, alias, standIn }: Door): void {
    const opened = this.#opened;
    if (opened !== undefined && opened.rank >= rank) return alias.to(opened.ref);
    // The stand-in lives on this thread, so it knows before anybody is led to it.
    closeFor(standIn, opened === undefined ? this.#closed : this.#tooWeak(opened, rank));
    alias.to(standIn);
  }

  #tooWeak({ rung, rank: given }: Opened, rank: number): Standing {
    const { guarantees } = this.#ladder;
    const cause = `it gives ${guarantees[given]}, and this address is for ${guarantees[rank]}`;
    return { rung, reason: "guarantee", cause, retryAt: undefined };
  }
}
