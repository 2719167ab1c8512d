/** The columns of the lists of actors and threads. `rank` says which a small window leaves out. */

import type { ActorView, ThreadView } from "../../runtime/index.ts";
import type { Style } from "../style.ts";
import { count, kilobytes, percent, time } from "./amounts.ts";
import { type Branch, labelOf } from "./branches.ts";
import { actorAccent, actorNow, threadAccent, threadNow, threadState } from "./now.ts";
import type { Column } from "./table.ts";

/** Of messages that wait for one actor. */
const QUEUE_WARN = 1000;
const QUEUE_BAD = 100_000;

/** The columns of a tree, by their titles. */
const IN_TREE: readonly string[] = ["ACTOR", "THR", "QUEUED", "RESTARTS", "NOW"];

/** A thread that is held up tells no numbers: older ones than this are marked. */
const OLD_MS = 3000;

export function actorColumns(style: Style, threads: readonly ThreadView[]): Column<ActorView>[] {
  const { strong, warn } = style;
  const told = new Map(threads.map(({ index, toldMs }) => [index, toldMs]));
  const ageOf = ({ thread }: ActorView): number => told.get(thread) ?? Number.POSITIVE_INFINITY;
  return [
    {
      ...{ title: "ACTOR", rank: 1, width: { wideMin: 18 } },
      cell: ({ address, name }) => (name === undefined ? address : `${address} ${name}`),
      accent: () => strong,
    },
    { title: "THR", rank: 5, width: 3, cell: ({ thread }) => String(thread) },
    queueColumn(style, ageOf),
    { title: "RATE", rank: 4, width: 6, cell: ({ rate }) => count(rate) },
    { title: "MEAN", rank: 8, width: 6, cell: ({ meanUs }) => time(meanUs) },
    { title: "LONGEST", rank: 6, width: 7, cell: ({ longestUs }) => time(longestUs) },
    {
      ...{ title: "BUSY", rank: 9, width: 5 },
      // Of turns that have ended; those of a thread that is held up would look like none.
      cell: (actor) => percent(ageOf(actor) > OLD_MS ? undefined : actor.busy),
    },
    {
      ...{ title: "RESTARTS", rank: 7, width: 8, cell: ({ restarts }) => count(restarts) },
      accent: ({ restarts }) => (restarts > 0 ? warn : undefined),
    },
    { title: "HANDLED", rank: 10, width: 7, cell: (actor) => known(actor, ageOf, actor.handled) },
    { title: "AGE", rank: 11, width: 7, cell: ({ ageMs }) => time(ageMs * 1000) },
    nowColumn(style),
  ];
}

/** Of a line that is no actor only the first one has something to say. */
export function treeColumns(style: Style, threads: readonly ThreadView[]): Column<Branch>[] {
  const all = actorColumns(style, threads);
  const [first, ...others] = all.filter(({ title }) => IN_TREE.includes(title));
  if (first === undefined) return [];
  const ofActor = ({ cell, accent, ...column }: Column<ActorView>): Column<Branch> => ({
    ...column,
    cell: ({ actor }) => (actor === undefined ? "" : cell(actor)),
    accent: ({ actor }) => (actor === undefined ? undefined : accent?.(actor)),
  });
  return [
    { ...ofActor(first), width: { wideMin: 20 }, cell: (branch) => branch.box + labelOf(branch) },
    ...others.map(ofActor),
  ];
}

export function threadColumns(style: Style): Column<ThreadView>[] {
  return [
    { title: "THREAD", rank: 1, width: { wideMin: 8 }, cell: ({ name }) => name },
    {
      ...{ title: "STATE", rank: 1, width: { wideMin: 7 }, cell: threadState },
      accent: (thread) => threadAccent(thread, style),
    },
    { title: "CPU", rank: 2, width: 5, cell: ({ cpu }) => percent(cpu) },
    { title: "HEAP", rank: 3, width: 6, cell: ({ heapKb }) => kilobytes(heapKb) },
    { title: "ACTORS", rank: 7, width: 6, cell: ({ actors }) => count(actors) },
    { title: "QUEUED", rank: 6, width: 6, cell: ({ queued }) => count(queued) },
    { title: "RATE", rank: 4, width: 6, cell: ({ rate }) => count(rate) },
    {
      ...{ title: "LIFE", rank: 8, width: 4, cell: ({ generation }) => count(generation) },
      accent: ({ generation }) => (generation > 1 ? style.warn : undefined),
    },
    {
      ...{ title: "NOW", rank: 5, width: { wideMin: 12 }, cell: threadNow },
      accent: (thread) => (thread.parked ? undefined : threadAccent(thread, style)),
    },
  ];
}

type AgeOf = (actor: ActorView) => number;

function queueColumn({ warn, bad }: Style, ageOf: AgeOf): Column<ActorView> {
  const mark = (actor: ActorView): string => {
    const { growth = 0 } = actor;
    if (ageOf(actor) > OLD_MS) return Number.isFinite(ageOf(actor)) ? "~" : " ";
    return growth > 0 ? "↑" : growth < 0 ? "↓" : " ";
  };
  return {
    ...{ title: "QUEUED", rank: 2, width: 7 },
    cell: (actor) => known(actor, ageOf, actor.queued) + mark(actor),
    accent: ({ queued }) => (queued >= QUEUE_BAD ? bad : queued >= QUEUE_WARN ? warn : undefined),
  };
}

/** "?" if its thread has never told. */
function known(actor: ActorView, ageOf: AgeOf, value: number): string {
  return ageOf(actor) === Number.POSITIVE_INFINITY ? "?" : count(value);
}

function nowColumn(style: Style): Column<ActorView> {
  return {
    ...{ title: "NOW", rank: 3, width: { wideMin: 16 }, cell: actorNow },
    accent: (actor) => actorAccent(actor, style),
  };
}
