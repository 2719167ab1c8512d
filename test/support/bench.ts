/** Runs `npm run bench` as a program of its own, on what was built. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./tree.ts";

export interface Ended {
  readonly code: number | null;
  /** Lines of standard output. */
  readonly out: readonly string[];
  readonly err: string;
}

export function bench(
  args: readonly string[],
  { env = process.env, at = root }: { env?: NodeJS.ProcessEnv; at?: string } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(at, "dist/bench/run.js"), ...args], { env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, out: out.split("\n").filter((line) => line !== ""), err });
    });
  });
}
