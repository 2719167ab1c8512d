/** One seed, with all that is known of it; and one that has failed, again, from its trace. */

import { resolve } from "node:path";
import type { Console } from "../console.ts";
import { CliError } from "../errors.ts";
import type { ExitCode } from "../verb.ts";
import { amountText, whole } from "./amounts.ts";
import { failureLines } from "./failure.ts";
import { Job, type JobOptions, refusal } from "./job.ts";
import { flagsFor } from "./loader.ts";
import { nameOf, type SimOptions } from "./options.ts";
import type { Failed, Passed, RunOrder } from "./orders.ts";
import { placeOf } from "./state.ts";
import { AMOUNTS } from "./tally.ts";
import { readTrace, type Trace, writeTrace } from "./trace.ts";

interface WantedSeed extends SimOptions {
  readonly file: string;
  readonly seed: string;
}

export async function runOne(
  { file, name, seed, plan, timeoutMs, json }: WantedSeed,
  console: Console,
  version: string,
): Promise<ExitCode> {
  const command = plan === undefined ? undefined : typed(name, seed, plan.given);
  const order = { seed, plan: plan?.text, command, shrink: true };
  const ended = await once({ file, name, timeoutMs }, order, json);
  const failed = ended.type === "failed";
  const trace = failed ? writeTrace(ended, placeOf(name), name, version) : undefined;
  if (json) console.line(JSON.stringify({ ok: !failed, ...ended, trace }));
  else if (failed) for (const line of failureLines(ended, trace, console.style)) console.line(line);
  else for (const line of passedLines(ended, console)) console.line(line);
  return failed ? 1 : 0;
}

/** With the plan as its user has given it, for a shell. */
function typed(name: string, seed: string, plan: string): string {
  const word = `'${plan.replaceAll("'", String.raw`'\''`)}'`;
  return `npx sabeam sim ${name} --seed ${seed} --plan ${word}`;
}

function passedLines({ seed, coverage, hash, steps }: Passed, { style }: Console): string[] {
  const amounts = AMOUNTS.map(
    ([amount, name]) => `${amountText(amount, coverage[amount])} ${name}`,
  );
  return [
    `${style.good(`seed ${seed} passed`)}: ${whole(steps)} steps, hash ${hash}`,
    style.faint(amounts.join(", ")),
  ];
}

export async function replay(
  { file, replay: path, timeoutMs, json }: SimOptions & { readonly replay: string },
  console: Console,
  version: string,
): Promise<ExitCode> {
  const trace = readTrace(path, version);
  const from = file ?? trace.file;
  const { seed, plan } = trace;
  const command = `npx sabeam sim --replay ${path}`;
  const order = { seed, plan: JSON.stringify(plan), command, shrink: false };
  const ended = await once({ file: resolve(from), name: nameOf(from), timeoutMs }, order, json);
  const verdict = compared(trace, ended);
  const failed = ended.type === "failed";
  if (json) console.line(JSON.stringify({ ok: !failed, verdict, trace: path, ...ended }));
  else {
    if (failed)
      for (const line of failureLines(ended, undefined, console.style)) console.line(line);
    console.line(console.style.strong(verdict));
  }
  return failed ? 1 : 0;
}

/** What running it again has shown. */
export function compared(
  { seed, hash, step }: Pick<Trace, "seed" | "hash" | "step">,
  ended: Passed | Failed,
): string {
  if (ended.type === "passed") {
    return `seed ${seed} does not fail any more: the program has changed since it was saved`;
  }
  const { facts } = ended;
  if (facts?.hash === hash && facts.step === step) {
    return `seed ${seed} fails as it did: the same hash, ${hash}, at step ${step}`;
  }
  const now = facts === undefined ? "" : `, and now ${facts.hash} at step ${facts.step}`;
  return `seed ${seed} fails, but not as it did: its hash was ${hash} at step ${step}${now}`;
}

/** A job for one seed. What the program writes is seen. @throws CliError */
function once(
  { file, name, timeoutMs }: Pick<WantedSeed, "file" | "name" | "timeoutMs">,
  order: Omit<RunOrder, "type">,
  quiet: boolean,
): Promise<Passed | Failed> {
  const options: JobOptions = {
    ...{ file, name, flags: flagsFor(file), seedMs: timeoutMs, loud: !quiet },
  };
  return new Promise<Passed | Failed>((settle, reject) => {
    const job = new Job(options, {
      report: (_, report) => {
        if (report.type === "loaded" || report.type === "fails") return;
        job.kill();
        if (report.type === "refused") reject(refusal(name, report.problem, report.text));
        else settle(report);
      },
      died: (_, how) => reject(new CliError("ERR_CLI_NOT_SIMULATED", `${name}: ${how}`)),
    });
    job.run(order);
  });
}
