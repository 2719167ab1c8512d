/** How the demo of the ladder shows rungs, changes and answers. */
import type { LadderChange, LadderStatus } from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { BEST, MINIMUM } from "./ladder.actors.ts";
import type { LadderCourse } from "./ladder.judge.ts";
import type { Answers } from "./ladder.watchers.ts";
import type { Stage } from "./stage.ts";
import { drawTable } from "./table.ts";
import { cut } from "./tree.ts";

/** `1.24 s  model → neighbour, epoch 5`, and why. */
export function changeLines(change: LadderChange, since: number, columns: number): string[] {
  const { from, to, epoch, reason, cause, at } = change;
  const time = `${((at - since) / 1000).toFixed(2)} s`;
  const move = from === to ? `${to} again` : `${from ?? "nobody"} → ${to ?? "nobody"}`;
  const under = to === undefined ? "" : `, epoch ${epoch}`;
  return [
    cut(`${time.padStart(7)}  ${move}${under}`, columns),
    cut(`${"".padEnd(9)}${reason}: ${cause}`, columns),
  ];
}

export function showRungs(stage: Stage, { rungs }: LadderStatus): void {
  const rows = rungs.map(({ id, ref, guarantee, state }) => {
    const note = state === "excluded" ? "never used" : state;
    return [id, `${guarantee} forecasts`, note, ref === undefined ? "" : String(ref)];
  });
  stage.lines(drawTable(rows, stage.columns - 2, "left"));
  stage.say(`Everybody is promised at least a ${MINIMUM} forecast: the dice promise less.`);
}

export function showAnswers(stage: Stage, { anyone, pilots, guarantees }: LadderCourse): void {
  const both = [anyone, pilots];
  const row = (name: string, of: (answers: Answers) => number): string[] => [
    name,
    ...both.map((answers) => grouped(of(answers))),
  ];
  const rows = [
    ["", "anyone", `${BEST} only`],
    row("asked", ({ asked }) => asked),
    ...Object.keys(guarantees).map((id) => row(`  ${id} answered`, ({ by }) => by[id] ?? 0)),
    row("  nobody good enough", ({ unavailable }) => unavailable),
    row("  the rung could not", ({ refused }) => refused),
    row("  the rung crashed", ({ failed }) => failed),
  ];
  stage.heading("who answered how many questions");
  stage.lines(drawTable(rows, stage.columns - 2));
}

/** Of what came too late. */
const LATE_TOLD_MAX = 4;

export function showLate(stage: Stage, { board: { late, refused } }: LadderCourse): void {
  stage.heading("what came from rungs that had been replaced by then");
  const shown = late.slice(0, LATE_TOLD_MAX);
  for (const { rung, epoch, now, what } of shown) {
    stage.say(`a ${what} of the ${rung}, epoch ${epoch}: refused, epoch ${now} is in charge`);
  }
  if (refused > shown.length) stage.say(`and ${refused - shown.length} more`);
}
