/** What users import: `import { … } from "sabeam/protocols"`. */

export * from "./ballot/index.ts";
export * from "./barrier/index.ts";
export { InvalidQuorum } from "./errors.ts";
export { atLeast, type Fraction, fraction, fractionText, type Threshold } from "./fraction.ts";
export {
  byzantine,
  byzantineOf,
  jointOf,
  majority,
  majorityOf,
  type Outcome,
  outcome,
  type Quorum,
  shareHonest,
  thresholdOf,
  weigh,
  weightedOf,
} from "./quorum.ts";
