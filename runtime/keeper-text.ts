/**
 * The keeper's first module with all that it imports, as one text: for programs that were bundled
 * with sabeam inside, where no file of its own is left to start a thread from.
 *
 * Written by `scripts/bundle.mjs` into what is published; empty elsewhere.
 */

export const KEEPER_TEXT: string = "";
