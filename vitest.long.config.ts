/** The long suite: the same settings, other files, and minutes instead of seconds. */
import { defineConfig } from "vitest/config";
import { settings } from "./vitest.config.ts";

export default defineConfig({
  test: { ...settings, include: ["test/long/**/*.test.ts"], testTimeout: 600_000 },
});
