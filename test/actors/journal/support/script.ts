/**
 * A member's day: steps that open logs and write to them, and what must be kept after each.
 *
 *     steps[0] ──► states[1]    steps[1] ──► states[2]    …    states[0] is an empty journal
 */

import type { Journal, KeptLog, Write } from "../../../../actors/journal/journal.ts";
import type { Random } from "../../../../runtime/random.ts";
import { batchBytes, shown } from "./contract.ts";
import { ModelJournal } from "./model.ts";

export type Step = { readonly open: string } | { readonly batch: readonly Write[] };

/** What is kept, without lives, as text. */
export type State = string;

export interface Script {
  readonly steps: readonly Step[];
  readonly states: readonly State[];
}

const LOGS = ["Ballot/lr/home", "Barrier/epoch/a", "Ballot/lr/b"];

/** @param bytes of a record, on average. */
export async function script(random: Random, length: number, bytes: number): Promise<Script> {
  const model = new ModelJournal();
  const steps: Step[] = [];
  const states = [stateOf(model.kept())];
  for (let index = 0; index < length; index += 1) {
    const log = LOGS[random.int(LOGS.length)] as string;
    const isOpen = model.logs.includes(log);
    const step =
      isOpen && !random.chance(8) ? { batch: batch(model, random, bytes) } : { open: log };
    await take(model, step);
    steps.push(step);
    states.push(stateOf(model.kept()));
  }
  return { steps, states };
}

/** Does a step; what it resolves to is acknowledged. */
export async function take(journal: Journal, step: Step): Promise<void> {
  if ("open" in step) await journal.open(step.open);
  else await journal.commit(step.batch);
}

/** What a journal keeps. Opens all its logs. */
export async function stateIn(journal: Journal): Promise<State> {
  const logs: [string, KeptLog][] = [];
  for (const log of journal.logs) logs.push([log, await journal.open(log)]);
  return stateOf(logs);
}

function stateOf(logs: readonly (readonly [string, KeptLog])[]): State {
  return JSON.stringify(logs.map(([name, log]) => [name, { ...shown(log), life: 0 }]));
}

function batch(model: ModelJournal, random: Random, bytes: number): Write[] {
  const open = model.logs;
  const writes: Write[] = [];
  const ahead = new Map(open.map((log) => [log, model.bounds(log)]));
  for (let count = 1 + random.int(4); count > 0; count -= 1) {
    // A little less than the smallest journals take in one batch.
    if (batchBytes(writes) + 6 * bytes > 1800) break;
    const log = open[random.int(open.length)] as string;
    const at = ahead.get(log);
    if (at === undefined) continue;
    const kind = random.int(100);
    if (kind < 45) {
      const records = Array.from({ length: 1 + random.int(3) }, () => filled(random, bytes));
      at.last += records.length;
      writes.push({ log, type: "append", records });
    } else if (kind < 55) writes.push({ log, type: "metadata", bytes: filled(random, bytes) });
    else if (kind < 62 && at.last > at.upTo) {
      at.last -= 1;
      writes.push({ log, type: "truncate", from: at.last + 1 });
    } else if (kind < 97) {
      at.upTo += random.int(at.last - at.upTo + 1);
      writes.push({ log, type: "snapshot", upTo: at.upTo, bytes: filled(random, bytes) });
    } else {
      ahead.delete(log);
      writes.push({ log, type: "remove" });
    }
  }
  return writes;
}

function filled(random: Random, bytes: number): Uint8Array {
  const letter = 97 + random.int(26);
  return new Uint8Array(random.int(2 * bytes - 10)).fill(letter);
}
