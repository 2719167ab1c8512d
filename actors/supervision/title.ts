/** What a supervisor is called in logs and errors: `App<3.1> "shop"`. */

import type { Self } from "../types.ts";

export function titleOf({ ref, name }: Pick<Self<unknown>, "ref" | "name">): string {
  return name === undefined ? String(ref) : `${ref} ${JSON.stringify(name)}`;
}
