/**
 * Counters: what is added at three members is counted by one, which keeps it, and now and then a
 * snapshot instead.
 *
 * Always: nobody was told more than home counts. At the end: what was acknowledged is counted, and
 * nothing twice; each was told a total of its own.
 */

import { Counter } from "./counters.actors.ts";
import { begun, crashing, type Fleet, patiently, placed, runFleet } from "./fleet.ts";
import type { Proof } from "./proof.ts";

const MEMBERS = ["home", "left", "right"];
const ADDITIONS = 6;
/** Who keeps nothing may be lost; so long an addition is asked for. */
const VOLATILE_MS = 4_000;

/** What became of additions. */
interface Sums {
  /** Of those that were acknowledged, and of all. */
  known: number;
  asked: number;
  readonly totals: number[];
  lost: number;
}

async function play(fleet: Fleet, id: string): Promise<void> {
  const { isDurable, journal, note, sim } = fleet;
  const members = placed(fleet, MEMBERS);
  const options = { id, config: { most: 1 }, members, ...journal };
  const group = await begun(fleet, sim.protocol(Counter, options));
  if (group === undefined) return;
  const end = crashing(fleet, group, MEMBERS);
  const sums: Sums = { known: 0, asked: 0, totals: [], lost: 0 };
  await Promise.all(MEMBERS.map((member) => add(fleet, group.client(member), sums)));
  const total = group.states.get("home")?.total;
  end();
  if (isDurable && sums.lost > 0) throw new Error(`${sums.lost} additions were not acknowledged`);
  if (new Set(sums.totals).size < sums.totals.length) {
    throw new Error(`the same total twice: ${sums.totals.join(", ")}`);
  }
  const { asked, known } = sums;
  if (total !== undefined && (total < known || total > asked)) {
    throw new Error(`${total} is counted; ${known} was acknowledged, and ${asked} asked for`);
  }
  note("acknowledged", sums.totals.length);
  if (sums.lost === 0) sim.completed();
}

async function add(
  fleet: Fleet,
  client: ReturnType<typeof Counter.client>,
  sums: Sums,
): Promise<void> {
  const { isDurable, random, sim } = fleet;
  for (let count = 0; count < ADDITIONS; count += 1) {
    const by = 1 + random.int(9);
    sums.asked += by;
    const deadlineMs = isDurable ? fleet.leftMs() : VOLATILE_MS;
    const reply = await patiently(fleet, client.requestId(), deadlineMs, (options) =>
      client.ask({ type: "add", by }, options),
    ).catch(() => undefined);
    if (reply === undefined) sums.lost += 1;
    else if (reply.type === "added") {
      sums.known += by;
      sums.totals.push(reply.total);
    }
    if (reply === undefined && !isDurable) return;
    await sim.sleep(random.int(200));
  }
}

export const counters: Proof = {
  name: "counters",
  file: "test/sim/protocols.test.ts",
  least: { completed: 1_100, acknowledged: 20_000, crashes: 1_600, partitions: 800 },
  run: (seed, more) => runFleet(play, seed, more),
};
