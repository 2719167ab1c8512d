/** A file of a simulated disk that somebody has open, in one life of its node. */

import { checkPlaces, DiskError, type DiskFile } from "../disk.ts";
import type { Folders } from "./folders.ts";
import type { Cost, Fail, Operations } from "./operations.ts";
import type { Stored } from "./stored.ts";
import type { Troubles } from "./troubles.ts";

/** What the files of a disk share. */
export interface DiskParts {
  readonly folders: Pick<Folders, "has">;
  readonly operations: Operations;
  readonly troubles: Troubles;
}

export class OpenFile implements DiskFile {
  readonly path: string;
  readonly #stored: Stored;
  readonly #folders: Pick<Folders, "has">;
  readonly #operations: Operations;
  readonly #troubles: Troubles;
  readonly #life: number;
  #open = true;

  constructor(path: string, stored: Stored, { folders, operations, troubles }: DiskParts) {
    this.path = path;
    this.#stored = stored;
    this.#folders = folders;
    this.#operations = operations;
    this.#troubles = troubles;
    this.#life = operations.life;
  }

  async size(): Promise<number> {
    return await this.#run("read", "size", () => this.#stored.size);
  }

  async read(at: number, length: number): Promise<Uint8Array> {
    checkPlaces("read", this.path, at, length);
    return await this.#run("read", "read", () => {
      this.#troubles.counters.reads += 1;
      return this.#stored.read(at, length);
    });
  }

  async write(at: number, bytes: Uint8Array): Promise<void> {
    checkPlaces("write", this.path, at);
    const whole = bytes.slice();
    await this.#run("write", "write", (fail) => {
      this.#troubles.counters.writes += 1;
      const missing = this.#troubles.missing(at + whole.length - this.#stored.size);
      // As much as there is room for.
      this.#stored.write(at, whole.subarray(0, Math.max(0, whole.length - missing)));
      if (missing > 0) throw this.#troubles.full(fail);
    });
  }

  async truncate(size: number): Promise<void> {
    checkPlaces("truncate", this.path, size);
    await this.#run("write", "truncate", (fail) => {
      if (this.#troubles.missing(size - this.#stored.size) > 0) throw this.#troubles.full(fail);
      this.#stored.truncate(size);
    });
  }

  async sync(): Promise<void> {
    const last = this.#stored.lastChange;
    await this.#run("sync", "sync", (fail) => {
      if (this.#troubles.failsNow()) {
        this.#stored.failSync(last);
        throw fail("EIO");
      }
      this.#stored.sync(last);
      if (!this.#folders.has(this.#stored, this.path)) throw fail("ENOENT");
    });
  }

  async close(): Promise<void> {
    await this.#run("write", "close", () => {
      this.#open = false;
    });
  }

  #run<Result>(cost: Cost, name: string, act: (fail: Fail) => Result): Promise<Result> {
    if (!this.#isOpen()) return Promise.reject(new DiskError("EBADF", name, this.path));
    return this.#operations.run({ cost, name, path: this.path }, (fail) => {
      if (!this.#isOpen()) throw fail("EBADF");
      return act(fail);
    });
  }

  #isOpen(): boolean {
    return this.#open && this.#life === this.#operations.life;
  }
}
