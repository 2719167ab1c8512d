/**
 * Busy processes beside a contender, for rows about machines that it does not have for itself.
 *
 * A contender sees how many cores there are, but not who else uses them: other processes, or a
 * quota of its container. Neighbours are started for one round and ended after it, so that they
 * disturb nobody else's.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Spins, and looks now and then whether the process that wanted it is still there. */
const BUSY = `
  const parent = process.ppid;
  process.stdout.write("busy");
  while (process.ppid === parent) for (const end = Date.now() + 50; Date.now() < end; );
`;

/** Plays with so many busy processes beside it. */
export async function beside<T>(count: number, play: () => Promise<T>): Promise<T> {
  const neighbours = Array.from({ length: count }, () =>
    spawn(process.execPath, ["-e", BUSY], { stdio: ["ignore", "pipe", "ignore"] }),
  );
  try {
    await Promise.all(neighbours.map(isBusy));
    return await play();
  } finally {
    await Promise.all(neighbours.map(end));
  }
}

async function isBusy(neighbour: ChildProcess): Promise<void> {
  if (neighbour.stdout === null) throw new Error("a neighbour has a pipe to say that it is busy");
  await once(neighbour.stdout, "data");
}

async function end(neighbour: ChildProcess): Promise<void> {
  if (neighbour.exitCode !== null || neighbour.signalCode !== null) return;
  const gone = once(neighbour, "exit");
  neighbour.kill("SIGKILL");
  await gone;
}
