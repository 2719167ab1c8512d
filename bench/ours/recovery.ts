/** A journal is opened after its process has ended: every batch is read, checked and taken in. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileJournal, openFileJournal, processOwner } from "../../actors/index.ts";
import { realDisk } from "../../runtime/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";

const LOGS = ["a", "b", "c", "d"];
const RECORD_BYTES = 100;
/** As a store at work puts them together. */
const BATCH = 1000;

/** A folder with a journal of so many records, 100 B each; whoever takes it removes it. */
export async function journalOf(records: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sabeam-bench-journal-"));
  const journal = await openIn(folder);
  for (const log of LOGS) await journal.open(log);
  const record = new Uint8Array(RECORD_BYTES).fill(7);
  for (let begun = 0; begun < records; begun += BATCH) {
    const length = Math.min(BATCH, records - begun);
    const writes = Array.from({ length }, (_, index) => {
      return { log: LOGS[index % LOGS.length] ?? "", type: "append", records: [record] } as const;
    });
    await journal.commit(writes);
  }
  await journal.close();
  return folder;
}

function openIn(folder: string): Promise<FileJournal> {
  const owner = processOwner(`benchmark ${folder}`);
  return openFileJournal({
    ...{ disk: realDisk(folder), folder: "", node: "bench", owner },
    random: Math.random,
  });
}

export async function recover({ count }: Options): Promise<Contender> {
  const folder = await journalOf(count);
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const journal = await openIn(folder);
    const seconds = secondsSince(begin);
    let checksum = 0;
    for (const log of LOGS) checksum += (await journal.open(log)).records.length;
    await journal.close();
    return { checksum, values: { rate: (count * RECORD_BYTES) / seconds / 1e6 } };
  };
  return { round, close: () => rmSync(folder, { recursive: true }) };
}
