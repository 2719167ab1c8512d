/**
 * The suite, `npm test`: two groups, one after the other.
 *
 *     common   all that runs beside other tests, in two processes
 *     alone    test/alone/: what needs the whole machine, so that nothing else runs meanwhile
 */
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
    projects: [
      {
        extends: true,
        test: {
          name: "common",
          include: ["test/**/*.test.ts"],
          exclude: ["test/alone/**", "test/long/**", ...EXCLUDED],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ["test/alone/**/*.test.ts"],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
