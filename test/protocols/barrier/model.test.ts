/** Goal: on a network that loses nothing, a barrier does what a phaser of thirty lines does. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { HOME } from "../../../dist/actors/index.js";
import { type BarrierSpec, barrier } from "../../../dist/protocols/barrier/index.js";
import type { BarrierCommand } from "../../../dist/protocols/barrier/spec.js";

const IDS = [HOME, "a", "b", "c"];
const TYPES = ["arrive", "arriveAndAwait", "arriveAndDeregister", "register"] as const;
type Type = (typeof TYPES)[number];

/** What each command is told, by its number, as soon as it is told. */
type Told = Map<number, string>;

class Phaser {
  readonly told: Told = new Map();
  phase = 0;
  /** The first phase that waits for each. */
  readonly parties: Map<string, number> = new Map();
  readonly arrived: Set<string> = new Set();
  /** Who waits: for the end of this phase, or to arrive at the next. */
  #waiting: { member: string; number: number; type: Type; isEarly: boolean }[] = [];

  constructor(members: readonly string[]) {
    for (const member of members) this.parties.set(member, 0);
  }

  command(number: number, member: string, type: Type): void {
    if (type === "register") {
      const from = this.phase + (this.arrived.has(member) ? 1 : 0);
      if (!this.parties.has(member)) this.parties.set(member, from);
      this.told.set(number, `registered ${this.parties.get(member)}`);
      return;
    }
    const from = this.parties.get(member);
    if (from === undefined) {
      this.told.set(number, "refused");
      return;
    }
    if (from > this.phase) this.#waiting.push({ member, number, type, isEarly: true });
    else this.#arrive(number, member, type);
  }

  #arrive(number: number, member: string, type: Type): void {
    this.arrived.add(member);
    if (type === "arriveAndDeregister") this.parties.delete(member);
    if (type === "arriveAndAwait") this.#waiting.push({ member, number, type, isEarly: false });
    else this.told.set(number, `arrived ${this.phase}`);
    for (const [party, from] of this.parties) {
      if (from <= this.phase && !this.arrived.has(party)) return;
    }
    this.#pass();
  }

  #pass(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { number, isEarly } of waiting) {
      if (!isEarly) this.told.set(number, `passed ${this.phase} ${this.arrived.size}`);
    }
    this.phase += 1;
    this.arrived.clear();
    for (const { number, member, type, isEarly } of waiting) {
      if (isEarly) this.#arrive(number, member, type);
    }
  }
}

/** All members, and a network that hands on at once what is sent, in order. */
class Members {
  readonly told: Told = new Map();
  readonly states: Map<string, BarrierSpec["state"]> = new Map();
  readonly #flight: [from: string, to: string, message: BarrierSpec["message"]][] = [];
  #at = 0;

  constructor(config: object) {
    for (const [index, self] of IDS.entries()) {
      const more = { instance: "m", isDurable: false, seed: index, at: 0, recovered: undefined };
      const checked = self === HOME ? barrier.check(config) : undefined;
      this.states.set(self, barrier.init({ self, config: checked, ...more }));
    }
    for (const self of IDS) this.#step(self, { type: "start" });
  }

  command(number: number, member: string, type: Type): void {
    const command: BarrierCommand = { type };
    const more = { id: String(number), deadline: 1e9, isRepeated: false };
    this.#step(member, { type: "command", command, ...more });
  }

  #step(self: string, event: object): void {
    this.#at += 1;
    const state = this.states.get(self);
    if (state === undefined) return;
    for (const effect of barrier.step(state, { ...event, at: this.#at } as never)) {
      if (effect.type === "send") {
        for (const to of [effect.to].flat()) this.#flight.push([self, to, effect.message]);
      } else if (effect.type === "reply") {
        const { type, ...reply } = effect.reply as { type: string; phase?: number };
        const arrived = "arrived" in reply ? ` ${reply.arrived}` : "";
        const text = type === "refused" ? type : `${type} ${reply.phase}${arrived}`;
        this.told.set(Number(effect.id), text);
      }
    }
    for (let next = this.#flight.shift(); next !== undefined; next = this.#flight.shift()) {
      const [from, to, message] = next;
      this.#step(to, { type: "message", from, incarnation: 1, message });
    }
  }
}

const command = fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...TYPES));

test("random histories of a changing barrier", () => {
  const histories = fc.array(command, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.subarray(IDS, { minLength: 1 }), histories, (members, history) => {
      const [model, group] = [
        new Phaser(members),
        new Members({ members, membership: "changing" }),
      ];
      for (const [number, [member, type]] of history.entries()) {
        // Who has left may say so again, and is told that it has.
        if (type === "arriveAndDeregister" && !model.parties.has(member)) continue;
        model.command(number, member, type);
        group.command(number, member, type);
        // With its last party a barrier ends.
        if (model.parties.size === 0) return;
        expect(group.told).toEqual(model.told);
        const home = group.states.get(HOME)?.home;
        expect([home?.phase, home?.parties.size, home?.arrivals.size]).toEqual([
          model.phase,
          model.parties.size,
          model.arrived.size,
        ]);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});
