/**
 * Signals of the operating system that end a program: the system stops in its phases first.
 *
 *     first ──▶ stop in phases ──▶ the process ends by itself, or after EXIT_GRACE_MS: code 0
 *     second ─▶ the process ends at once: 128 + number, as a shell names it
 *
 * A program may have several systems; the last one to stop sees to the end of the process. They
 * find each other among the listeners of `process`, which also knows those of other copies of
 * this package.
 */

import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";
import { InvalidOptions } from "./errors.ts";
import type { Log } from "./log.ts";

export const PROCESS_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
export type ProcessSignal = (typeof PROCESS_SIGNALS)[number];

/** Those of `signals: true`. */
const USUAL: readonly ProcessSignal[] = ["SIGTERM", "SIGINT"];
/** The same signal so soon after the first is that one again: a terminal and npm both send it. */
const ECHO_MS = 100;
/** Time that the process has to end by itself once all has stopped. */
const EXIT_GRACE_MS = 1000;
/** How listeners of systems know each other. */
const OURS = Symbol.for("sabeam.stops");

/** @throws InvalidOptions */
export function checkSignals(signals: unknown, fallback = false): readonly ProcessSignal[] {
  if (signals === undefined) return fallback && isMainThread ? USUAL : [];
  if (signals === false) return [];
  const names = signals === true ? USUAL : signals;
  const known: readonly unknown[] = PROCESS_SIGNALS;
  if (!Array.isArray(names) || !names.every((name) => known.includes(name))) {
    const allowed = `true, false or a list with ${PROCESS_SIGNALS.join(", ")}`;
    throw new InvalidOptions("signals", allowed, signals);
  }
  if (!isMainThread && names.length > 0) {
    const allowed = "false on a worker thread: only the main thread of a process gets signals";
    throw new InvalidOptions("signals", allowed, signals);
  }
  return [...new Set<ProcessSignal>(names)];
}

interface SignalOptions {
  readonly names: readonly ProcessSignal[];
  /** Begins the stop, and settles at its end. */
  readonly stop: (cause: string) => Promise<unknown>;
  readonly write: (level: keyof Log, fields: object, message: string) => void;
}

export class ProcessSignals {
  readonly #options: SignalOptions;
  #first: ProcessSignal | undefined;
  #firstAt = 0;

  constructor(options: SignalOptions) {
    this.#options = options;
    Object.defineProperty(this.#listener, OURS, { value: true });
  }

  /**
   * A signal has cut the start short, and the system has stopped: nobody's program waits for it, so
   * the process ends now. Otherwise nothing happens.
   */
  exitIfReceived(): void {
    if (this.#first !== undefined && !othersListen()) process.exit();
  }

  /** The signal that the system stops because of. */
  get received(): ProcessSignal | undefined {
    return this.#first;
  }

  listen(): void {
    for (const name of this.#options.names) process.on(name, this.#listener);
  }

  readonly #listener = (name: NodeJS.Signals): void => {
    const { stop, write } = this.#options;
    if (this.#first !== undefined) {
      if (name === this.#first && performance.now() - this.#firstAt < ECHO_MS) return;
      write(
        "error",
        { first: this.#first },
        `${name}, the second signal: the process ends at once`,
      );
      process.exit(128 + constants.signals[name]);
    }
    this.#first = name as ProcessSignal;
    this.#firstAt = performance.now();
    write("info", {}, `${name}: the system stops`);
    void stop(name);
  };

  /** The system has stopped: lets go of the signals and, after one, sees to the process's end. */
  end(): void {
    for (const name of this.#options.names) process.off(name, this.#listener);
    if (this.#first === undefined || othersListen()) return;
    setTimeout(() => this.#exit(), EXIT_GRACE_MS).unref();
  }

  #exit(): void {
    const keptBy = process.getActiveResourcesInfo();
    const message = `the system has stopped, and the process ends although something holds it`;
    this.#options.write("warn", { signal: this.#first, keptBy: counted(keptBy) }, message);
    process.exit();
  }
}

/** Another system has not stopped yet. */
function othersListen(): boolean {
  return PROCESS_SIGNALS.some((name) => process.listeners(name).some((one) => OURS in one));
}

/** `Timeout 3, TCPServerWrap`. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${name} ${count}` : name)).join(", ");
}
