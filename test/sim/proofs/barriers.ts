/**
 * Barriers of three members on three nodes: parties that die, come back, reset, and leave.
 *
 * Always: what `watch` of the protocol says. At the end: of each phase all that passed it have
 * heard the same; each member has heard of phases in order; where home keeps what it knows,
 * everybody has passed the last phase, whatever has happened.
 */

import {
  Barrier,
  type BarrierClient,
  type BarrierConfig,
  type PhasePassed,
} from "../../../dist/protocols/index.js";
import { crashing, type Fleet, NODES, runFleet } from "./fleet.ts";
import type { Proof } from "./proof.ts";

const MEMBERS = ["home", "left", "right"];
const TIMEOUT_MS = [300, 1_000, 3_000];
/** Whoever has passed a phase from this one on leaves. */
const PHASES = 3;
/** A volatile barrier may be lost with its home; so long its members try. */
const VOLATILE_MS = 8_000;
const ASK_MS = 6_000;
const PAUSE_MS = 200;

async function play(fleet: Fleet, id: string): Promise<void> {
  const { isDurable, journal, note, random, sim } = fleet;
  const places = MEMBERS.map((member) => [member, NODES[random.int(NODES.length)] ?? "a"] as const);
  const config: BarrierConfig = {
    ...(random.chance(50) ? { members: MEMBERS } : { count: MEMBERS.length }),
    onDown: random.chance(50) ? "break" : "deregister",
    timeoutMs: TIMEOUT_MS[random.int(TIMEOUT_MS.length)] ?? 1_000,
  };
  const group = await sim
    .protocol(Barrier, { id, config, members: Object.fromEntries(places), ...journal })
    .catch(() => undefined);
  if (group === undefined) return note("never begun");
  const end = crashing(fleet, group, MEMBERS);
  const untilMs = sim.now + (isDurable ? fleet.leftMs() : VOLATILE_MS);
  const passed = new Map<number, string>();
  const last = await Promise.all(
    MEMBERS.map((member) => takePart(fleet, group.client(member), member, untilMs, passed)),
  );
  end();
  const done = last.filter((phase) => phase >= PHASES - 1).length;
  if (isDurable && done < MEMBERS.length) throw new Error(`${id} ended at ${last.join(", ")}`);
  note(done === MEMBERS.length ? "all passed" : "lost");
  note("phases", passed.size);
  if (done === MEMBERS.length) sim.completed();
}

/** Arrives until the last phase, and resets what is broken. Returns the last that it passed. */
async function takePart(
  { note, random, sim }: Fleet,
  client: BarrierClient,
  member: string,
  untilMs: number,
  passed: Map<number, string>,
): Promise<number> {
  let last = -1;
  for (let count = 0; sim.now < untilMs && last < PHASES - 1; count += 1) {
    const deadlineMs = Math.max(1, Math.min(ASK_MS, Math.ceil(untilMs - sim.now)));
    try {
      const phase = await client.arriveAndAwait(`${member} ${count}`, { deadlineMs });
      checkPassed(phase, member, last, passed);
      last = phase.phase;
    } catch (error) {
      const { code, phase } = error as { code?: string; phase?: number };
      if (code === undefined) throw error;
      note(code);
      await sim.sleep(random.int(PAUSE_MS));
      const isBroken = code === "ERR_BARRIER_BROKEN" && phase !== undefined;
      const again = isBroken
        ? client.reset({ phase, deadlineMs })
        : client.register({ deadlineMs });
      await again.catch(() => undefined);
    }
  }
  const rest = { deadlineMs: Math.max(1, Math.min(ASK_MS, Math.ceil(untilMs - sim.now))) };
  await client.arriveAndDeregister(undefined, rest).catch(() => undefined);
  return last;
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
  least: {},
  run: (seed, more) => runFleet(play, seed, more),
};
