/** Actors of the proof of supervisors: branches are supervisors, leaves are workers. */

import {
  type ChildSpec,
  childSpec,
  defineActor,
  defineSupervisor,
  type ExitReason,
  type RestartType,
  type Strategy,
} from "../../../dist/actors/index.js";
import type { Trees } from "./trees.ts";

const noted: { trees: Trees | undefined; make: (() => Trees) | undefined } = {
  trees: undefined,
  make: undefined,
};

/** Where leaves note that they begin and end, for one run. */
export function noteIn(trees: Trees): void {
  noted.trees = trees;
  noted.make = undefined;
}

/** Where a tree notes that begins before the program does: made anew when its root begins. */
export function noteInNew(make: () => Trees): void {
  noted.make = make;
}

function trees(): Trees {
  if (noted.trees === undefined) throw new Error("no run is under way");
  return noted.trees;
}

export interface LeafSpec {
  readonly id: string;
  readonly restart: RestartType;
  readonly thread: number | "spread";
  /** Its `init` fails so often. */
  readonly failsPercent: number;
  /** What its `terminate` takes. */
  readonly endsMs: number;
}

export interface BranchSpec {
  readonly id: string;
  readonly thread: number | "spread";
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly period: number;
  readonly children: readonly (LeafSpec | BranchSpec)[];
}

/** The id of what is not below another branch. */
export const ROOT = "r";
/** Why a leaf that is asked to ends. */
export const ASKED = "it was asked to";

export type Wish = "crash" | "normal" | "shutdown";

export const Leaf = defineActor(import.meta.url, "Leaf", {
  init(self, { id, failsPercent, endsMs }: LeafSpec) {
    const fails = trees().mayFail && self.random() * 100 < failsPercent;
    if (fails) throw new Error("the leaf does not start");
    trees().begins(id, self.ref, self.ancestors);
    return { id, endsMs };
  },
  handlers: {
    end(self, wish: Wish): void {
      if (wish === "crash") throw new Error("the leaf fails");
      self.stop(wish === "normal" ? "normal" : { type: "shutdown", cause: ASKED });
    },
  },
  async terminate({ ref, state: { id, endsMs } }, reason: ExitReason) {
    trees().ends(id, ref, reason);
    if (endsMs > 0) await new Promise((resolve) => setTimeout(resolve, endsMs));
  },
});

export const Branch = defineSupervisor(import.meta.url, "Branch", (branch: BranchSpec) => {
  const { id, strategy, intensity, period, children } = branch;
  if (id === ROOT && noted.make !== undefined) noted.trees = noted.make();
  return { strategy, intensity, period, children: children.map(specOf) };
});

export function specOf(child: LeafSpec | BranchSpec): ChildSpec {
  const { id, thread } = child;
  if ("children" in child) return childSpec(Branch, [child], { id, thread });
  return childSpec(Leaf, [child], { id, thread, label: id, restart: child.restart, shutdown: 500 });
}
