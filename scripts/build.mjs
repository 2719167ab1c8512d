/**
 * `npm run build`: compiles every floor, and cli/, demo/, bench/ and examples/, into dist/; then
 * makes dist/bundle of it (bundle.mjs), which is what is published.
 *
 * dist/ is updated in place, so that a test that runs meanwhile does not lose its files; what no
 * longer has a source is removed afterwards, so that nobody publishes or imports it by accident.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const OUTPUT = /\.(js|js\.map|d\.ts)$/;
const BUNDLED = /^bundle[\\/]/;

/** The compiler is started by its file, because a shell finds another one on some machines. */
function compile() {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(manifest), "bin", "tsc");
  const result = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  return result.status ?? 1;
}

/** Removes outputs whose source is gone; the bundle, which has no sources, looks after itself. */
function prune() {
  const dist = join(root, "dist");
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!OUTPUT.test(file) || BUNDLED.test(file)) continue;
    if (!existsSync(join(root, file.replace(OUTPUT, ".ts")))) rmSync(join(dist, file));
  }
}

const status = compile();
prune();
if (status === 0) await bundle();
process.exit(status);
