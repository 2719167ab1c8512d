/**
 * The second half of `npm run build`: joins what tsc compiled into the few modules that are
 * published.
 *
 *     dist/actors/*.js, dist/runtime/*.js (tests, bench, demo)  ──►  dist/bundle/ (users)
 *
 *     bundle/actors/index.js         main, and every module that defines actors
 *     bundle/actors/thread-entry.js  first module of a worker thread
 *     bundle/runtime/keeper-entry.js first module of the keeper
 *     bundle/runtime/index.js        the runtime floor by itself
 *     bundle/{actors,runtime}/…      what two or more of them share, once: a registry in two
 *                                    modules would be two registries
 *
 * Why: with sixty small modules per thread a system takes half as long again to start.
 * What is bundled is tsc's output and not the sources, so that users run what the tests have run.
 *
 * Left out: dependencies, which stay imports, and short names, which would spoil stacks.
 */

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const BUNDLE = join(root, "dist/bundle");
const ENTRIES = ["actors/index", "actors/thread-entry", "runtime/keeper-entry", "runtime/index"];

/** Modules that name the chunk they are in; the first one found counts. */
const NAMES = ["actors/host", "runtime/thread", "runtime/control", "runtime/table"];

/** comlink's main file is CommonJS, and loading the first such file costs a thread 3 ms. */
const PATHS = { comlink: "comlink/dist/esm/comlink.mjs" };

/** Reads tsc's output with its source maps, so that the bundle's lead to the TypeScript sources. */
const compiled = {
  name: "compiled",
  load: {
    filter: { id: /[\\/]dist[\\/](actors|runtime|protocols)[\\/].*\.js$/ },
    handler: (id) => ({
      code: readFileSync(id, "utf8"),
      map: readFileSync(`${id}.map`, "utf8"),
      // The manifest denies it for the package as a whole, not for its modules among each other.
      moduleSideEffects: true,
    }),
  },
};

function dependencies() {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`));
}

/** A name for what entries share that stays the same as long as its noun is in it. */
function chunkName({ moduleIds }) {
  const modules = moduleIds.map((id) => id.replaceAll("\\", "/"));
  const name = NAMES.find((noun) => modules.some((id) => id.endsWith(`/dist/${noun}.js`)));
  if (name === undefined) throw new Error(`name the chunk of ${modules.join(", ")} in bundle.mjs`);
  return `${name}.js`;
}

async function generate() {
  const build = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(root, "dist", `${name}.js`)])),
    external: [/^node:/, ...dependencies()],
    platform: "node",
    plugins: [compiled],
  });
  const { output } = await build.generate({
    dir: BUNDLE,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: chunkName,
    paths: PATHS,
    sourcemap: true,
    comments: false,
    minifyInternalExports: false,
  });
  await build.close();
  return output;
}

/** Replaces the file in one step: a program that starts meanwhile reads the old one or the new. */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** Writes dist/bundle and removes what is in it from an earlier build. */
export async function bundle() {
  const output = await generate();
  for (const file of output) write(join(BUNDLE, file.fileName), file.code ?? file.source);
  const written = new Set(output.map(({ fileName }) => join(BUNDLE, fileName)));
  for (const file of readdirSync(BUNDLE, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !written.has(path)) rmSync(path);
  }
}
