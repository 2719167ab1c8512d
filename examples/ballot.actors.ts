/** Agents that have an opinion when a ballot asks them. */

import { defineActor } from "../actors/index.ts";
import type { BallotQuestion, Evaluation } from "../protocols/index.ts";

export interface Character {
  readonly name: string;
  /** The highest learning rate that it would accept. */
  readonly rateMax: number;
  /** How long it thinks about it. */
  readonly thinkMs: number;
}

/** An agent, with an opinion about learning rates. */
export const Agent = defineActor(import.meta.url, "Agent", {
  init: (_self, character: Character) => character,
  handlers: {
    /** What a ballot asks each of its voters. */
    async evaluate(self, { proposal }: BallotQuestion): Promise<Evaluation> {
      const { rateMax, thinkMs } = self.state;
      const { learningRate } = proposal as { learningRate: number };
      await new Promise((resolve) => setTimeout(resolve, thinkMs));
      const isFine = learningRate <= rateMax;
      return {
        vote: isFine ? "accept" : "reject",
        confidence: isFine ? 0.9 : 0.6,
        rationale: `I would go up to ${rateMax}`,
      };
    },
  },
});
