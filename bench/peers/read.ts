/** The same files, read and not looked at: what a recovery cannot be faster than. */

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import { journalOf } from "../ours/recovery.ts";

export async function files({ count }: Options): Promise<Contender> {
  const folder = await journalOf(count);
  const round = (): Promise<Sample> => {
    const begin = performance.now();
    let bytes = 0;
    for (const name of readdirSync(folder)) bytes += readFileSync(join(folder, name)).length;
    const seconds = secondsSince(begin);
    // 100 B of each record, as ours counts them.
    const values = { rate: (count * 100) / seconds / 1e6 };
    return Promise.resolve({ checksum: bytes > count * 100 ? count : 0, values });
  };
  return { round, close: () => rmSync(folder, { recursive: true }) };
}
