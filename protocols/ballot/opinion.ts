/** Whether what a client, a participant or a member says is a vote at all. */

import { NAME_CHARS_MAX, placeOf, RATIONALE_MAX } from "./config.ts";
import type { Opinion, RefusalReason } from "./spec.ts";

/** Not stated is without doubt. */
const CONFIDENCE_DEFAULT = 1;

/** What is wrong with an opinion; undefined: nothing. */
export function wrongOpinion(
  { choice, confidence = CONFIDENCE_DEFAULT, rationale = "" }: Opinion,
  options: readonly string[],
): RefusalReason | undefined {
  if (typeof choice !== "string" || placeOf(options, choice) < 0) return "unknown-choice";
  if (!(typeof confidence === "number" && confidence >= 0 && confidence <= 1)) {
    return "invalid-confidence";
  }
  const isText = typeof rationale === "string" && rationale.length <= RATIONALE_MAX;
  return isText ? undefined : "invalid-rationale";
}

/** With what was left out. */
export function complete(opinion: Opinion): Required<Opinion> {
  const { choice, confidence = CONFIDENCE_DEFAULT, rationale = "" } = opinion;
  return { choice, confidence, rationale };
}

/** What a participant has answered, as an opinion; undefined if it makes no sense. */
export function opinionOf(answer: unknown): Opinion | undefined {
  if (typeof answer !== "object" || answer === null || !("vote" in answer)) return undefined;
  const { vote: choice, confidence, rationale } = answer as Record<string, unknown>;
  if (typeof choice !== "string" || choice.length > NAME_CHARS_MAX) return undefined;
  return {
    choice,
    ...(confidence === undefined ? {} : { confidence: confidence as number }),
    ...(rationale === undefined ? {} : { rationale: rationale as string }),
  };
}
