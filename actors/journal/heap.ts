/** A journal in memory. */

import type { Journal, KeptLog, Write } from "./journal.ts";

interface Kept {
  life: number;
  metadata: Uint8Array | undefined;
  snapshot: { upTo: number; bytes: Uint8Array } | undefined;
  records: Uint8Array[];
}

export class MemoryJournal implements Journal {
  readonly #logs: Map<string, Kept> = new Map();

  get logs(): string[] {
    return [...this.#logs.keys()].sort();
  }

  async open(name: string): Promise<KeptLog> {
    const log = this.#log(name);
    log.life += 1;
    return { ...log, records: [...log.records] };
  }

  async commit(batch: readonly Write[]): Promise<void> {
    for (const write of batch) this.#write(write);
  }

  async close(): Promise<void> {}

  #log(name: string): Kept {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const made = { life: 0, metadata: undefined, snapshot: undefined, records: [] };
    this.#logs.set(name, made);
    return made;
  }

  #write(write: Write): void {
    const log = this.#log(write.log);
    const before = log.snapshot?.upTo ?? 0;
    switch (write.type) {
      case "append":
        log.records.push(...write.records);
        return;
      case "truncate":
        log.records.length = Math.max(0, write.from - before - 1);
        return;
      case "snapshot":
        log.records.splice(0, write.upTo - before);
        log.snapshot = { upTo: write.upTo, bytes: write.bytes };
        return;
      case "metadata":
        log.metadata = write.bytes;
        return;
      case "remove":
        this.#logs.delete(write.log);
    }
  }
}
