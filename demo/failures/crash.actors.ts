/**
 * The actors of the crash demo: a weather station, whose instruments fail one after the other.
 *
 *     station ─┬─ sensors ─┬─ thermometer
 *              │           ├─ barometer      does not start at once when it has failed
 *              │           └─ wind gauge
 *              ├─ calibration                transient: ends when it is done
 *              └─ radio ───┬─ antenna        two restarts at most, then its supervisor gives up
 *                          └─ sender
 *
 *     and a witness on main, who notes when something fails and when it works again
 */
import {
  childSpec,
  type Deferred,
  defineActor,
  defineSupervisor,
  type Ref,
  type Self,
} from "../../actors/index.ts";
import { microseconds } from "./stopwatch.ts";

/** A higher one is no weather. */
export const DEGREES_MAX = 60;
/** Four restarts within seconds are meant here, and more than the default allows. */
const SENSORS_INTENSITY = 10;
/** Restarts that the radio's supervisor allows within its period. */
export const RADIO_INTENSITY = 2;

export interface InstrumentProtocol {
  /** Throws if this cannot be right. */
  measure(number: number, degrees: number): void;
  hello(): void;
  /** An answer says that it does. */
  works(): boolean;
  /** Ends in order: it has done what it was for. */
  finish(): void;
}

interface Readings {
  readings: number;
  last: number;
}

/** The other things that an instrument has are in `self.local`: reports show the state. */
interface Post {
  readonly id: string;
  readonly witness: Ref<WitnessProtocol>;
}

function postOf(self: Pick<Self<unknown>, "local">): Post {
  return self.local.post as Post; // `init` has put it there.
}

function init(self: Self<undefined>, id: string, witness: Ref<WitnessProtocol>): Readings {
  self.local.post = { id, witness } satisfies Post;
  // Whatever comes first is handled when it works again, and that is what is measured.
  (self.ref as Ref<InstrumentProtocol>).cast.hello();
  return { readings: 0, last: 0 };
}

const handlers = {
  hello(self: Self<Readings>): void {
    const { id, witness } = postOf(self);
    witness.cast.rose(id, microseconds());
  },
  measure(self: Self<Readings>, _number: number, degrees: number): void {
    if (degrees > DEGREES_MAX) {
      const { id, witness } = postOf(self);
      witness.cast.fell(id, microseconds());
      throw new RangeError(`${degrees} degrees cannot be right`);
    }
    self.state.readings += 1;
    self.state.last = degrees;
  },
  works: (): boolean => true,
  finish(self: Self<Readings>): void {
    self.stop();
  },
};

export const Sensor = defineActor(import.meta.url, "Sensor", { init, handlers });
export const Radio = defineActor(import.meta.url, "Radio", { init, handlers });

/** Like a sensor, but its new incarnation asks first, and may be told no. */
export const Barometer = defineActor(import.meta.url, "Barometer", {
  async init(self: Self<undefined>, id: string, witness: Ref<WitnessProtocol>): Promise<Readings> {
    if (!(await witness.call.mayStart(id))) throw new TypeError("no pressure yet");
    return init(self, id, witness);
  },
  handlers,
});

export const Calibration = defineActor(import.meta.url, "Calibration", {
  init,
  handlers,
  restart: "transient",
});

/** When an instrument failed last, and when its next incarnation handled its first message. */
export interface Recovery {
  readonly fellUs: number;
  readonly roseUs: number;
}

export interface WitnessProtocol {
  fell(id: string, atUs: number): void;
  rose(id: string, atUs: number): void;
  /** Settles once it has worked again so many times in all. */
  whenRisen(id: string, times: number): Deferred<Recovery>;
  /** The next start of it fails. */
  forbid(id: string): void;
  mayStart(id: string): boolean;
}

interface Waiting {
  readonly id: string;
  readonly times: number;
  readonly answer: Deferred<Recovery>;
}

interface Notes {
  fell: Record<string, number>;
  rose: Record<string, number[]>;
  forbidden: string[];
}

function settle(self: Self<Notes>): void {
  const { fell, rose } = self.state;
  const waiting = (self.local.waiting ?? []) as Waiting[];
  self.local.waiting = waiting.filter(({ id, times, answer }) => {
    const roseUs = rose[id]?.[times - 1];
    if (roseUs === undefined) return true;
    answer.resolve({ fellUs: fell[id] ?? roseUs, roseUs });
    return false;
  });
}

export const Witness = defineActor(import.meta.url, "Witness", {
  init: (): Notes => ({ fell: {}, rose: {}, forbidden: [] }),
  handlers: {
    fell(self, id: string, atUs: number): void {
      self.state.fell[id] = atUs;
    },
    rose(self, id: string, atUs: number): void {
      const { rose } = self.state;
      rose[id] = [...(rose[id] ?? []), atUs];
      settle(self);
    },
    whenRisen(self, id: string, times: number): Deferred<Recovery> {
      const answer = self.defer<Recovery>();
      self.local.waiting = [...((self.local.waiting ?? []) as Waiting[]), { id, times, answer }];
      settle(self);
      return answer;
    },
    forbid(self, id: string): void {
      self.state.forbidden.push(id);
    },
    mayStart(self, id: string): boolean {
      const { forbidden } = self.state;
      if (!forbidden.includes(id)) return true;
      self.state.forbidden = forbidden.filter((one) => one !== id);
      return false;
    },
  },
});

/** Supervisors stay on main: they have little to do. */
const HERE = { thread: 0 } as const;

type Crew = readonly [witness: Ref<WitnessProtocol>, threads: readonly [number, number]];

export const Sensors = defineSupervisor(
  import.meta.url,
  "Sensors",
  (...[witness, [a, b]]: Crew) => ({
    intensity: SENSORS_INTENSITY,
    children: [
      childSpec(Sensor, ["thermometer", witness], { id: "thermometer", thread: a }),
      childSpec(Barometer, ["barometer", witness], { id: "barometer", thread: b }),
      childSpec(Sensor, ["wind gauge", witness], { id: "wind gauge", thread: a }),
    ],
  }),
);

export const Radios = defineSupervisor(import.meta.url, "Radios", (...[witness, [a, b]]: Crew) => ({
  intensity: RADIO_INTENSITY,
  children: [
    childSpec(Radio, ["antenna", witness], { id: "antenna", thread: b }),
    childSpec(Radio, ["sender", witness], { id: "sender", thread: a }),
  ],
}));

export const Station = defineSupervisor(
  import.meta.url,
  "Station",
  (...[witness, [a, b]]: Crew) => ({
    children: [
      childSpec(Sensors, [witness, [a, b]], { id: "sensors", ...HERE }),
      childSpec(Calibration, ["calibration", witness], { id: "calibration", thread: b }),
      childSpec(Radios, [witness, [a, b]], { id: "radio", ...HERE }),
    ],
  }),
);
