/**
 * What is wrong with an option, as a value: whoever was given the options makes it an error and
 * says where they stood.
 */

/** Reads: `${key} must be ${allowed}; got …`. */
export interface Wrong {
  readonly key: string;
  readonly allowed: string;
  readonly got: unknown;
}

/** A rule for one option, and how it is told. */
export interface Rule {
  readonly allowed: string;
  holds(value: unknown): boolean;
}

export function isWhole(min: number, max: number): Rule {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    holds: (value) => Number.isInteger(value) && within(value as number, min, max),
  };
}

export function isNumber(min: number, max: number): Rule {
  return {
    allowed: `a number from ${min} to ${max}`,
    holds: (value) => typeof value === "number" && within(value, min, max),
  };
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

/** Undefined where the option was left out, or the rule holds for it. */
export function wrongKey(key: string, value: unknown, rule: Rule): Wrong | undefined {
  if (value === undefined || rule.holds(value)) return undefined;
  return { key, allowed: rule.allowed, got: value };
}
