/**
 * The second half of `npm run build`: joins what tsc compiled into the few modules that are
 * published.
 *
 *     dist/actors/*.js, dist/runtime/*.js (tests, bench, demo)  ──►  dist/bundle/ (users)
 *
 *     bundle/actors/index.js         main, and every module that defines actors
 *     bundle/actors/sim/index.js     simulations
 *     bundle/actors/testkit/index.js tests
 *     bundle/actors/thread-entry.js  first module of a worker thread
 *     bundle/runtime/keeper-entry.js first module of the keeper
 *     bundle/runtime/index.js        the runtime floor by itself
 *     bundle/protocols/index.js      protocols
 *     bundle/runtime/keeper-text.js  the keeper as one text, for users who bundle sabeam themselves
 *     bundle/{actors,runtime}/…      what two or more of them share, once: a registry in two
 *                                    modules would be two registries
 *     bundle/{cli,demo,bench}/…      the programs, file by file as tsc made them: what they import
 *                                    as ../actors/index.js is the bundle there
 *
 * Why: with sixty small modules per thread a system takes half as long again to start.
 * What is bundled is tsc's output and not the sources, so that users run what the tests have run.
 *
 * Left out: dependencies, which stay imports, and short names, which would spoil stacks.
 */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const BUNDLE = join(root, "dist/bundle");
const PROGRAMS = ["cli", "demo", "bench"];
const ENTRIES = [
  "actors/index",
  "actors/sim/index",
  "actors/testkit/index",
  "actors/thread-entry",
  "runtime/keeper-entry",
  "runtime/index",
  "protocols/index",
];

/** Modules that name the chunk they are in; the first one found counts. */
const NAMES = [
  "actors/host",
  "actors/start",
  "runtime/sim/world",
  "runtime/thread",
  "runtime/control",
  "runtime/table",
  "runtime/look/server",
  "runtime/look/looker",
  "runtime/look/beats",
  "runtime/statistics",
  "runtime/look/protocol",
  "runtime/look/place",
  "runtime/look/plain-text",
  "runtime/keeper-text",
  "runtime/intensity",
  "runtime/backoff",
  "actors/supervision/supervisor",
  "runtime/sim/globals",
  "runtime/disk",
  "runtime/keeper",
  "runtime/hash",
  "runtime/histogram",
];

const MAP_COMMENT = /\n\/\/# sourceMappingURL=.*\s*$/;

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
  // What rolldown itself adds for `export * as`; it asks for a name before it joins that chunk.
  if (moduleIds.length === 0) return "runtime/namespace.js";
  const modules = moduleIds.map((id) => id.replaceAll("\\", "/"));
  const name = NAMES.find((noun) => modules.some((id) => id.endsWith(`/dist/${noun}.js`)));
  if (name === undefined) throw new Error(`name the chunk of ${modules.join(", ")} in bundle.mjs`);
  return `${name}.js`;
}

/** The keeper and what it imports, comlink included, as one module. */
async function keeperText() {
  const comlink = join(root, "node_modules", PATHS.comlink);
  const build = await rolldown({
    input: join(root, "dist/runtime/keeper-entry.js"),
    external: [/^node:/],
    platform: "node",
    resolve: { alias: { comlink } },
    plugins: [compiled],
  });
  const comments = { legal: true, annotation: false, jsdoc: false };
  const { output } = await build.generate({
    format: "esm",
    minify: true,
    comments,
    codeSplitting: false,
  });
  await build.close();
  if (output.length !== 1) throw new Error(`the keeper is ${output.length} modules, not one`);
  return output[0].code;
}

/** Puts the text where `runtime/keeper-text.ts` leaves room for it. */
function keeperModule(text) {
  return {
    name: "keeper-text",
    load: {
      filter: { id: /[\\/]dist[\\/]runtime[\\/]keeper-text\.js$/ },
      handler: () => ({ code: `export const KEEPER_TEXT = ${JSON.stringify(text)};` }),
    },
  };
}

async function generate() {
  const build = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(root, "dist", `${name}.js`)])),
    external: [/^node:/, ...dependencies()],
    platform: "node",
    plugins: [keeperModule(await keeperText()), compiled],
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

/** Files below a folder whose name ends so, relative to it; none if there is no such folder. */
function filesBelow(folder, ending) {
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
    : [];
  return names.filter((name) => name.endsWith(ending));
}

/** What is published of the programs: without source maps, and with the sources for Erlang. */
function programs() {
  const code = PROGRAMS.flatMap((program) =>
    filesBelow(join(root, "dist", program), ".js").map((name) => ({
      fileName: join(program, name),
      code: readFileSync(join(root, "dist", program, name), "utf8").replace(MAP_COMMENT, ""),
    })),
  );
  const erlang = filesBelow(join(root, "bench/erlang"), ".erl").map((name) => ({
    fileName: join("bench/erlang", name),
    code: readFileSync(join(root, "bench/erlang", name), "utf8"),
  }));
  return [...code, ...erlang];
}

/** Writes dist/bundle and removes what is in it from an earlier build. */
export async function bundle() {
  const output = [...(await generate()), ...programs()];
  for (const file of output) write(join(BUNDLE, file.fileName), file.code ?? file.source);
  const written = new Set(output.map(({ fileName }) => join(BUNDLE, fileName)));
  for (const file of readdirSync(BUNDLE, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !written.has(path)) rmSync(path);
  }
}
