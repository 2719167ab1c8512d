/**
 * `npm run test:nodes [-- 22 24]`: the suite under several versions of Node.
 *
 * Builds once with the Node that runs this, takes the others from npm into a temporary folder, and
 * runs vitest with each, one after the other. Ends with a table; exits with 1 if any run failed, or
 * if the same simulations (sim-hash.mjs) came to something else on one of them.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { summarise } from "./summary.mjs";

const VERSIONS = ["20", "22", "24", "26"];
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const platform = process.platform === "win32" ? "win" : process.platform;
const binaries = `node-${platform}-${process.arch}`;

function must(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? `exit ${status}`}`);
}

/** The path of Node's binary in that version. */
function fetch(version, place) {
  const prefix = join(place, version);
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save"];
  must("npm", ["install", "--prefix", prefix, ...quiet, `${binaries}@${version}`]);
  return join(prefix, "node_modules", binaries, "bin", platform === "win" ? "node.exe" : "node");
}

function suite(version, place) {
  const node = fetch(version, place);
  const exact = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  const report = join(place, `${version}.json`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  console.log(`\n== Node ${exact} ==`);
  const { status } = spawnSync(node, [vitest, "run", ...reporters], {
    cwd: root,
    stdio: "inherit",
  });
  const simulated = spawnSync(node, [join(root, "scripts/sim-hash.mjs")], { encoding: "utf8" });
  const hash = simulated.stdout.trim() || simulated.stderr.trim().slice(0, 200);
  return { node: exact, ...summarise(report), exit: status ?? 1, simulated: hash };
}

const wanted = process.argv.slice(2);
const place = mkdtempSync(join(tmpdir(), "sabeam-nodes-"));
try {
  must("npm", ["run", "build", "--silent"]);
  const rows = (wanted.length > 0 ? wanted : VERSIONS).map((version) => suite(version, place));
  console.table(rows);
  const passed = rows.every(({ failed, exit }) => failed === 0 && exit === 0);
  const alike = new Set(rows.map(({ simulated }) => simulated)).size === 1;
  if (!alike) console.error("the same simulations differ between versions of Node");
  process.exitCode = passed && alike ? 0 : 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}
