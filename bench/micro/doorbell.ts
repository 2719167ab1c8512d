/** The doorbell of a thread: to sleep, to ring who is awake, and to wake who sleeps. */

import {
  allocateSignals,
  Doorbell,
  hrtimeMs,
  PENDING_IN,
  realEnv,
  Signals,
} from "../../runtime/index.ts";
import { awaited, type Cases, repeated } from "./case.ts";

const TIMES = 100;

/** Whose doorbell it is, and who rings. */
const THREAD = 2;
const RINGER = 1;

export function doorbell(): Cases {
  const signals = new Signals(allocateSignals());
  const env = realEnv({ epochMs: hrtimeMs(), seed: "", spinMs: 0, cores: 2, threads: 2 });
  let woken = () => {};
  const bell = new Doorbell(env, signals, THREAD, () => woken());
  const ring = () => signals.publish(RINGER, THREAD);
  const hear = () => {
    if (signals.take(THREAD, PENDING_IN) !== 1 << RINGER) throw new Error("nobody has rung");
  };
  const wake = () =>
    new Promise<void>((resolve) => {
      woken = resolve;
      if (!bell.park()) throw new Error("there is work, although nobody has rung");
      ring();
    }).then(hear);
  const cases = [
    repeated("park and unpark", TIMES, () => {
      if (!bell.park()) throw new Error("there is work, although nobody has rung");
      bell.unpark();
    }),
    repeated("ring who is awake, and be heard", TIMES, () => {
      ring();
      hear();
    }),
    awaited("park, ring and wake", TIMES, wake),
  ];
  return { cases, close: async () => bell.close() };
}
