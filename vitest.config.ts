import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/long/**", "test/settings/fixtures/**", "node_modules/**", "dist/**"],
    globalSetup: "test/support/shared.ts",
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
