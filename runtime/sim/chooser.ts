/**
 * Which virtual thread goes on when every interleaving is to be seen: asked for instead of drawn.
 *
 *     keeper, driver, or a thread that only settles ──▶ goes on at once: no other order matters
 *     threads with actors that have something to do ──▶ choose; who ran last is preferred
 *     nobody ──▶ the next timer
 *
 * Wake-ups and posts count as arrived as soon as they are under way: how long they take is what a
 * choice decides. Only timers keep their time.
 */

import { type Choices, NONE } from "./explore/choices.ts";
import type { VirtualThread } from "./virtual-thread.ts";

export class Chooser {
  readonly #choices: Choices;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** Undefined: nothing is left but timers. */
  next(threads: readonly VirtualThread[], last: VirtualThread): VirtualThread | undefined {
    const enabled = threads.filter((thread) => thread.isEnabled);
    const aside = enabled.find((thread) => !thread.hasActors || thread.settles);
    if (aside !== undefined || enabled.length < 2) return aside ?? enabled[0];
    const names = enabled.map(({ name }) => name).join(", ");
    const preferred = enabled.indexOf(last);
    return enabled[this.#choices.choose(enabled.length, Math.max(NONE, preferred), names)];
  }
}
