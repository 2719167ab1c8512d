/**
 * Heap: an actor fills the heap of its thread with small objects, some times; only its thread ends.
 *
 *     eats ──▶ heap limit reached ──▶ the thread ends, and it is named ──▶ back ──▶ eats …
 */
import { childRef, type Ref, type System } from "../../actors/index.ts";
import { conservationLines } from "./conservation.ts";
import { countLetters, untilTold } from "./letters.ts";
import { Counter, EATER, Eater, type EaterProtocol, Eaters, Neighbours } from "./oom.actors.ts";
import { judgeHeap, type Meal } from "./oom.judge.ts";
import { atRest } from "./rest.ts";
import { keptLog, type Stage } from "./stage.ts";
import { microseconds, shortTime } from "./stopwatch.ts";
import { drawTable } from "./table.ts";
import { cut } from "./tree.ts";
import { until } from "./until.ts";

/** The thread that dies. */
const DOOMED = 1;
const MEALS = 3;
/** Small, so that the demo is short. */
const HEAP_MB = 24;
/** To fill the heap takes a second or so, and a slow machine longer. */
const EAT_TIMEOUT_MS = 60_000;
const WAIT = { timeout: EAT_TIMEOUT_MS };

/** Settles with whether every promise was kept. */
export async function playHeap(stage: Stage): Promise<boolean> {
  const { log } = keptLog();
  stage.title(
    "oom",
    `an actor fills the heap of its thread, ${HEAP_MB} MB (heapMb), with small objects, ` +
      `${MEALS} times. Only its thread ends, and all that lived there comes back.`,
  );
  return await stage.inSystem({ heapMb: HEAP_MB, log }, (system) => play(stage, system));
}

async function play(stage: Stage, system: System): Promise<boolean> {
  const letters = countLetters(system);
  const here = { thread: 0 };
  await system.spawn(Eaters, [DOOMED], here);
  const neighbours = await system.spawn(Neighbours, [DOOMED], here);
  const neighbour = await childRef(neighbours, Counter, "neighbour");
  const elsewhere = stage.threads > DOOMED ? DOOMED + 1 : 0;
  const bystander = await system.spawn(Counter, [], { thread: elsewhere });
  const eater = system.named(Eater, EATER);
  const meals: Meal[] = [];
  for (let meal = 1; meal <= MEALS; meal += 1) {
    await neighbour.with(WAIT).call.count();
    const eaten = await eat(stage, eater);
    const counts = [neighbour.with(WAIT).call.count(), bystander.call.count()] as const;
    const [beside, apart] = await Promise.all(counts);
    meals.push({ ...eaten, beside, apart });
    showMeal(stage, meals);
  }
  const counters = await atRest(system);
  await untilTold(letters, counters);
  stage.heading("every message, those that died with their thread included");
  stage.lines(conservationLines([["in all", counters]], stage.columns - 2));
  stage.heading("what is not contained");
  stage.say(
    "One allocation that does not fit (an array of millions of numbers, a very long text) makes " +
      "Node end the whole process, whatever the limit. Code that may do that belongs into a " +
      "process of its own. So it is not shown here.",
  );
  const promises = judgeHeap({ meals, heapMb: HEAP_MB, counters, letters });
  stage.verdict(promises, "A heap that is full ends its thread, and nothing else:");
  const facts = { heapMb: HEAP_MB, meals, counters, letters, contained: { huge: false } };
  stage.facts({ demo: "oom", ok: promises.kept, ...facts, promises: promises.all });
  return promises.kept;
}

/** Has it eat, until that has ended it and another one answers to its name. */
async function eat(
  stage: Stage,
  eater: Ref<EaterProtocol>,
): Promise<Pick<Meal, "cause" | "culprit" | "eatUs" | "backUs">> {
  const { call } = eater.with(WAIT);
  const life = await call.life();
  const startUs = microseconds();
  const end = await call.eat().then(
    () => undefined,
    (error: { reason?: { cause?: string; culprit?: boolean } }) => error.reason,
  );
  const endUs = microseconds();
  const isBack = async (): Promise<boolean> => {
    const now = await call.life().catch(() => life);
    return now !== life;
  };
  await until(isBack, EAT_TIMEOUT_MS);
  const times = { eatUs: endUs - startUs, backUs: microseconds() - endUs };
  await stage.pause();
  return { cause: end?.cause ?? "it did not end", culprit: end?.culprit === true, ...times };
}

function showMeal(stage: Stage, meals: readonly Meal[]): void {
  const meal = meals.at(-1);
  if (meal === undefined) return;
  const rows = [
    // Node's own words for it stand in brackets.
    ["cause", meal.cause.replace(/ \(.*\)/, "")],
    ["heap full", `after ${shortTime(meal.eatUs)}`],
    ["back", `after ${shortTime(meal.backUs)}: another one answers to its name`],
    ["beside it", `lost with it, and back: counts from ${meal.beside} again`],
    ["elsewhere", `has not noticed: counted ${meal.apart}`],
  ];
  stage.heading(`Meal ${meals.length} of ${MEALS}`);
  const lines = drawTable(rows, Number.POSITIVE_INFINITY, "left");
  stage.lines(lines.map((line) => cut(line, stage.columns - 2)));
}
