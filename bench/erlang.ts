/**
 * Finds Erlang and compiles our programs for it (bench/erlang/*.erl) into a temporary folder.
 *
 * Erlang is a peer only where `erl` and `erlc` are on the PATH (Debian: erlang-base); elsewhere its
 * column is empty. There are as many schedulers as our side has threads, and they are left unbound.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Options, THREADS } from "./contender.ts";
import type { Launch } from "./subject.ts";

/** Processes that one program may have: the largest row has a million, and the sender. */
const PROCESSES_MAX = 4_000_000;

export interface Erlang {
  /** For example "OTP 25". */
  readonly version: string;
  launch(module: string, name: string, options: Options): Launch;
  /** Removes what was compiled. */
  remove(): void;
}

/** The programs lie beside the sources, which the compiler of TypeScript does not copy. */
function sources(): string {
  const beside = fileURLToPath(new URL("./erlang/", import.meta.url));
  const above = fileURLToPath(new URL("../../bench/erlang/", import.meta.url));
  return existsSync(beside) ? beside : above;
}

/** Undefined if there is no Erlang here; throws if our programs do not compile. */
export function findErlang(): Erlang | undefined {
  const ask = "io:put_chars(erlang:system_info(otp_release)), halt().";
  const release = spawnSync("erl", ["-noshell", "-eval", ask], { encoding: "utf8" });
  const compiler = spawnSync("erlc", ["-help"], { encoding: "utf8" });
  if (release.status !== 0 || compiler.error !== undefined) return undefined;

  const folder = mkdtempSync(join(tmpdir(), "sabeam-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const from = sources();
  const files = readdirSync(from).filter((file) => file.endsWith(".erl"));
  const compiled = spawnSync("erlc", ["-o", folder, ...files.map((file) => join(from, file))], {
    encoding: "utf8",
  });
  if (compiled.status !== 0) {
    remove();
    throw new Error(`erlc failed:\n${compiled.stdout}${compiled.stderr}`);
  }
  return {
    version: `OTP ${release.stdout.trim()}`,
    launch: (module, name, options) => ({
      command: "erl",
      args: args(folder),
      alone: false,
      contender: `${module} ${name} ${text(options)}`,
    }),
    remove,
  };
}

function args(folder: string): string[] {
  const schedulers = `${THREADS}:${THREADS}`;
  return ["-noshell", "+S", schedulers, "+P", String(PROCESSES_MAX), "-pa", folder].concat([
    ...["-run", "bench_main"],
  ]);
}

/** `key=integer`, joined by commas. */
function text(options: Options): string {
  const given = Object.entries(options).filter(([, value]) => typeof value === "number");
  return given.map(([key, value]) => `${key}=${value}`).join(",");
}
