/**
 * Random commands, run on a real supervisor and on the model at the same time.
 *
 *     command ──▶ SupervisorModel ──▶ what it expects ──┐
 *         └─────▶ supervisor, settled ──▶ its children ─┴─▶ the same, also what was refused
 *
 * Each run has a supervisor of its own in one system with one thread, whose children fail to start
 * as often as a table says that the test writes.
 */

import fc from "fast-check";
import type { ChildSpec, Ref, System } from "../../../dist/actors/index.js";
import type { RoleProtocol, Table } from "../fixtures/roles.mjs";
import type { Supervisor } from "./families.ts";
import { fixture } from "./native.ts";
import { type End, type ModelSpec, SupervisorModel } from "./supervisor-model.ts";
import { until } from "./systems.ts";

const { Role, Stage, tables } = await fixture<typeof import("../fixtures/roles.mjs")>("roles");

/** What the runs have met; for tests of the tests. */
export interface Found {
  readonly commands: Map<string, number>;
  ended: number;
  refused: number;
  restarts: number;
}

interface Real {
  readonly system: System;
  readonly app: Supervisor;
  readonly down: Promise<unknown>;
  readonly table: Table;
  readonly key: number;
  readonly found: Found;
}

type Command = fc.AsyncCommand<SupervisorModel, Real>;

const IDS = ["a", "b", "c", "d", "e"];
const ids = fc.constantFrom(...IDS);
const ends = fc.constantFrom<End>("normal", "shutdown", "crash", "kill");

class Do implements Command {
  readonly #name: string;
  readonly #id: string;
  readonly #model: (model: SupervisorModel) => string | undefined;
  readonly #real: (real: Real) => Promise<unknown>;

  constructor(
    name: string,
    id: string,
    model: (model: SupervisorModel) => string | undefined,
    real: (real: Real) => Promise<unknown>,
  ) {
    this.#name = name;
    this.#id = id;
    this.#model = model;
    this.#real = real;
  }

  check = (model: Readonly<SupervisorModel>): boolean => !model.over;

  async run(model: SupervisorModel, real: Real): Promise<void> {
    const [command = ""] = this.#name.split(" ");
    const { found } = real;
    found.commands.set(command, (found.commands.get(command) ?? 0) + 1);
    const expected = this.#model(model);
    const refused = await this.#real(real).then(
      () => undefined,
      ({ code }: { code?: string }) => code,
    );
    if (refused !== undefined) found.refused += 1;
    same("refused", expected, refused);
    await compare(model, real);
  }

  toString = (): string => `${this.#name} ${this.#id}`;
}

async function compare(model: SupervisorModel, real: Real): Promise<void> {
  if (model.over) {
    real.found.ended += 1;
    await real.down;
    return;
  }
  const infos = await real.app.call.whichChildren();
  const seen = infos.map(({ id, status }) => `${id} ${status}`);
  const expected = model.children.map(
    ({ id, running }) => `${id} ${running ? "running" : "stopped"}`,
  );
  same("children", expected.join(", "), seen.join(", "));
  same("starts", model.starts.join(", "), real.table.starts.join(", "));
}

function same(what: string, expected: unknown, seen: unknown): void {
  if (expected === seen) return;
  throw new Error(`${what}: the model says ${expected}, and there is ${seen}`);
}

/** Ends a child, and waits until that has had its consequences. */
async function end(real: Real, id: string, how: End): Promise<void> {
  const { system, app } = real;
  const infos = await app.call.whichChildren();
  const child = infos.find((info) => info.id === id)?.ref;
  if (child === undefined) return;
  const down = system.whenDown(child);
  if (how === "kill") system.exit(child, "kill");
  else (child as Ref<RoleProtocol>).cast.end(how);
  await down;
  await settled(real);
}

/** The exit has been seen and nothing goes on, or the supervisor is down. */
async function settled({ app, down, found }: Real): Promise<void> {
  let over = false;
  void down.then(() => {
    over = true;
  });
  await until("the supervisor is still", async () => {
    if (over) return true;
    try {
      const infos = await app.call.whichChildren();
      found.restarts += infos.filter(({ restarts }) => restarts > 0).length;
      return infos.every(({ status }) => status === "running" || status === "stopped");
    } catch {
      await down;
      return true;
    }
  });
}

const specs: fc.Arbitrary<Omit<ChildSpec, "definition">> = fc.record({
  id: ids,
  restart: fc.constantFrom("permanent", "transient", "temporary"),
  significant: fc.boolean(),
});

function fitting(spec: Omit<ChildSpec, "definition">, { autoShutdown }: ModelSpec) {
  const { significant, restart } = spec;
  const may = autoShutdown !== "never" && restart !== "permanent";
  return { ...spec, significant: may && significant === true };
}

/** Each kind of command; children suit the supervisor that they are for. */
function commandsFor(rules: ModelSpec): fc.Arbitrary<Command>[] {
  return [
    specs.map((given) => {
      const spec = fitting(given, rules);
      const name = `start ${spec.restart}${spec.significant ? " significant" : ""}`;
      return new Do(
        name,
        spec.id,
        (model) => model.startChild(spec as ChildSpec),
        ({ app, key }) => app.call.startChild({ ...spec, definition: Role, args: [key, spec.id] }),
      );
    }),
    fc.tuple(ids, ends).map(
      ([id, how]) =>
        new Do(
          `end ${how}`,
          id,
          (model) => void model.ended(id, how),
          (real) => end(real, id, how),
        ),
    ),
    ...(["terminateChild", "restartChild", "deleteChild"] as const).map((request) =>
      ids.map(
        (id) =>
          new Do(
            request,
            id,
            (model) => model[request](id),
            ({ app }) => app.call[request](id),
          ),
      ),
    ),
    fc.tuple(ids, fc.integer({ min: 1, max: 3 })).map(
      ([id, times]) =>
        new Do(
          `fail ${times}`,
          id,
          (model) => void model.failures.set(id, times),
          async ({ table }) => void (table.failures[id] = times),
        ),
    ),
  ];
}

const rules: fc.Arbitrary<ModelSpec> = fc.record({
  strategy: fc.constantFrom("one-for-one", "one-for-all", "rest-for-one"),
  autoShutdown: fc.constantFrom("never", "any-significant", "all-significant"),
  intensity: fc.integer({ min: 0, max: 8 }),
});

interface Run {
  readonly rules: ModelSpec;
  readonly commands: Iterable<Command>;
}

const COMMANDS_MAX = 24;

const run: fc.Arbitrary<Run> = rules.chain((given) =>
  fc.record({
    rules: fc.constant(given),
    commands: fc.commands(commandsFor(given), { maxCommands: COMMANDS_MAX, size: "max" }),
  }),
);

/**
 * Rejects with the shortest run that it finds in which the two differ.
 *
 * @param seed of the commands; left out, they are others each time.
 */
export async function modelRuns(
  system: System,
  runs: number,
  found: Found,
  seed?: number,
): Promise<void> {
  let key = 0;
  const property = fc.asyncProperty(run, async ({ rules, commands }) => {
    key += 1;
    const table: Table = { starts: [], failures: {} };
    tables.set(key, table);
    const app = await system.spawn(Stage, [rules]);
    const real: Real = { system, app, down: system.whenDown(app), table, key, found };
    try {
      const model = new SupervisorModel(rules);
      await fc.asyncModelRun(() => ({ model, real }), commands);
    } finally {
      system.exit(app, "kill");
      await real.down;
      tables.delete(key);
    }
  });
  await fc.assert(property, { numRuns: runs, verbose: 1, ...(seed !== undefined && { seed }) });
}
