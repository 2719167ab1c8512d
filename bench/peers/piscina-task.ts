/** The tasks of piscina.ts; piscina takes the default export of a module, or a name. */

import { job } from "../contender.ts";

export { job };

export function echo(value: number): number {
  return value + 1;
}

// biome-ignore lint/style/noDefaultExport: piscina runs the default export of its file.
export default echo;
