/**
 * The built package and the tests' actors, as Node itself loads them.
 *
 * A test runner rewrites what its tests import. Worker threads load the same files unchanged, so an
 * actor would have two different codes under one name, and a thread refuses that. Hence everything
 * that defines actors is imported past the runner, and main runs exactly what users run.
 */

import { createRequire } from "node:module";

const load: (url: string) => Promise<never> = createRequire(import.meta.url)("./load.cjs");

const at = (path: string): Promise<never> => load(new URL(path, import.meta.url).href);

export const sabeam: typeof import("../../../dist/actors/index.js") = await at(
  "../../../dist/bundle/actors/index.js",
);
export const testkit: typeof import("../../../dist/actors/testkit/index.js") = await at(
  "../../../dist/bundle/actors/testkit/index.js",
);
export const protocols: typeof import("../../../dist/protocols/index.js") = await at(
  "../../../dist/bundle/protocols/index.js",
);
export const basic: typeof import("../fixtures/basic.mjs") = await at("../fixtures/basic.mjs");

/** Any other module in fixtures/. */
export const fixture = <Module>(name: string): Promise<Module> => at(`../fixtures/${name}.mjs`);
