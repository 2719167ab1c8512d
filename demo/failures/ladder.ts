/**
 * Ladder: a service whose implementations fail one after the other, while clients call all along.
 *
 *     all is well ──▶ model fails ──▶ neighbour fails ──▶ archive fails ──▶ nobody is good enough
 *                     ▲ model again ◀── neighbour again ◀── archive again ◀──┘
 */
import {
  type LadderChange,
  type LadderProtocol,
  ladderRef,
  type Ref,
  type System,
} from "../../actors/index.ts";
import { conservationLines } from "./conservation.ts";
import {
  BEST,
  Board,
  type BoardProtocol,
  Courier,
  DWELL_MS,
  Forecast,
  type ForecastProtocol,
  LETTER_MS,
  MINIMUM,
  Trouble,
  type TroubleProtocol,
} from "./ladder.actors.ts";
import { ACTS, type Act } from "./ladder.acts.ts";
import { judgeLadder, type LadderCourse, summaryOf } from "./ladder.judge.ts";
import { changeLines, showAnswers, showLate, showRungs } from "./ladder.show.ts";
import {
  type Answers,
  Chronicle,
  type ChronicleProtocol,
  type ClientProtocol,
  LadderClient,
} from "./ladder.watchers.ts";
import { countLetters } from "./letters.ts";
import { atRest } from "./rest.ts";
import { duration, keptLog, type Stage } from "./stage.ts";

/** Questions between two acts. */
const ACT_MS = 300;
const CLIENTS = 3;
/** A change that does not come in this time does not come. */
const CHANGE_TIMEOUT_MS = 20_000;

/** Settles with whether every promise was kept. */
export async function playLadder(stage: Stage): Promise<boolean> {
  stage.title(
    "ladder",
    "a weather forecast can be made in four ways. While clients ask for it all the time, one way " +
      "after the other fails; the next best takes over, down to what is promised at least, and " +
      "all the way back.",
  );
  const { log } = keptLog();
  return await stage.inSystem({ log }, (system) => play(stage, system));
}

interface Cast {
  readonly ladder: Ref<LadderProtocol<ForecastProtocol>>;
  readonly trouble: Ref<TroubleProtocol>;
  readonly board: Ref<BoardProtocol>;
  readonly chronicle: Ref<ChronicleProtocol>;
  readonly anyone: readonly Ref<ClientProtocol>[];
  readonly pilots: readonly Ref<ClientProtocol>[];
}

async function start(system: System, threads: number): Promise<Cast> {
  const here = { thread: 0 };
  const trouble = await system.spawn(Trouble, [], here);
  const board = await system.spawn(Board, [], here);
  const courier = await system.spawn(Courier, [board], here);
  const chronicle = await system.spawn(Chronicle, [], here);
  const places = [Math.min(1, threads), Math.min(2, threads)] as const;
  const ladder = await system.spawn(Forecast, [{ trouble, board, courier }, places], here);
  const clients = async (need: string): Promise<Ref<ClientProtocol>[]> => {
    const service = await ladderRef(ladder, need);
    const spawned = Array.from({ length: CLIENTS }, (_, at) =>
      system.spawn(LadderClient, [service], { thread: places[at % places.length] ?? 0 }),
    );
    return await Promise.all(spawned);
  };
  const [anyone, pilots] = [await clients(MINIMUM), await clients(BEST)];
  return { ladder, trouble, board, chronicle, anyone, pilots };
}

async function play(stage: Stage, system: System): Promise<boolean> {
  const letters = countLetters(system);
  const cast = await start(system, stage.threads);
  const { ladder, board, chronicle, anyone, pilots } = cast;
  const first = await ladder.call.subscribe(chronicle);
  const changes: LadderChange[] = first === undefined ? [] : [first];
  const dwell = duration(DWELL_MS);
  stage.say(`(Here a better way is tried ${dwell} after a change; in earnest it is 30 s.)`, "");
  stage.heading("the ladder");
  showRungs(stage, await ladder.call.status());
  for (const client of [...anyone, ...pilots]) client.cast.begin();
  const expected = changes.map(summaryOf);
  for (const act of ACTS) {
    await stage.watch(ACT_MS, () => "");
    expected.push(summaryOf(act));
    if (!(await perform(stage, act, cast, changes))) break;
  }
  // The last letters are on their way.
  await stage.watch(Math.max(ACT_MS, LETTER_MS), () => "");
  const told = async (clients: readonly Ref<ClientProtocol>[]): Promise<Answers> =>
    sumAnswers(await Promise.all(clients.map((client) => client.call.stop())));
  const answers = { anyone: await told(anyone), pilots: await told(pilots) };
  const written = await board.call.read();
  const counters = await atRest(system);
  const { rungs } = await ladder.call.status();
  const guarantees = Object.fromEntries(rungs.map(({ id, guarantee }) => [id, guarantee]));
  const course: LadderCourse = {
    ...{ changes, expected, guarantees, ...answers, board: written, counters, letters },
  };
  showAnswers(stage, course);
  showLate(stage, course);
  stage.heading("every message, those among the actors included");
  stage.lines(conservationLines([["in all", counters]], stage.columns - 2));
  const promises = judgeLadder(course);
  stage.verdict(promises, VERDICT);
  stage.facts({ demo: "ladder", ok: promises.kept, ...course, promises: promises.all });
  return promises.kept;
}

const VERDICT =
  "A service is to answer as well as it can, never worse than it promises, and to come back by " +
  "itself:";

/** Settles with whether it came as far as it was to come. */
async function perform(
  stage: Stage,
  { title, rung, mode, to, says }: Act,
  { trouble, chronicle }: Cast,
  changes: LadderChange[],
): Promise<boolean> {
  stage.heading(title);
  await trouble.call.set(rung, mode);
  const { call } = chronicle.with({ timeout: CHANGE_TIMEOUT_MS });
  for (;;) {
    const change = await nextOf(call);
    if (change === undefined) return false;
    changes.push(change);
    stage.lines(changeLines(change, changes[0]?.at ?? 0, stage.columns - 2));
    if (change.to !== to) continue;
    if (says !== undefined) stage.say(says);
    return true;
  }
}

/** Undefined: none came. */
async function nextOf(call: Ref<ChronicleProtocol>["call"]): Promise<LadderChange | undefined> {
  try {
    return await call.next();
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_CALL_TIMEOUT") throw error;
    return undefined;
  }
}

function sumAnswers(all: readonly Answers[]): Answers {
  const by: Record<string, number> = {};
  for (const [rung, count] of all.flatMap((one) => Object.entries(one.by))) {
    by[rung] = (by[rung] ?? 0) + count;
  }
  const sum = (field: "asked" | "unavailable" | "refused" | "failed"): number =>
    all.reduce((total, one) => total + one[field], 0);
  return {
    ...{ asked: sum("asked"), by, unavailable: sum("unavailable") },
    ...{ refused: sum("refused"), failed: sum("failed") },
  };
}
