import { expect, test } from "vitest";
import { checkBackoff, checkIntensity } from "../../actors/supervision/limits.ts";

test("a wrong limit is told with its place, what is allowed, and what came", () => {
  const table: [check: () => void, message: string | undefined][] = [
    [() => checkIntensity("App", {}), undefined],
    [() => checkBackoff("App", undefined), undefined],
    [() => checkBackoff("App", { min: 5 }), undefined],
    [
      () => checkIntensity("App", { intensity: -1 }),
      "App.intensity must be a whole number from 0 to 1000000; got -1",
    ],
    [
      () => checkBackoff("App.children[2]", { factor: 0 }),
      "App.children[2].backoff.factor must be a number from 1 to 100; got 0",
    ],
    [
      () => checkBackoff("App", 100),
      "App.backoff must be an object with min, max, factor, jitter, resetAfter; got 100",
    ],
  ];
  for (const [check, message] of table) {
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS", message }));
  }
});
