/** The long suite: the same settings, other files, and minutes instead of seconds. */
import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

const long = mergeConfig(base, defineConfig({ test: { testTimeout: 600_000 } }));

export default {
  ...long,
  test: { ...long.test, include: ["test/long/**/*.test.ts"], exclude: ["node_modules/**"] },
};
