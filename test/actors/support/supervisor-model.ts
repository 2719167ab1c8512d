/**
 * The rules of supervision once more, as small as can be: what children a supervisor has, which of
 * them run, and how often each has been started. For comparison with a real one.
 *
 * Written from OTP's rules and not from ours: a list, a counter of restarts, and no waiting.
 */

import type { AutoShutdown, ChildSpec, RestartType, Strategy } from "../../../dist/actors/index.js";

export interface ModelChild {
  readonly id: string;
  readonly restart: RestartType;
  readonly significant: boolean;
  running: boolean;
}

export interface ModelSpec {
  readonly strategy: Strategy;
  readonly autoShutdown: AutoShutdown;
  readonly intensity: number;
}

export type End = "normal" | "shutdown" | "crash" | "kill";
/** How the next starts of each child go; one that is not named works. */
export type Failures = Map<string, number>;

export class SupervisorModel {
  readonly children: ModelChild[] = [];
  readonly failures: Failures = new Map();
  /** Ids in the order in which they were started, also in vain. */
  readonly starts: string[] = [];
  /** The supervisor has ended. */
  over = false;
  readonly #spec: ModelSpec;
  #restarts = 0;

  constructor(spec: ModelSpec) {
    this.#spec = spec;
  }

  find(id: string): ModelChild | undefined {
    return this.children.find((child) => child.id === id);
  }

  startChild({ id, restart = "permanent", significant = false }: ChildSpec): string | undefined {
    const known = this.find(id);
    if (known !== undefined) return known.running ? "ERR_CHILD_STARTED" : "ERR_CHILD_PRESENT";
    const child = { id, restart, significant, running: false };
    if (!this.#start(child)) return "ERR_CHILD_FAILED";
    this.children.push(child);
    return undefined;
  }

  terminateChild(id: string): string | undefined {
    const child = this.find(id);
    if (child === undefined) return "ERR_CHILD_NOT_FOUND";
    this.#stop([child]);
    return undefined;
  }

  restartChild(id: string): string | undefined {
    const child = this.find(id);
    if (child === undefined) return "ERR_CHILD_NOT_FOUND";
    if (child.running) return "ERR_CHILD_RUNNING";
    return this.#start(child) ? undefined : "ERR_CHILD_FAILED";
  }

  deleteChild(id: string): string | undefined {
    const child = this.find(id);
    if (child === undefined) return "ERR_CHILD_NOT_FOUND";
    if (child.running) return "ERR_CHILD_RUNNING";
    this.#forget(child);
    return undefined;
  }

  ended(id: string, end: End): void {
    const child = this.find(id);
    if (child?.running !== true) return;
    child.running = false;
    const isGood = end === "normal" || end === "shutdown";
    if (child.restart === "permanent" || (child.restart === "transient" && !isGood)) {
      return this.#restart(child);
    }
    if (child.restart === "temporary") this.#forget(child);
    const { autoShutdown } = this.#spec;
    const others = this.children.some(({ significant, running }) => significant && running);
    if (!child.significant || autoShutdown === "never") return;
    if (autoShutdown === "any-significant" || !others) this.#end();
  }

  /** Until it works, or there have been too many attempts. */
  #restart(first: ModelChild): void {
    let child = first;
    for (;;) {
      this.#restarts += 1;
      if (this.#restarts > this.#spec.intensity) return this.#end();
      const group = this.#group(child);
      this.#stop(group.filter((member) => member !== child));
      const failed = this.#group(child).find((member) => !this.#start(member));
      if (failed === undefined) return;
      child = failed;
    }
  }

  #group(child: ModelChild): ModelChild[] {
    const { strategy } = this.#spec;
    if (strategy === "one-for-one") return [child];
    const from = strategy === "one-for-all" ? 0 : this.children.indexOf(child);
    return this.children.slice(from);
  }

  #start(child: ModelChild): boolean {
    this.starts.push(child.id);
    const failures = this.failures.get(child.id) ?? 0;
    if (failures > 0) this.failures.set(child.id, failures - 1);
    child.running = failures === 0;
    return child.running;
  }

  #stop(group: readonly ModelChild[]): void {
    for (const child of group.toReversed()) {
      child.running = false;
      if (child.restart === "temporary") this.#forget(child);
    }
  }

  #forget(child: ModelChild): void {
    this.children.splice(this.children.indexOf(child), 1);
  }

  #end(): void {
    this.over = true;
    this.#stop(this.children);
  }
}
