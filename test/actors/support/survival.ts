/** A system whose threads are ended on purpose, and what the actors of main hear of it. */

import type { DeadLetter, Ref } from "../../../dist/actors/index.js";
import type { GateProtocol, NotepadProtocol } from "../fixtures/basic.mjs";
import type { KeepProtocol } from "../fixtures/survivors.mjs";
import { basic } from "./native.ts";
import { quiet, type Running, until, useSystem } from "./systems.ts";

const MORE_THAN_DIE = 1000;

/** Of a system with two worker threads. Actors that survive live on the first one. */
export class Survivals {
  readonly letters: DeadLetter[] = [];
  readonly #running: Running = useSystem({
    threads: 2,
    callTimeout: 4000,
    standbys: 1,
    threadIntensity: { deaths: MORE_THAN_DIE },
  });
  #listens = false;
  /** Dead letters that `reasons` has returned. */
  #known = 0;

  get system(): Running["system"] {
    const { system } = this.#running;
    if (!this.#listens) system.deadLetters((letter) => void this.letters.push(letter));
    this.#listens = true;
    return system;
  }

  get lines(): Running["lines"] {
    return this.#running.lines;
  }

  book(): Promise<Ref<NotepadProtocol>> {
    return this.system.spawn(basic.Notepad, [], { thread: 0 });
  }

  gate(): Promise<Ref<GateProtocol>> {
    return this.system.spawn(basic.Gate, [], { thread: 0 });
  }

  generation(thread = 1): number {
    return this.system.threads[thread]?.generation ?? 0;
  }

  /** Settles when the thread has died and another one has taken its place. */
  async lose(thread = 1): Promise<void> {
    await this.replaced(() => this.system.terminateThread(thread), thread);
  }

  /** The same for whatever ends it. */
  async replaced(end: () => unknown, thread = 1): Promise<void> {
    const before = this.generation(thread);
    await end();
    const isBack = () => {
      const info = this.system.threads[thread];
      return info?.running === true && info.generation > before;
    };
    await until(`thread ${thread} is back`, isBack);
  }

  /** Settles when the actor is in a turn that lasts until the gate opens. */
  async held(
    keep: Ref<KeepProtocol>,
    gate: Ref<GateProtocol>,
  ): Promise<{ call: Promise<unknown> }> {
    const came = await gate.call.came();
    const call = keep.call.wait(gate, "held");
    call.catch(() => {});
    await until("it waits", async () => (await gate.call.came()) === came + 1);
    return { call };
  }

  /** What `book` heard, once it has heard so much. */
  async heard(book: Ref<NotepadProtocol>, count: number): Promise<unknown[]> {
    await until(`${count} notes`, async () => (await book.call.size()) >= count);
    return book.call.notes();
  }

  /** Every message is accounted for. Returns what became dead letters since the last time. */
  async reasons(): Promise<string[]> {
    const { deadLettered } = await quiet(this.system);
    const told = (): number => this.letters.reduce((sum, one) => sum + 1 + one.suppressed, 0);
    const missing = (): number => deadLettered - this.#known - told();
    // They come behind the counters, over the lanes.
    await until("all dead letters are told", () => missing() <= 0).catch(() => {
      throw new Error(`${missing()} untold, of: ${JSON.stringify(this.letters)}`);
    });
    this.#known = deadLettered;
    return this.letters.splice(0).map(({ reason, handler }) => `${handler} ${reason}`);
  }

  /** The same where a thread may have died before it could tell of them: returns how many. */
  async dead(): Promise<number> {
    const { deadLettered } = await quiet(this.system);
    const count = deadLettered - this.#known;
    this.#known = deadLettered;
    this.letters.splice(0);
    return count;
  }
}
