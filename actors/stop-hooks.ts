/**
 * What a user wants done before the actors of a system end: closing what comes from outside.
 *
 * One after the other, the last registered first, since what was opened later may stand on what
 * was opened before. AsyncDisposableStack and supervisors do the same. Each has a time of its own;
 * what throws, or takes longer, does not keep the next from its turn.
 */

import { summarise } from "../runtime/errors.ts";
import { InvalidOptions, SystemStopped } from "./errors.ts";
import { checkHookTimeout, known } from "./options.ts";
import type { Passed } from "./phases.ts";

export interface Stopping {
  /** What set the stop off. */
  readonly cause: string;
  /** Aborted when the hook's time is over, and nobody waits for it any more. */
  readonly signal: AbortSignal;
}

export type StopHook = (stopping: Stopping) => unknown;

export interface StopHookOptions {
  /** Milliseconds it may take, 1 to 600 000, default 5000. */
  timeout?: number;
}

interface Hook {
  readonly name: string;
  readonly run: StopHook;
  readonly timeoutMs: number;
}

/** Hooks of a system. */
const HOOKS_MAX = 64;
const NAME_CHARACTERS_MAX = 200;

export class StopHooks {
  readonly #hooks: Hook[] = [];
  #begun = false;

  /** @throws InvalidOptions, also for one too many; SystemStopped once they run. */
  add(name: string, run: StopHook, options: StopHookOptions = {}): () => void {
    if (this.#begun) throw new SystemStopped("onStop");
    if (typeof name !== "string" || name === "" || name.length > NAME_CHARACTERS_MAX) {
      const allowed = `a name of 1 to ${NAME_CHARACTERS_MAX} characters`;
      throw new InvalidOptions("onStop", allowed, name);
    }
    if (typeof run !== "function") throw new InvalidOptions(`onStop ${name}`, "a function", run);
    known(`onStop ${name}`, options, ["timeout"]);
    const timeoutMs = checkHookTimeout(`onStop ${name}: timeout`, options.timeout);
    if (this.#hooks.length >= HOOKS_MAX) {
      throw new InvalidOptions("onStop", `used for at most ${HOOKS_MAX} hooks`, name);
    }
    const hook = { name, run, timeoutMs };
    this.#hooks.push(hook);
    return () => {
      const at = this.#hooks.indexOf(hook);
      if (at >= 0 && !this.#begun) this.#hooks.splice(at, 1);
    };
  }

  /** The longest that all of them may take together. */
  get deadlineMs(): number {
    return this.#hooks.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0);
  }

  async run(cause: string): Promise<Passed> {
    this.#begun = true;
    const stillRunning: string[] = [];
    const failed: string[] = [];
    for (const hook of this.#hooks.toReversed()) {
      const ended = await within(hook, cause);
      if (ended === LATE) stillRunning.push(`${hook.name}: took longer than ${hook.timeoutMs} ms`);
      else if (ended !== undefined) failed.push(`${hook.name}: ${ended.threw}`);
    }
    return { stillRunning, failed };
  }
}

const LATE = Symbol("late");

/** Undefined: it has ended, and all is well. */
async function within(
  { run, timeoutMs }: Hook,
  cause: string,
): Promise<typeof LATE | { threw: string } | undefined> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, LATE);
  });
  const ended = (async () => {
    await run({ cause, signal: controller.signal });
    return undefined;
  })().catch((error: unknown) => ({ threw: summarise(error) }));
  const outcome = await Promise.race([ended, late]);
  clearTimeout(timer);
  if (outcome === LATE) controller.abort(new Error(`the hook took longer than ${timeoutMs} ms`));
  return outcome;
}
