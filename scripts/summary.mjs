/** Prints "N passed, N failed" for a report of vitest's JSON reporter: `summary.mjs file`. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file that cannot be loaded fails without a test in it, so it counts as one failure. */
function count(report) {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((t) => t.status !== "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

/** No report at all (the build failed, the runner died) is a failure too, not silence. */
export function summarise(path) {
  try {
    return count(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = summarise(process.argv[2] ?? "");
  console.log(`${passed} passed, ${failed} failed`);
}
