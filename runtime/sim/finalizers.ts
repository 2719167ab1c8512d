/**
 * Finalizers while a world runs: what is registered then is never told that it was collected. When
 * that would be depends on the collector, so a run would not be the same for the same seed: comlink
 * draws a random number and sends a message whenever a proxy is collected.
 */

/** Until what it returns is called. */
export function withoutFinalizers(): () => void {
  const { prototype } = FinalizationRegistry as { prototype: FinalizationRegistry<unknown> };
  const real = Object.getOwnPropertyDescriptor(prototype, "register");
  Object.defineProperty(prototype, "register", { ...real, value: () => undefined });
  return () => {
    if (real !== undefined) Object.defineProperty(prototype, "register", real);
  };
}
