/** The weather station as the demo deals with it: who is where, and how one makes it fail. */
import {
  type AnyRef,
  childRef,
  type Definition,
  type Ref,
  type SupervisorProtocol,
  type System,
} from "../../actors/index.ts";
import {
  Barometer,
  Calibration,
  type InstrumentProtocol,
  Radio,
  Radios,
  type Recovery,
  Sensor,
  Sensors,
  Station,
  Witness,
  type WitnessProtocol,
} from "./crash.actors.ts";
import { microseconds } from "./stopwatch.ts";
import { readTree, type TreeNode } from "./tree.ts";
import { until } from "./until.ts";

const DEGREES = 20;
/** Until the supervisor has heard of an end. */
const END_TIMEOUT_MS = 5000;

const INSTRUMENTS: Record<string, Definition<never, InstrumentProtocol>> = {
  thermometer: Sensor,
  "wind gauge": Sensor,
  barometer: Barometer,
  calibration: Calibration,
  antenna: Radio,
  sender: Radio,
};

export class Scene {
  readonly #system: System;
  readonly #witness: Ref<WitnessProtocol>;
  readonly #station: Ref<SupervisorProtocol>;
  readonly #sensors: Ref<SupervisorProtocol>;
  readonly #radios: Ref<SupervisorProtocol>;
  /** How often each has begun to work, as far as it was waited for. */
  readonly #rises: Map<string, number>;
  readonly #recoveries: Map<string, Recovery> = new Map();
  #number = 0;

  private constructor(
    system: System,
    witness: Ref<WitnessProtocol>,
    ...supervisors: [
      station: Ref<SupervisorProtocol>,
      sensors: Ref<SupervisorProtocol>,
      radios: Ref<SupervisorProtocol>,
    ]
  ) {
    this.#system = system;
    this.#rises = new Map(Object.keys(INSTRUMENTS).map((id) => [id, 1]));
    this.#witness = witness;
    [this.#station, this.#sensors, this.#radios] = supervisors;
  }

  /** @param threads where the instruments live. */
  static async start(system: System, threads: readonly [number, number]): Promise<Scene> {
    const witness = await system.spawn(Witness, [], { thread: 0, label: "witness" });
    const station = await system.spawn(Station, [witness, threads], { thread: 0, name: "station" });
    const sensors = await childRef(station, Sensors, "sensors");
    const radios = await childRef(station, Radios, "radio");
    return new Scene(system, witness, station, sensors, radios);
  }

  tree(): Promise<TreeNode> {
    return readTree(this.#system, "station", this.#station, Station.name);
  }

  /** Sends readings, all at once: some good ones, this one, and some good ones behind it. */
  async measure(id: string, before: number, degrees: number, behind: number): Promise<void> {
    const ref = await this.#instrument(id);
    this.#send(ref, before, DEGREES);
    this.#send(ref, 1, degrees);
    this.#send(ref, behind, DEGREES);
  }

  /** While some readings may still wait for it. */
  async kill(id: string, readings: number): Promise<void> {
    const [ref, incarnation] = [await this.#instrument(id), await this.#incarnation(id)];
    this.#send(ref, readings, DEGREES);
    this.#witness.cast.fell(id, microseconds());
    this.#system.exit(incarnation, "kill");
  }

  #send({ cast }: Ref<InstrumentProtocol>, count: number, degrees: number): void {
    for (let sent = 0; sent < count; sent += 1) {
      this.#number += 1;
      cast.measure(this.#number, degrees);
    }
  }

  /** The next start of it fails. */
  async forbidOnce(id: string): Promise<void> {
    await this.#witness.call.forbid(id);
  }

  /** It ends in order; settles once its supervisor knows. */
  async finish(id: string): Promise<void> {
    (await this.#instrument(id)).cast.finish();
    const isOver = async (): Promise<boolean> => (await this.#info(id))?.ref === undefined;
    await until(isOver, END_TIMEOUT_MS);
  }

  /** Settles once it works again after its last failure, and its ref by id leads there. */
  async risen(id: string): Promise<void> {
    const times = (this.#rises.get(id) ?? 0) + 1;
    this.#rises.set(id, times);
    this.#recoveries.delete(id);
    try {
      const recovery = await this.#witness.call.whenRisen(id, times);
      if (await until(() => this.#answers(id), END_TIMEOUT_MS)) this.#recoveries.set(id, recovery);
    } catch (error) {
      // Too late is as good as never, and is told as that.
      if (codeOf(error) !== "ERR_CALL_TIMEOUT") throw error;
    }
  }

  async #answers(id: string): Promise<boolean> {
    try {
      return await (await this.#instrument(id)).call.works();
    } catch (error) {
      if (codeOf(error) !== "ERR_ACTOR_DOWN") throw error;
      return false;
    }
  }

  /** From its last failure to the first message that its successor handled. */
  recoveryUs(id: string): number | undefined {
    const recovery = this.#recoveries.get(id);
    return recovery === undefined ? undefined : recovery.roseUs - recovery.fellUs;
  }

  #supervisorOf(id: string): Ref<SupervisorProtocol> {
    if (id === "calibration") return this.#station;
    return INSTRUMENTS[id] === Radio ? this.#radios : this.#sensors;
  }

  /** By its id, so it leads to whichever incarnation runs when something is sent. */
  #instrument(id: string): Promise<Ref<InstrumentProtocol>> {
    return childRef(this.#supervisorOf(id), INSTRUMENTS[id] ?? Sensor, id);
  }

  async #info(id: string): Promise<{ ref: AnyRef | undefined } | undefined> {
    const infos = await this.#supervisorOf(id).call.whichChildren();
    return infos.find((info) => info.id === id);
  }

  /** This one, and no other. */
  async #incarnation(id: string): Promise<AnyRef> {
    const ref = (await this.#info(id))?.ref;
    if (ref === undefined) throw new RangeError(`${id} does not run`);
    return ref;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
