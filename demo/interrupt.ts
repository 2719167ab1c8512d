/**
 * Interrupt: what ends the work early: Ctrl-C, a request to terminate, a reader that went away.
 *
 *     SIGINT 130 · SIGTERM 143 · nobody reads our output any more 141
 *
 * The first one aborts the signal, and the program ends in order. A second Ctrl-C ends it at once.
 */

export const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 141 } as const;

export type InterruptName = keyof typeof EXIT_CODES;

export class Interrupt {
  readonly #controller = new AbortController();
  #name: InterruptName | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code, once it happened. */
  get exitCode(): number | undefined {
    return this.#name === undefined ? undefined : EXIT_CODES[this.#name];
  }

  get name(): InterruptName | undefined {
    return this.#name;
  }

  /** Returns false if it is not the first. */
  trigger(name: InterruptName): boolean {
    if (this.#name !== undefined) return false;
    this.#name = name;
    this.#controller.abort(new Error(`ended by ${name}`));
    return true;
  }

  /** Settles with the work, or rejects as soon as it is interrupted: whichever is first. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let onAbort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Listens to the process. `atOnce` is called for a second Ctrl-C and must not return. */
  listen(atOnce: (exitCode: number) => void): void {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (!this.trigger(name)) atOnce(EXIT_CODES[name]);
      });
    }
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("error", () => this.trigger("SIGPIPE"));
    }
  }
}
