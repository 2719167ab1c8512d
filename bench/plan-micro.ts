/** Micro-benchmarks: rows by file of micro/, a process for each. Counts are ms for each case. */

import { type Bench, OURS } from "./plan.ts";

const MS_PER_CASE = 100;

const SHAPES = [
  ...["number", "short text", "4 fields", "nested", "1 kB of text", "1 kB of bytes"],
  ...["Map, Set, Date", "2 refs"],
];

const CODEC = SHAPES.flatMap((shape) =>
  ["encode", "decode", "copy"].map((does) => `${does} ${shape}`),
);

const FILES: Readonly<Record<string, readonly string[]>> = {
  ring: ["record of 16 B", "record of 64 B", "record of 1024 B"],
  codec: CODEC,
  doorbell: ["park and unpark", "ring who is awake, and be heard", "park, ring and wake"],
  spawn: ["spawn", "spawn, call and end"],
  call: [
    ...["call", "call with options", "call that takes an object"],
    ...["cast, 1000 at once", "call, 1000 at once"],
  ],
  schema: ["no schema", "schema of zod", "schema of valibot"],
  trace: ["cast", "call", "cast across threads", "call across threads"].flatMap((does) => [
    `${does}, off`,
    `${does}, on`,
  ]),
};

/** What a file needs beside tinybench. */
const NEEDS: Readonly<Record<string, readonly string[]>> = { schema: ["zod", "valibot"] };

export const MICRO: readonly Bench[] = Object.entries(FILES).map(([file, names]) => ({
  ...{ group: "micro", threads: 1, rounds: 3, warmups: 0 },
  rows: names.map((name) => ({ key: name, name: `micro ${file}: ${name}`, unit: "ns", note: "" })),
  // Cases check what they do by themselves; here, that all of them were played.
  checksum: () => names.length,
  contenders: [
    {
      ...{
        name: OURS,
        host: "node",
        module: "micro/stage",
        export: file,
        needs: ["tinybench", ...(NEEDS[file] ?? [])],
      },
      ...{ small: { count: 0 }, large: { count: MS_PER_CASE } },
    },
  ],
}));
