/** The verbs, in the order in which the help shows them. */

import type { Verb } from "./verb.ts";

export const VERBS: readonly Verb[] = [
  {
    name: "demo",
    takes: "",
    summary: "shows actors at work, and what becomes of failures",
    load: () => import("./demo.ts"),
  },
  {
    name: "top",
    takes: "[PID]",
    summary: "shows what runs in a system right now, those with trouble first",
    load: () => import("./top.ts"),
  },
  {
    name: "tree",
    takes: "[PID]",
    summary: "shows the tree of a system's actors",
    load: () => import("./tree.ts"),
  },
  {
    name: "doctor",
    takes: "",
    summary: "checks whether machine and project are fit for threads",
    load: () => import("./doctor.ts"),
  },
  {
    name: "sim",
    takes: "FILE",
    summary: "simulates a program with many seeds, under faults, on all cores",
    load: () => import("./sim.ts"),
  },
  {
    name: "journal",
    takes: "PATH",
    summary: "lists what is in a journal, and checks that all of it is whole",
    load: () => import("./journal.ts"),
  },
  {
    name: "new",
    takes: "FOLDER",
    summary: "makes a small TypeScript project: one actor, a test, a script",
    load: () => import("./new.ts"),
  },
  {
    name: "bench",
    takes: "",
    summary: "measures this machine, beside what one would use instead",
    load: () => import("./bench.ts"),
  },
];
