/** Ways to say what a type must be. */

export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `is<Equal<A, B>>()` compiles only if they are. */
export function is<_Claim extends true>(): void {}
