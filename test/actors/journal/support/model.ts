/** A journal that is as plain as can be: what the others are compared with. */

import type { Journal, KeptLog, Write } from "../../../../actors/journal/journal.ts";

interface Plain {
  life: number;
  metadata: Uint8Array | undefined;
  snapshot: { upTo: number; bytes: Uint8Array } | undefined;
  records: Uint8Array[];
}

export class ModelJournal implements Journal {
  readonly tag = 1;
  #logs = new Map<string, Plain>();

  get logs(): string[] {
    return [...this.#logs.keys()].sort();
  }

  logsOf(prefix: string): string[] {
    return this.logs.filter((name) => name.startsWith(prefix));
  }

  open(log: string): Promise<KeptLog> {
    const kept = this.#logs.get(log) ?? {
      ...{ life: 0, metadata: undefined, snapshot: undefined, records: [] },
    };
    kept.life += 1;
    this.#logs.set(log, kept);
    return Promise.resolve({ ...kept, records: [...kept.records] });
  }

  commit(batch: readonly Write[]): Promise<void> {
    const before = structuredClone(this.#logs);
    for (const write of batch) {
      if (this.#write(write)) continue;
      this.#logs = before;
      return Promise.reject(Object.assign(new Error("wrong"), { code: "ERR_INVALID_WRITE" }));
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  kept(): (readonly [string, KeptLog])[] {
    return this.logs.map((name) => [name, this.#logs.get(name) as Plain] as const);
  }

  bounds(log: string): { upTo: number; last: number } {
    const kept = this.#logs.get(log);
    const upTo = kept?.snapshot?.upTo ?? 0;
    return { upTo, last: upTo + (kept?.records.length ?? 0) };
  }

  #write(write: Write): boolean {
    const log = this.#logs.get(write.log);
    if (write.type === "remove") this.#logs.delete(write.log);
    if (log === undefined || write.type === "remove") return write.type === "remove";
    const upTo = log.snapshot?.upTo ?? 0;
    switch (write.type) {
      case "append":
        log.records.push(...write.records);
        return true;
      case "truncate":
        if (write.from <= upTo || write.from > upTo + log.records.length + 1) return false;
        log.records.length = write.from - upTo - 1;
        return true;
      case "snapshot":
        if (write.upTo < upTo) return false;
        log.records.splice(0, write.upTo - upTo);
        log.snapshot = { upTo: write.upTo, bytes: write.bytes };
        return true;
      case "metadata":
        log.metadata = write.bytes;
        return true;
    }
  }
}
