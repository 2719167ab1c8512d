/** What tests of ladders share: the actors of fixtures/ladders.mjs, and how to wait for a rung. */

import type { LadderProtocol, Ref } from "../../../dist/actors/index.js";
import type { WorkProtocol } from "../fixtures/ladders.mjs";
import { fixture } from "./native.ts";
import { until } from "./systems.ts";

export const ladders: typeof import("../fixtures/ladders.mjs") =
  await fixture<typeof import("../fixtures/ladders.mjs")>("ladders");

export type Ladder = Ref<LadderProtocol<WorkProtocol>>;
export type Work = Ref<WorkProtocol>;

/** Long enough that nothing of it comes by itself. */
export const NEVER = 1_000_000;

export const serves = (service: Work, id: string): Promise<void> =>
  until(`${id} serves`, async () => {
    try {
      return (await service.call.work(1)) === `${id} 1`;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "ERR_SERVICE_UNAVAILABLE" || code === "ERR_ACTOR_DOWN") return false;
      throw error;
    }
  });
