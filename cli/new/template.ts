/**
 * Template: the files of a new project. One actor, a program that uses it, and a test.
 *
 * It is compiled, and not run as TypeScript, because that is what works on every Node that sabeam
 * runs on: Node 20 knows no TypeScript, least of all in threads. Imports end in `.ts` all the same,
 * so `node main.ts` works too where Node strips types by itself (22.18 and later).
 */

export interface Template {
  readonly path: string;
  readonly text: string;
}

/** Of the tools that the project is compiled with; the same as this package is. */
const TYPESCRIPT = "^7.0.2";
const NODE_TYPES = "^20";

/** The files of a project of that name which uses this version of sabeam. */
export function template(name: string, version: string, nodeMin: string): Template[] {
  return [
    { path: "package.json", text: packageJson(name, version, nodeMin) },
    { path: "tsconfig.json", text: TSCONFIG },
    { path: ".gitignore", text: "node_modules/\ndist/\n" },
    { path: "README.md", text: readme(name) },
    { path: "counter.ts", text: COUNTER },
    { path: "main.ts", text: MAIN },
    { path: "counter.test.ts", text: TEST },
  ];
}

/** A name that npm allows, made of the folder's. */
export function nameFor(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-._]+|[-._]+$/g, "");
  return name === "" || name === "node_modules" ? "sabeam-project" : name.slice(0, NAME_LENGTH_MAX);
}

const NAME_LENGTH_MAX = 200;

function packageJson(name: string, version: string, nodeMin: string): string {
  const manifest = {
    name,
    version: "0.0.0",
    private: true,
    type: "module",
    engines: { node: `>=${nodeMin}` },
    scripts: {
      build: "tsc",
      start: "tsc && node dist/main.js",
      test: "tsc && node --test dist/*.test.js",
    },
    dependencies: { sabeam: `^${version}` },
    devDependencies: { "@types/node": NODE_TYPES, typescript: TYPESCRIPT },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2024", "esnext.disposable"],
    "module": "nodenext",
    "types": ["node"],
    "outDir": "dist",
    "rootDir": ".",
    "strict": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "rewriteRelativeImportExtensions": true
  },
  "include": ["*.ts"]
}
`;

const readme = (name: string): string => `# ${name}

    npm install
    npm test         # compiles, and runs counter.test.ts
    npm start        # compiles, and runs main.ts

An actor is defined in a file of its own (\`counter.ts\`), because every thread that has such actors
loads that file. \`main.ts\` starts the system, and is loaded on main only.

Where Node strips types by itself (22.18 and later), \`node main.ts\` works without compiling.
`;

const COUNTER = `import { defineActor } from "sabeam";

/** Counts. Each counter has a state of its own and handles one message at a time. */
export const Counter = defineActor(import.meta.url, "Counter", {
  init: (_self, start: number) => ({ count: start }),
  handlers: {
    add: (self, by: number) => (self.state.count += by),
  },
});
`;

const MAIN = `import { startSystem } from "sabeam";
import { Counter } from "./counter.ts";

const system = await startSystem(); // one thread for each core
try {
  const counter = await system.spawn(Counter, [10]);
  counter.cast.add(5); // not answered
  console.log("The count is", await counter.call.add(1));
} finally {
  await system.stop();
}
`;

const TEST = `import assert from "node:assert/strict";
import { test } from "node:test";
import { startSystem } from "sabeam";
import { Counter } from "./counter.ts";

test("a counter on a thread of its own adds what it is sent", async (t) => {
  const system = await startSystem({ threads: 1 });
  t.after(() => system.stop());
  const counter = await system.spawn(Counter, [10]);
  counter.cast.add(5);
  assert.equal(await counter.call.add(1), 16);
});
`;
