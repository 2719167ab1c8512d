/** What keeps the process alive while a system runs: the keeper's thread, else a timer. */

import type { ThreadHandle } from "../runtime/machine.ts";

/** Only its being there matters. */
const ALIVE_MS: number = 2 ** 30;

export class Alive {
  readonly #keeper: ThreadHandle | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(keeper: ThreadHandle | undefined) {
    this.#keeper = keeper;
  }

  /** Also where there is no keeper, or no longer; what is returned lets go. */
  hold(): () => void {
    this.#timer ??= setInterval(() => {}, ALIVE_MS);
    this.ref();
    return () => clearInterval(this.#timer);
  }

  unref(): void {
    this.#keeper?.unref();
    this.#timer?.unref();
  }

  ref(): void {
    this.#keeper?.ref();
    this.#timer?.ref();
  }
}
