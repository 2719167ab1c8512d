/**
 * Where the sockets of a user's processes lie: one folder that nobody else can enter, and in it
 * `PID-1.sock`, `PID-2.sock`, …, one for each system of a process.
 */

import { lstatSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Longer paths are cut off without a word: 108 bytes on Linux, 104 on macOS, the last one is 0. */
export const PATH_BYTES_MAX: number = process.platform === "linux" ? 107 : 103;

/** Undefined where users have no numbers (Windows): there are no sockets then. */
export function socketFolder(): string | undefined {
  const uid = process.getuid?.();
  return uid === undefined ? undefined : join(tmpdir(), `sabeam-${uid}`);
}

const SOCKET_NAME = /^(\d+)-(\d+)\.sock$/;

export interface SocketPlace {
  readonly path: string;
  readonly pid: number;
  /** Which system of the process: 1, 2, … */
  readonly system: number;
}

/** Of one process, or of all; what a killed process has left behind is among them. */
export function socketPlaces(pid?: number): SocketPlace[] {
  const folder = socketFolder();
  if (folder === undefined || !isPrivate(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, process, system] = SOCKET_NAME.exec(name) ?? [];
      const place = { path: join(folder, name), pid: Number(process), system: Number(system) };
      return system === undefined || (pid !== undefined && place.pid !== pid) ? [] : [place];
    })
    .sort((one, other) => one.pid - other.pid || one.system - other.system);
}

/**
 * True for a folder of ours that nobody else may enter. The folder above is everybody's, so another
 * user may have made one of this name, to read along or to lie.
 */
export function isPrivate(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory()) return false;
  return found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}
