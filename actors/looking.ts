/** Looking in from within a program, on main: `system.top()`, `tree()` and `info(ref)`. */

import type { SystemBuffers } from "../runtime/ledger.ts";
import { Looker } from "../runtime/look/looker.ts";
import { TOP_KEYS, TREE_KEYS, wrongTop, wrongTree } from "../runtime/look/request.ts";
import type { TopOptions } from "../runtime/look/top.ts";
import type { TreeBounds } from "../runtime/look/tree.ts";
import type { ActorInfo, TopView, TreeView } from "../runtime/look/view.ts";
import type { Wrong } from "../runtime/wrong.ts";
import { InvalidOptions } from "./errors.ts";
import type { Host } from "./host.ts";
import { known } from "./options.ts";

/** What a tree lists. */
export interface TreeOptions {
  /** Actors that are listed, 1 to 1000, default 50. */
  readonly max?: number;
  /** Children of each actor that are listed, 0 to 1000, default 20. */
  readonly children?: number;
}

export class Looking {
  readonly #host: Host;
  readonly #looker: Looker;

  constructor(host: Host, buffers: SystemBuffers, epochMs: number) {
    this.#host = host;
    const { threads, ownThreads } = host.settings;
    const looked = { buffers, threads, ownThreads, epochMs };
    this.#looker = new Looker(looked, () => host.meter.settle());
  }

  async top(options: TopOptions = {}): Promise<TopView> {
    known("top", options, TOP_KEYS);
    refuse("top", wrongTop(options));
    return this.#looker.top(options);
  }

  async tree(options: TreeOptions = {}): Promise<TreeView> {
    known("tree", options, TREE_KEYS);
    refuse("tree", wrongTree(options));
    return this.#looker.tree(options as Partial<TreeBounds>);
  }

  async info(ref: unknown): Promise<ActorInfo> {
    const { slot, incarnation } = this.#host.own("info", ref);
    return this.#looker.info({ slot, incarnation });
  }
}

function refuse(where: string, wrong: Wrong | undefined): void {
  if (wrong === undefined) return;
  throw new InvalidOptions(`${where}.${wrong.key}`, wrong.allowed, wrong.got);
}
