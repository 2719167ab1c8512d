/**
 * The check of TypeScript: can threads, of this Node and with these flags, load an actor from a
 * `.ts` file? Tried with a real one, in a temporary folder: below node_modules, where this file may
 * lie, Node strips no types.
 *
 * Where main cannot load it either there is nothing wrong: then threads run what was compiled.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Definition, System } from "../../actors/index.ts";
import { systemCode } from "../errors.ts";
import { inTemporaryFolder } from "../temporary.ts";
import type { Finding } from "./check.ts";

interface TypedModule {
  readonly Typed: Definition<[], { answer(): number }>;
}

/** With a type that is no JavaScript, of course. */
const source = (sabeam: string): string => `import { defineActor } from ${JSON.stringify(sabeam)};
export const Typed = defineActor(import.meta.url, "DoctorTyped", {
  init: (): object => ({}),
  handlers: { answer: (): number => 42 },
});
`;

/** Never rejects: threads are fit for use also where this cannot be tried. */
export async function tryTypeScript(system: System): Promise<Finding> {
  try {
    return await inTemporaryFolder(async (folder) => {
      const file = join(folder, "typed.ts");
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      writeFileSync(file, source(new URL("../../actors/index.js", import.meta.url).href));
      return await load(pathToFileURL(file).href, system);
    });
  } catch (error) {
    const text = `not tried, since no temporary file can be written (${systemCode(error)})`;
    return { ok: true, text, facts: { main: null, threads: null, why: messageOf(error) } };
  }
}

async function load(url: string, system: System): Promise<Finding> {
  let module: TypedModule;
  try {
    module = await import(url);
  } catch (error) {
    const text = "only compiled: this Node strips no types (22.18 and later do)";
    return { ok: true, text, facts: { main: false, threads: false, why: messageOf(error) } };
  }
  try {
    const typed = await system.spawn(module.Typed, [], { thread: 1 });
    if ((await typed.call.answer()) !== 42) throw new Error("a wrong answer came back");
    const text = "main and threads load .ts files as they are";
    return { ok: true, text, facts: { main: true, threads: true } };
  } catch (error) {
    return {
      ok: false,
      text: `main loads .ts files, threads do not (${reasonOf(error)})`,
      fix: "name the loader as a package (--import tsx), or compile them",
      facts: { main: true, threads: false, why: messageOf(error) },
    };
  }
}

/** What Node said on the thread; without the path, which is ours and gone by then. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return messageOf(cause).split(/\n| for /)[0] ?? "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
