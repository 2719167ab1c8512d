/**
 * Barriers of three members on three nodes: parties that die, come back, reset, and leave.
 *
 * Always: what `watch` of the protocol says. At the end: of each phase all that passed it have
 * heard the same; each member has heard of phases in order; where home keeps what it knows,
 * everybody has passed the last phase, whatever has happened.
 */

import type { Simulation } from "../../../dist/actors/sim/index.js";
import {
  Barrier,
  type BarrierClient,
  type BarrierConfig,
  type PhasePassed,
} from "../../../dist/protocols/index.js";
import { begun, crashing, type Fleet, FULL, FULL_MS, placed, runFleet } from "./fleet.ts";
import type { Proof } from "./proof.ts";

const MEMBERS = ["home", "left", "right"];
const TIMEOUT_MS = [300, 1_000, 3_000];
/** Whoever has passed a phase from this one on leaves. */
const PHASES = 3;
/** A volatile barrier may be lost with its home; so long its members try. */
const VOLATILE_MS = 8_000;
const ASK_MS = 6_000;
/** Barriers at which one arrives only when the others have given it up. */
const LATE_PERCENT = 20;
const PAUSE_MS = 200;
/** It is no party any more, or there is no barrier. */
const LEFT = ["ERR_BARRIER_REFUSED", "ERR_INSTANCE_OVER", "ERR_INSTANCE_BROKEN"];

async function play(fleet: Fleet, id: string): Promise<void> {
  const { isDurable, journal, note, random, sim } = fleet;
  const config: BarrierConfig = {
    ...(random.chance(50) ? { members: MEMBERS } : { count: MEMBERS.length }),
    onDown: random.chance(50) ? "break" : "deregister",
    timeoutMs: TIMEOUT_MS[random.int(TIMEOUT_MS.length)] ?? 1_000,
  };
  const members = placed(fleet, MEMBERS);
  const group = await begun(fleet, sim.protocol(Barrier, { id, config, members, ...journal }));
  if (group === undefined) return;
  const end = crashing(fleet, group, MEMBERS);
  const untilMs = sim.now + (isDurable ? fleet.leftMs() : VOLATILE_MS);
  const told: Told = { passed: new Map(), isBroken: false };
  const late = random.chance(LATE_PERCENT) ? "right" : undefined;
  const last = await Promise.all(
    MEMBERS.map(async (member) => {
      if (member === late) await othersGoOn(sim, told, untilMs);
      return takePart(fleet, group.client(member), member, untilMs, told);
    }),
  );
  end();
  const done = last.filter((phase) => phase >= PHASES - 1).length;
  if (isDurable && done < MEMBERS.length) throw new Error(`${id} ended at ${last.join(", ")}`);
  note(done === MEMBERS.length ? "all passed" : "lost");
  note("phases", told.passed.size);
  if (done === MEMBERS.length) sim.completed();
}

/** What members were told of phases. */
interface Told {
  /** Of each that has passed: what of it. */
  readonly passed: Map<number, string>;
  /** One was broken. */
  isBroken: boolean;
}

/** They wait for somebody who does not come before their phase is broken, or passes without. */
async function othersGoOn(sim: Simulation, told: Readonly<Told>, untilMs: number): Promise<void> {
  while (!told.isBroken && told.passed.size === 0 && sim.now < untilMs) await sim.sleep(PAUSE_MS);
}

/** Arrives until the last phase, and leaves then. Returns the last that it passed. */
async function takePart(
  fleet: Fleet,
  client: BarrierClient,
  member: string,
  untilMs: number,
  told: Told,
): Promise<number> {
  const { sim } = fleet;
  let last = -1;
  for (let count = 0; sim.now < untilMs && last < PHASES - 1; count += 1) {
    const deadlineMs = Math.max(1, Math.min(ASK_MS, Math.ceil(untilMs - sim.now)));
    try {
      const phase = await client.arriveAndAwait(`${member} ${count}`, { deadlineMs });
      checkPassed(phase, member, last, told.passed);
      last = phase.phase;
    } catch (error) {
      const isBroken = await mend(fleet, client, error, deadlineMs);
      told.isBroken ||= isBroken;
      if (!isBroken) await client.register({ deadlineMs }).catch(() => undefined);
    }
  }
  await leave(fleet, client, untilMs);
  return last;
}

/** Until it has: the others wait for whoever is a party. */
async function leave(fleet: Fleet, client: BarrierClient, untilMs: number): Promise<void> {
  const left = (): number => Math.ceil(untilMs - fleet.sim.now);
  for (let deadlineMs = left(); deadlineMs > 0; deadlineMs = left()) {
    try {
      await client.arriveAndDeregister(undefined, { deadlineMs });
      return;
    } catch (error) {
      if (LEFT.includes(String((error as { code?: string }).code))) return;
      await mend(fleet, client, error, deadlineMs);
    }
  }
}

/** Notes what was wrong; what is broken it resets, and then it is true. */
async function mend(
  { note, random, sim }: Fleet,
  client: BarrierClient,
  error: unknown,
  deadlineMs: number,
): Promise<boolean> {
  const { code, phase } = error as { code?: string; phase?: number };
  if (code === undefined) throw error;
  note(code);
  await sim.sleep(code === FULL ? FULL_MS : random.int(PAUSE_MS));
  const isBroken = code === "ERR_BARRIER_BROKEN" && phase !== undefined;
  if (isBroken) await client.reset({ phase, deadlineMs }).catch(() => undefined);
  return isBroken;
}

function checkPassed(
  { phase, results, arrived }: PhasePassed,
  member: string,
  last: number,
  passed: Map<number, string>,
): void {
  const text = JSON.stringify([...results, arrived]);
  const known = passed.get(phase) ?? text;
  passed.set(phase, known);
  if (known !== text) throw new Error(`phase ${phase} was ${known}, and ${text} for ${member}`);
  if (phase <= last) throw new Error(`${member} passed ${phase} behind ${last}`);
  for (const [who, value] of results) {
    if (!String(value).startsWith(who)) throw new Error(`${who} has brought ${value}`);
  }
}

export const barriers: Proof = {
  name: "barriers",
  file: "test/sim/protocols.test.ts",
  least: { completed: 2_000, phases: 6_000, ERR_BARRIER_BROKEN: 1_500, crashes: 1_000 },
  run: (seed, more) => runFleet(play, seed, more),
};
