/** The last word of an actor that crashes: main must not wait for what will never come. */
import type { ExitReason, RefOf } from "../../actors/index.ts";
import type { Ledger } from "./ledger.ts";

/** For `terminate`: tells the ledger what happened, if it was a crash. */
export function reportCrash(
  ledger: RefOf<typeof Ledger>,
  label: string | undefined,
  { type, cause }: ExitReason,
): void {
  if (type === "crash") ledger.cast.crashed(`${label ?? "an actor"} crashed: ${cause ?? type}`);
}
