/**
 * Who has a journal open: a process, and somebody in it.
 *
 *     4711:81230045:thread 3        pid : when it started : who
 *
 * The start (clock ticks since the machine's, from /proc) tells a process from a later one that was
 * given the same pid, as the first process of a container is each time. Where there is no /proc, a
 * living process with the pid counts as the same.
 *
 * Left out: processes that do not see each other's pids, on other machines or in other containers;
 * a folder on a shared disk needs a lease (`sabeam/protocols`).
 */

import { readFileSync } from "node:fs";

export interface Owner {
  /** One line; unique among all that may open the journal. */
  readonly id: string;
  /** Whether whoever had this id, as written into the folder, may still write. */
  isAlive(id: string): boolean;
}

/**
 * One in this process.
 *
 * @param who unique within the process, without line breaks.
 * @param isGone whether one of this process is no more, like a thread that has died; by default
 *   nobody is.
 */
export function processOwner(who: string, isGone: (who: string) => boolean = () => false): Owner {
  const own = `${process.pid}:${startOf(process.pid) ?? "-"}`;
  return {
    id: `${own}:${who}`,
    isAlive(id) {
      const [, pid = "", start = "", name = ""] = /^(\d+):(\d+|-):(.*)$/.exec(id) ?? [];
      if (pid === "" || !isRunning(Number(pid))) return false;
      if (start !== "-" && (startOf(Number(pid)) ?? start) !== start) return false;
      return `${pid}:${start}` !== own || !isGone(name);
    },
  };
}

/**
 * One in a simulation, where processes are the lives of a node, of which one runs at a time.
 *
 * @param life of the node, without colons.
 */
export function lifeOwner(life: string, who: string, isGone: (who: string) => boolean): Owner {
  return {
    id: `${life}:${who}`,
    isAlive: (id) => id.startsWith(`${life}:`) && !isGone(id.slice(life.length + 1)),
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Undefined where nobody tells. */
function startOf(pid: number): string | undefined {
  try {
    // The name in parentheses may have blanks; the start is the 20th field behind it.
    const [, behind = ""] = /\)\s+([^)]*)$/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return behind.split(" ")[19];
  } catch {
    return undefined;
  }
}
