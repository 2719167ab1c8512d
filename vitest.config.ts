/**
 * The suite, `npm test`: in two processes, since two busy threads fill a machine of two cores.
 *
 * To start a process and to load the runtime costs half a second, so files that leave nothing
 * behind, not even memory for the collector, share one.
 */
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What the long suite has in common with this one. */
export const settings: ViteUserConfig["test"] = {
  globalSetup: "test/support/shared.ts",
  pool: "forks",
  maxWorkers: 2,
  testTimeout: 30_000,
  // Node loads what is built as it is: transformed, it took seconds of each file that imports it.
  server: { deps: { external: [/[/]dist[/]/] } },
};

const EXCLUDED = ["test/long/**", "test/settings/fixtures/**", "node_modules/**", "dist/**"];

/** They start children, or are of pure functions. */
const SHARED = ["bench", "cli", "demo", "protocols", "runtime"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);
/** Not of pure functions: whole systems with much memory, beside each other. */
const HEAVY = [
  "test/protocols/**/{sim,threads}.test.ts",
  "test/runtime/{accounting,corruption,deaths,keeper*,loopback,stalled}.test.ts",
];

const project = (name: string, isolate: boolean, include: string[], exclude: string[]) => ({
  extends: true as const,
  test: { name, isolate, include, exclude: [...EXCLUDED, ...exclude] },
});

export default defineConfig({
  test: {
    ...settings,
    projects: [
      project("alone", true, ["test/**/*.test.ts"], [...SHARED, ...HEAVY]),
      project("heavy", true, HEAVY, []),
      project("shared", false, SHARED, HEAVY),
    ],
  },
});
