/** Why a journal could not do something: an error with a code, whatever it was. */

import { summarise } from "../../runtime/errors.ts";
import { StoreFailed } from "../errors.ts";

export type Coded = Error & { readonly code: string };

export function hasCode(error: unknown, code: string): error is Coded {
  return error instanceof Error && "code" in error && error.code === code;
}

export function asFailure(name: string, error: unknown): Coded {
  if (error instanceof Error && "code" in error) return error as Coded;
  return new StoreFailed(name, summarise(error), { cause: error });
}
