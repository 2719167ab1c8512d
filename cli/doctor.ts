/**
 * `sabeam doctor`: whether this machine, this Node and this project are fit for threads.
 *
 *     ✓ cores          2, one thread for each
 *     ✗ support        Node 20 has had no security fixes since 2026-04-30
 *                      → use Node 24 (until 2028-04-30) or 26 (until 2029-04-30)
 *
 * The checks are in doctor/, a file for each subject. Exit code 1 if anything is wrong.
 */

import { readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { parse, usage } from "./arguments.ts";
import type { Console } from "./console.ts";
import { addOnCheck } from "./doctor/addons.ts";
import { limitsOf } from "./doctor/cgroup.ts";
import { type Check, countOf, type Finding } from "./doctor/check.ts";
import { type Machine, machineChecks } from "./doctor/machine.ts";
import { nodeChecks } from "./doctor/node.ts";
import { sharedChecks } from "./doctor/shared.ts";
import { threadChecks } from "./doctor/threads.ts";
import { type VerbHelp, verbHelp } from "./help.ts";
import { wrap } from "./layout.ts";
import { readManifest } from "./manifest.ts";
import type { ExitCode, Run } from "./verb.ts";

const HELP: VerbHelp = {
  usage: "sabeam doctor [--json]",
  about:
    "Looks at Node, the machine, the container, shared memory, threads, flags, and the native " +
    "code in node_modules. Each line is ✓, or ✗ and what to do about it.",
  flags: [
    ["--json", "one object for programs instead of lines"],
    ["--help", "this text"],
  ],
  examples: [
    ["npx sabeam doctor", "in the folder of your project"],
    ["NODE_OPTIONS='--import tsx' npx sabeam doctor", "with flags of your program"],
    ["npx sabeam doctor --json", "to attach to a report"],
  ],
  exitCodes: "Exit codes: 0 all is well · 1 something is not · 2 wrong usage",
};

export const run: Run = async (args, console) => {
  const { flags, rest } = parse("doctor", args, ["json", "help"]);
  if (rest.length > 0) throw usage("doctor", `doctor takes no ${JSON.stringify(rest[0])}`);
  if (!flags.has("help")) return await examine(console, flags.has("json"));
  for (const line of verbHelp(HELP, console)) console.line(line);
  return 0;
};

interface Named extends Finding {
  readonly name: string;
}

/** Where it was examined. */
interface Setting {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}

async function examine(console: Console, json: boolean): Promise<ExitCode> {
  const { version } = readManifest();
  const setting: Setting = { version, node: process.versions.node, platform: process.platform };
  const checks = allChecks();
  const width = Math.max(...checks.map(({ name }) => name.length));
  const found: Named[] = [];
  if (!json) console.line(title(setting, console));
  for (const check of checks) {
    for (const finding of await findings(check)) {
      found.push(finding);
      if (!json) for (const line of linesOf(finding, width, console)) console.line(line);
    }
  }
  const wrong = found.filter(({ ok }) => !ok).length;
  if (json) console.line(JSON.stringify({ ok: wrong === 0, ...setting, findings: found }, null, 2));
  else console.line(`\n${wrong === 0 ? "All is well." : `${countOf(wrong, "problem")}.`}`);
  return wrong === 0 ? 0 : 1;
}

function allChecks(): Check[] {
  const { nodeMin } = readManifest();
  const today = new Date().toISOString().slice(0, 10);
  return [
    ...nodeChecks(process.versions.node, nodeMin, today),
    ...machineChecks(thisMachine()),
    ...sharedChecks(),
    ...threadChecks(),
    addOnCheck(process.cwd()),
  ];
}

function thisMachine(): Machine {
  return {
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeBytes: process.availableMemory?.() ?? freemem(),
    limits: limitsOf((path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        // Another system, or another version of control groups.
        return undefined;
      }
    }),
  };
}

/** A check that fails has found something, too. */
async function findings(check: Check): Promise<Named[]> {
  try {
    return (await check.run()).map((finding) => ({ name: check.name, ...finding }));
  } catch (error) {
    const { message = String(error), code = null, permission = "" } = error as Failure;
    const text = message.split("\n")[0] ?? "";
    const flag = ALLOWS[permission];
    const fix =
      flag === undefined
        ? "report this, with the output of sabeam doctor --json"
        : `start Node with ${flag} as well, or without --permission`;
    return [{ name: check.name, ok: false, text, fix, facts: { code } }];
  }
}

type Failure = Partial<Error> & { readonly code?: string; readonly permission?: string };

/** By what the permission model of Node calls that which it has refused. */
const ALLOWS: Readonly<Record<string, string>> = {
  WorkerThreads: "--allow-worker",
  ChildProcess: "--allow-child-process",
};

function title({ version, node, platform }: Setting, { style }: Console): string {
  const facts = `${version} · Node ${node} · ${platform} ${process.arch}`;
  return `${style.strong("sabeam doctor")} ${style.faint(facts)}\n`;
}

function linesOf(finding: Named, width: number, { style, columns }: Console): string[] {
  const { ok, name, text, fix } = finding;
  const margin = " ".repeat(width + 4);
  const room = columns - margin.length;
  const [first = "", ...more] = wrap(text, room);
  const mark = ok ? style.good("✓") : style.bad("✗");
  const lines = [`${mark} ${style.strong(name.padEnd(width))}  ${first}`];
  lines.push(...more.map((line) => `${margin}${line}`));
  if (fix !== undefined) {
    const [arrow = "", ...rest] = wrap(fix, room - 2);
    lines.push(`${margin}${style.bad("→")} ${arrow}`, ...rest.map((line) => `${margin}  ${line}`));
  }
  return lines;
}
