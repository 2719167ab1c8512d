/** The keeper's way to its socket (server.ts), which is loaded only once all threads run. */

import type { LookServer } from "./server.ts";
import type { Looked } from "./sources.ts";

export class Door {
  readonly #looked: Looked & { readonly socket: boolean };
  readonly #debug: (fields: object, message: string) => void;
  #server: LookServer | undefined;
  #closed = false;

  constructor(
    looked: Looked & { readonly socket: boolean },
    debug: (fields: object, message: string) => void,
  ) {
    this.#looked = looked;
    this.#debug = debug;
  }

  /** Settles when clients can come, or never will. */
  async open(): Promise<void> {
    if (!this.#looked.socket) return;
    const { LookServer } = await import("./server.ts");
    this.#server = new LookServer(this.#looked, this.#debug);
    if (!this.#closed) await this.#server.open();
  }

  close(): void {
    this.#closed = true;
    this.#server?.close();
  }
}
