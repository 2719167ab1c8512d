/**
 * Mutants: bugs that are planted into a copy of the build, and hunted by a proof of the simulator.
 *
 *     dist/ ──copy, patch──▶ folder/ ◀── folder/dist (a link)
 *                              ├── test/sim/proofs ──▶ hunt.ts, in a process of its own
 *                              └── node_modules        ──▶ the first seed that fails, as JSON
 */

import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Patch, patchedBuild, runProgram } from "./children.ts";

const proofs = fileURLToPath(new URL("../sim/proofs", import.meta.url));
/** A protocol that a proof plays with. */
const toy = fileURLToPath(new URL("../protocols/toy.ts", import.meta.url));

/** Seeds of a proof that a mutant must not outlive; a part of those that the proof is run with. */
export const SEEDS = 40;
/** A mutant may bring a run to a halt that no virtual time ends. */
const HANG_MS = 120_000;

/** A bug that somebody could have made, and the proof that must find it. */
export interface Mutant extends Patch {
  readonly name: string;
  /** File and name of the proof. */
  readonly proof: string;
}

export interface Caught {
  /** How many were run. */
  readonly seeds: number;
  /** What the last one fails with; undefined: none has failed. */
  readonly found?: string;
}

/** @throws if the text to be replaced is not in its file exactly once */
export async function hunt({ name, proof, ...patch }: Mutant): Promise<Caught> {
  const build = plant(name, patch);
  try {
    const { folder } = build;
    mkdirSync(join(folder, "test", "sim"), { recursive: true });
    cpSync(proofs, join(folder, "test", "sim", "proofs"), { recursive: true });
    cpSync(toy, join(folder, "test", "protocols", "toy.ts"));
    symlinkSync(".", join(folder, "dist"));
    const { facts } = await runProgram<Caught>(join(folder, "test", "sim", "proofs", "hunt.ts"), {
      args: [proof, 0, SEEDS],
      cwd: folder,
      nodeArgs: ["--import", "tsx"],
      timeoutMs: HANG_MS,
    });
    return facts;
  } finally {
    build.remove();
  }
}

function plant(name: string, patch: Patch): ReturnType<typeof patchedBuild> {
  try {
    return patchedBuild([patch]);
  } catch (error) {
    throw new Error(`the mutant "${name}" cannot be planted: its text has changed`, {
      cause: error,
    });
  }
}

/** What was found, in a line. */
export function told({ name, proof }: Mutant, { seeds, found = "" }: Caught): string {
  const [first = ""] = found.split("\n");
  return `${name}: found by ${proof} with seed ${seeds - 1}: ${first}\n`;
}
