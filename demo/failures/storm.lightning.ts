/**
 * The lightning: strikes workers at random, and measures how long each was gone.
 *
 *     up ──▶ doomed ──▶ down ──▶ up      it throws at its next question
 *      └──── killed ────▲
 *
 * It strikes only who is up, so each strike is one end and is to be followed by one start.
 */
import { type AnyRef, defineActor, type Ref, type Self } from "../../actors/index.ts";
import { Random } from "../../runtime/index.ts";
import { microseconds } from "./stopwatch.ts";
import type { WorkerProtocol } from "./storm.actors.ts";

const STRIKE_MS = 10;
const DUE_MAX = 20;
/** Of the strikes, the rest throws. */
const KILL_PART = 0.2;
/** A victim that is not up is not struck: as often another one is looked for. */
const LOOKS_MAX = 8;
/** Recoveries that are kept, far more than a storm has. */
const RECOVERIES_MAX = 100_000;

export interface StormFigures {
  /** Workers that threw. */
  readonly thrown: number;
  readonly killed: number;
  readonly restarts: number;
  /** How many are down at the moment. */
  readonly down: number;
}

export interface LightningProtocol {
  rose(worker: number, atUs: number, ref: AnyRef): void;
  fell(worker: number, atUs: number): void;
  /** So many strikes a second from now on; 0: it is over. */
  strike(perSecond: number): void;
  tick(): void;
  figures(): StormFigures;
  /** Microseconds from each end to the first message that the successor handled. */
  recoveries(): number[];
}

interface Victim {
  ref: AnyRef;
  status: "up" | "doomed" | "down";
  fellUs: number;
}

interface Sky {
  perSecond: number;
  /** When it last looked, in milliseconds. */
  atMs: number;
  /** Strikes that are due, as parts of one. */
  due: number;
  thrown: number;
  killed: number;
  restarts: number;
}

interface Tools {
  readonly random: Random;
  readonly victims: Victim[];
  readonly recoveries: number[];
}

function toolsOf(self: Pick<Self<unknown>, "local">): Tools {
  return self.local.tools as Tools; // `init` has put them there.
}

export const Lightning = defineActor(import.meta.url, "Lightning", {
  init(self, seed: string): Sky {
    const random = new Random(`${seed} lightning`);
    self.local.tools = { random, victims: [], recoveries: [] } satisfies Tools;
    return { perSecond: 0, atMs: 0, due: 0, thrown: 0, killed: 0, restarts: 0 };
  },
  handlers: {
    rose(self, worker: number, atUs: number, ref: AnyRef): void {
      const { victims, recoveries } = toolsOf(self);
      const before = victims[worker];
      victims[worker] = { ref, status: "up", fellUs: 0 };
      if (before === undefined) return;
      self.state.restarts += 1;
      if (before.status === "down" && recoveries.length < RECOVERIES_MAX) {
        recoveries.push(atUs - before.fellUs);
      }
    },
    fell(self, worker: number, atUs: number): void {
      self.state.thrown += 1;
      const victim = toolsOf(self).victims[worker];
      if (victim !== undefined) Object.assign(victim, { status: "down", fellUs: atUs });
    },
    strike(self, perSecond: number): void {
      Object.assign(self.state, { perSecond, atMs: self.now() });
      if (perSecond > 0) self.timers.every("strike", STRIKE_MS, "tick");
      else self.timers.cancel("strike");
    },
    tick(self): void {
      const { state } = self;
      const now = self.now();
      // A tick that comes late has more to do, within reason.
      state.due += Math.min(DUE_MAX, ((now - state.atMs) / 1000) * state.perSecond);
      state.atMs = now;
      for (; state.due >= 1; state.due -= 1) strikeOne(self);
    },
    figures(self): StormFigures {
      const { thrown, killed, restarts } = self.state;
      const down = toolsOf(self).victims.filter(({ status }) => status === "down").length;
      return { thrown, killed, restarts, down };
    },
    recoveries: (self): number[] => [...toolsOf(self).recoveries],
  },
});

function strikeOne(self: Self<Sky>): void {
  const { random, victims } = toolsOf(self);
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const victim = victims[random.int(victims.length)];
    if (victim?.status !== "up") continue;
    const kills = random.float() < KILL_PART;
    if (!kills) {
      victim.status = "doomed";
      (victim.ref as Ref<WorkerProtocol>).cast.doom();
      return;
    }
    self.state.killed += 1;
    Object.assign(victim, { status: "down", fellUs: microseconds() });
    self.exit(victim.ref, "kill");
    return;
  }
}
