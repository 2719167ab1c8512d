/**
 * Program: how a verb starts a program that the package has beside this one. The program gets what
 * was typed after the verb as it is, and our terminal.
 *
 *     sabeam demo … ──► node demo/main.js …      sabeam bench … ──► node bench/run.js …
 *
 * Each runs in a process of its own, as if it had been started by hand: NODE_ENV, signals and exit
 * code are its own.
 */

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { CliError, systemCode } from "./errors.ts";
import type { ExitCode } from "./verb.ts";

/** Under this name the program learns what its user has typed, to repeat it in its messages. */
const CALLED_AS = "SABEAM_CALLED_AS";

/** Handed on to the program; Ctrl-C only where there is no terminal that sends it there too. */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a module of the package to its end. Settles with its exit code, as a shell would see it. */
export function startProgram(
  verb: string,
  module: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ExitCode> {
  const file = fileURLToPath(new URL(`../${module}.js`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
    stdio: "inherit",
    env: { ...process.env, [CALLED_AS]: `npx sabeam ${verb}`, ...env },
  });
  const forward = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise<ExitCode>((resolve, reject) => {
    child.once("error", (error) => {
      const why = `${process.execPath} cannot be started (${systemCode(error)})`;
      reject(new CliError("ERR_CLI_NOT_STARTED", why, { cause: error }));
    });
    child.once("close", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  }).finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward);
  });
}
