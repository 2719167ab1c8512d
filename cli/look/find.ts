/**
 * Find: which system is meant, and why one cannot be asked. Sockets lie in a folder of the user:
 *
 *     /tmp/sabeam-1000/4711-1.sock     process 4711, its first system
 *
 * A socket may be left over from a process that was killed, so it alone proves nothing.
 */

import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import {
  isPrivate,
  plainText,
  type SocketPlace,
  socketFolder,
  socketPlaces,
} from "../../runtime/index.ts";
import { CliError, systemCode } from "../errors.ts";

/** "4711", or "4711-3": one of several systems of a process. */
const TARGET = /^(\d{1,10})(?:-(\d{1,9}))?$/;
/** No process has a higher number, anywhere. */
const PID_MAX = 2 ** 31 - 1;
/** Systems that a message lists. */
const SHOWN_MAX = 8;
const NAME_MAX = 40;

/** Flags of Node whose value is the next argument; and those that code follows, and no file. */
const TAKES_VALUE = new Set(["-r", "--require", "--import", "--loader", "-C", "--conditions"]);
const CODE = new Set(["-e", "--eval", "-p", "--print", "-pe"]);

export interface Target {
  readonly pid: number;
  /** Which system of the process; undefined: the only one. */
  readonly system: number | undefined;
}

/** Undefined for what names no process. */
export function parseTarget(text: string): Target | undefined {
  const [, process, system] = TARGET.exec(text) ?? [];
  const pid = Number(process);
  if (process === undefined || pid < 1 || pid > PID_MAX) return undefined;
  return { pid, system: system === undefined ? undefined : Number(system) };
}

/**
 * The one system that is meant; without a target, the only one of this user. Throws CliError
 * ERR_CLI_NO_SYSTEM.
 */
export function find(target: Target | undefined): SocketPlace {
  const folder = socketFolder();
  if (folder === undefined) throw none("systems cannot be looked into on this platform");
  const places = socketPlaces(target?.pid).filter(({ pid }) => isAlive(pid));
  const meant = places.filter(({ system }) => (target?.system ?? system) === system);
  const [place, other] = meant;
  if (place !== undefined && other === undefined) return place;
  if (place !== undefined) throw none(`${systems(meant)}: name one of them`);
  throw none(target === undefined ? noneHere(folder) : whyNot(target, folder, places));
}

/** What the process was started with, for people: `shop.js`; undefined where nobody tells. */
export function programOf(pid: number): string | undefined {
  const [, ...args] = (factOf(pid, "cmdline") ?? "").split("\0");
  const at = args.findIndex((arg, before) => {
    return !arg.startsWith("-") && !TAKES_VALUE.has(args[before - 1] ?? "");
  });
  const program = args[at];
  if (program === undefined || program === "" || CODE.has(args[at - 1] ?? "")) return undefined;
  return plainText(basename(program), NAME_MAX);
}

function noneHere(folder: string): string {
  const trouble = folderTrouble(folder);
  return trouble ?? `no system of this user runs here (there is none in ${folder}): name a process`;
}

/** Why the process that was named has no system that is to be asked. */
function whyNot({ pid, system }: Target, folder: string, places: readonly SocketPlace[]): string {
  if (places.length > 0) return `process ${pid} has no system ${system}; ${systems(places)}`;
  if (!isAlive(pid)) return `there is no process ${pid}`;
  const owner = ownerOf(pid);
  if (owner === undefined ? signalled(pid) === "EPERM" : owner !== process.getuid?.()) {
    const who = owner === undefined ? "" : ` (${owner})`;
    return `process ${pid} belongs to another user${who}: look at it as that user`;
  }
  const unknown = `process ${pid} has no socket in ${folder}: it runs no system of sabeam`;
  return folderTrouble(folder) ?? `${unknown}, or one with socket: false, or with another TMPDIR`;
}

function folderTrouble(folder: string): string | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined || isPrivate(folder)) return undefined;
  const mode = (found.mode & 0o777).toString(8);
  return `${folder} is not private to this user (owner ${found.uid}, mode ${mode}): remove it`;
}

function systems(places: readonly SocketPlace[]): string {
  const names = places.slice(0, SHOWN_MAX).map(({ pid, system }) => {
    const alone = places.filter((place) => place.pid === pid).length === 1;
    return [alone ? pid : `${pid}-${system}`, programOf(pid) ?? []].flat().join(" ");
  });
  const more = places.length > SHOWN_MAX ? [`${places.length - SHOWN_MAX} more`] : [];
  return `there ${places.length === 1 ? "is" : "are"} ${[...names, ...more].join(", ")}`;
}

/** False also for one that has ended, of which its parent has not taken notice yet. */
export function isAlive(pid: number): boolean {
  return signalled(pid) !== "ESRCH" && !/^\d+ \(.*\) Z/s.test(factOf(pid, "stat") ?? "");
}

/** What becomes of a signal that does nothing: undefined (it arrived), or the code of the error. */
function signalled(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return undefined;
  } catch (error) {
    return systemCode(error);
  }
}

/** The user of a process; undefined where nobody tells. */
function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

/** A file about a process; undefined on another platform, or when it has ended. */
function factOf(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined;
  }
}

function none(text: string): CliError {
  return new CliError("ERR_CLI_NO_SYSTEM", text);
}
