/** The suite, `npm test`: in two processes, since two busy threads fill a machine of two cores. */
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What the long suite has in common with this one. */
export const settings: ViteUserConfig["test"] = {
  globalSetup: "test/support/shared.ts",
  pool: "forks",
  maxWorkers: 2,
  testTimeout: 30_000,
};

const EXCLUDED = ["test/settings/fixtures/**", "node_modules/**", "dist/**"];

export default defineConfig({
  test: {
    ...settings,
    include: ["test/**/*.test.ts"],
    exclude: ["test/long/**", ...EXCLUDED],
  },
});
