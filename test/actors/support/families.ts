/**
 * A system with a notepad of what supervised children do, for tests of supervisors.
 *
 * The notepad is an actor that children ask in their `init` and tell in their `terminate`, so its
 * order is the order in which things happened, on whatever threads.
 */

import { afterEach, beforeEach } from "vitest";
import type {
  ChildInfo,
  ChildSpec,
  Ref,
  SupervisorProtocol,
  SupervisorSpec,
  System,
  SystemOptions,
} from "../../../dist/actors/index.js";
import type { Beginning, ControlProtocol } from "../fixtures/supervised.mjs";
import { fixture, sabeam } from "./native.ts";
import { type Line, until, useSystem } from "./systems.ts";

export const supervised: typeof import("../fixtures/supervised.mjs") =
  await fixture<typeof import("../fixtures/supervised.mjs")>("supervised");

export type Supervisor = Ref<SupervisorProtocol>;

export interface FamilyTools {
  readonly system: System;
  readonly lines: Line[];
  readonly App: typeof supervised.App;
  readonly Child: typeof supervised.Child;
  readonly control: Ref<ControlProtocol>;
  start(spec: SupervisorSpec): Promise<Supervisor>;
  stop(app: Supervisor): Promise<void>;
  /** One child of each id, all alike. */
  children(...ids: string[]): ChildSpec[];
  child(id: string, more?: Partial<ChildSpec>): ChildSpec;
  /** What happened since the last time. */
  notes(): Promise<string[]>;
  plan(id: string, ...steps: Beginning[]): void;
  info(app: Supervisor, id: string): Promise<ChildInfo | undefined>;
  /** Settles once the child runs and has been started again so many times. */
  until(app: Supervisor, id: string, restarts: number): Promise<void>;
}

export function useFamily(options: SystemOptions): FamilyTools {
  const running = useSystem(options);
  let control: Ref<ControlProtocol>;
  const { App, Child } = supervised;
  beforeEach(async () => {
    control = await running.system.spawn(supervised.Control, [], { thread: 0 });
  });
  afterEach(() => running.system.stopActor(control));
  const tools: FamilyTools = {
    get system() {
      return running.system;
    },
    get control() {
      return control;
    },
    lines: running.lines,
    App,
    Child,
    start: (spec) => running.system.spawn(App, [spec]),
    stop: (app) => running.system.stopActor(app, { reason: "shutdown" }),
    children: (...ids) => ids.map((id) => tools.child(id)),
    child: (id, more = {}) => sabeam.childSpec(Child, [control, id], { id, ...more }),
    notes: () => control.call.notes(),
    plan: (id, ...steps) => void control.cast.plan(id, ...steps),
    info: async (app, id) => {
      const children = await app.call.whichChildren();
      return children.find((info) => info.id === id);
    },
    until: (app, id, restarts) =>
      until(`${id} was started again ${restarts} times`, async () => {
        const info = await tools.info(app, id);
        return info?.status === "running" && info.restarts === restarts;
      }),
  };
  return tools;
}
