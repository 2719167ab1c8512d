/** The stalls as the demo deals with them: who is where, who hangs, and who is back. */
import {
  type AnyRef,
  childRef,
  type ExitReason,
  type Ref,
  type SupervisorProtocol,
  type System,
} from "../../actors/index.ts";
import { Counter, Neighbours } from "./oom.actors.ts";
import type { LogLine } from "./stage.ts";
import { Staller, type StallerProtocol, Stallers } from "./stall.actors.ts";
import type { Stall } from "./stall.judge.ts";
import { until } from "./until.ts";

/** The thread that dies. */
export const DOOMED = 1;
/** A bound for hangs of the demo itself. */
const STALL_TIMEOUT_MS = 30_000;
const WAIT = { timeout: STALL_TIMEOUT_MS };
const WARNING = "a turn has not returned";

export interface Plan extends Pick<Stall, "title"> {
  readonly handler: "loop" | "match" | "storm" | "wait";
}

interface Parts {
  readonly stallers: Ref<SupervisorProtocol>;
  readonly neighbours: Ref<SupervisorProtocol>;
  readonly staller: Ref<StallerProtocol>;
  readonly neighbour: Ref<{ count(): number }>;
  readonly bystander: Ref<{ count(): number }>;
}

export class Office {
  readonly #system: System;
  readonly #parts: Parts;
  readonly #log: readonly LogLine[];

  private constructor(system: System, parts: Parts, log: readonly LogLine[]) {
    this.#system = system;
    this.#parts = parts;
    this.#log = log;
  }

  /** @param elsewhere where the one lives that must not notice */
  static async start(system: System, elsewhere: number, log: readonly LogLine[]): Promise<Office> {
    const here = { thread: 0 };
    const stallers = await system.spawn(Stallers, [DOOMED], here);
    const neighbours = await system.spawn(Neighbours, [DOOMED], here);
    const staller = await childRef(stallers, Staller, "staller");
    const neighbour = await childRef(neighbours, Counter, "neighbour");
    const bystander = await system.spawn(Counter, [], { thread: elsewhere });
    return new Office(system, { stallers, neighbours, staller, neighbour, bystander }, log);
  }

  get lives(): number {
    return this.#system.threads[DOOMED]?.generation ?? 0;
  }

  /** It goes on until it is told to give up. Settles with how long that was. */
  polite(): Promise<number> {
    return this.#parts.staller.with(WAIT).call.polite();
  }

  /** Has the staller hang, and waits until both are back. */
  async hang({ title, handler }: Plan): Promise<Stall> {
    const { staller, neighbour, bystander, stallers, neighbours } = this.#parts;
    await neighbour.with(WAIT).call.count();
    const [mine, theirs] = [await refOf(stallers), await refOf(neighbours)];
    const downs = [mine, theirs].map((ref) => this.#system.whenDown(ref, WAIT));
    const lines = this.#log.length;
    const startMs = performance.now();
    staller.cast[handler]();
    const [guilty, other] = (await Promise.all(downs)) as [ExitReason, ExitReason];
    const endMs = performance.now();
    const areBack = async (): Promise<boolean> =>
      (await running(stallers)) && (await running(neighbours));
    await until(areBack, STALL_TIMEOUT_MS);
    const backMs = performance.now() - endMs;
    return {
      ...{ title, handler, stalledMs: endMs - startMs, backMs },
      warning: this.#warningSince(lines),
      cause: guilty.cause ?? guilty.type,
      culprit: guilty.culprit === true,
      accused: other.culprit === true,
      beside: await neighbour.with(WAIT).call.count(),
      apart: await bystander.call.count(),
    };
  }

  #warningSince(lines: number): string | undefined {
    const line = this.#log.slice(lines).find(({ message }) => message.startsWith(WARNING));
    return line === undefined ? undefined : String(line.fields.turn);
  }
}

async function refOf(supervisor: Ref<SupervisorProtocol>): Promise<AnyRef> {
  const [info] = await supervisor.call.whichChildren();
  if (info?.ref === undefined) throw new RangeError("the child does not run");
  return info.ref;
}

async function running(supervisor: Ref<SupervisorProtocol>): Promise<boolean> {
  return (await supervisor.call.countChildren()).active === 1;
}
