/** The actor that the doctor puts on threads: it answers, and tells what it finds there. */

import { threadId } from "node:worker_threads";
import { defineActor, type Ref } from "../../actors/index.ts";

export interface ProbeProtocol {
  echo(value: number): number;
  /** Asks the other one as often as told, one after the other; answers µs for each. */
  measure(other: Ref<ProbeProtocol>, times: number): Promise<number>;
  surroundings(): Surroundings;
}

export interface Surroundings {
  readonly threadId: number;
  readonly execArgv: string[];
  readonly nodeOptions: string;
}

export const Probe = defineActor(import.meta.url, "DoctorProbe", {
  init: () => ({}),
  handlers: {
    echo: (_self, value: number): number => value + 1,
    async measure(_self, other: Ref<ProbeProtocol>, times: number): Promise<number> {
      const start = performance.now();
      for (let value = 0; value < times; value += 1) {
        const answer = await other.call.echo(value);
        if (answer !== value + 1) throw new Error(`echo(${value}) answered ${answer}`);
      }
      return ((performance.now() - start) * 1000) / times;
    },
    surroundings: (): Surroundings => ({
      threadId,
      execArgv: [...process.execArgv],
      nodeOptions: process.env.NODE_OPTIONS ?? "",
    }),
  },
});
