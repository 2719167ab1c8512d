/** What a store is opened with, checked. */

import { InvalidOptions } from "../errors.ts";
import { checkName, known } from "../options.ts";
import type { Placement } from "../spawn-options.ts";
import { NODE_BYTES_MAX } from "./format.ts";

/** One of `folder`, `memory` and `sqlite` says what the journal is kept in. */
export interface StoreOptions {
  /** Unique in the system: its actor is called `sabeam:store/NAME`. Default "main". */
  name?: string;
  /** Files in this folder, which is made if it is not there. */
  folder?: string;
  /** Memory that outlives threads, but not the process: true, or so many bytes. */
  memory?: boolean | number;
  /** A database of `node:sqlite`, by its file (Node 22.13 and later). */
  sqlite?: string;
  /**
   * Of a folder: whose journal it is, 1 to 183 bytes. A store of another node does not open it, so
   * give nodes names if they share disks. Default "local".
   */
  node?: string;
  /** Default "own", a thread for it alone; main in a system without other threads. */
  thread?: Placement;
}

/** Where a journal is kept. */
export type Place =
  | { readonly type: "folder"; readonly folder: string }
  | { readonly type: "memory"; readonly bytes: number }
  | { readonly type: "sqlite"; readonly file: string };

export interface CheckedStore {
  readonly name: string;
  /** The name of its actor. */
  readonly address: string;
  readonly place: Place;
  readonly node: string;
  readonly thread: Placement;
}

const KEYS = ["name", "folder", "memory", "sqlite", "node", "thread"];
const MEMORY_BYTES_DEFAULT: number = 16 * 1024 * 1024;
const MEMORY_BYTES_MIN: number = 64 * 1024;
const MEMORY_BYTES_MAX: number = 2 ** 30;

/** @throws InvalidOptions (ERR_INVALID_OPTIONS) */
export function checkStore(options: StoreOptions, threads: number): CheckedStore {
  known("openStore", options, KEYS);
  const { name = "main", node = "local", thread = threads === 0 ? 0 : "own" } = options;
  if (typeof name !== "string" || name === "") throw new InvalidOptions("name", "a text", name);
  const nodeBytes = typeof node === "string" && node.isWellFormed() ? Buffer.byteLength(node) : 0;
  if (nodeBytes < 1 || nodeBytes > NODE_BYTES_MAX) {
    throw new InvalidOptions("node", `a Unicode text of 1 to ${NODE_BYTES_MAX} bytes`, node);
  }
  const address = checkName(`sabeam:store/${name}`);
  // That it can have a supervisor.
  checkName(supervisorOf(address));
  return { name, address, place: placeOf(options), node, thread };
}

/** The name of what starts it again. */
export function supervisorOf(address: string): string {
  return `${address}/supervisor`;
}

function placeOf({ folder, memory, sqlite }: StoreOptions): Place {
  const places: Place[] = [];
  if (folder !== undefined) places.push({ type: "folder", folder: text("folder", folder) });
  if (sqlite !== undefined) places.push({ type: "sqlite", file: text("sqlite", sqlite) });
  if (memory !== undefined && memory !== false) {
    places.push({ type: "memory", bytes: memory === true ? MEMORY_BYTES_DEFAULT : memory });
  }
  const [place, other] = places;
  if (place === undefined || other !== undefined) {
    const given = places.map(({ type }) => type);
    throw new InvalidOptions("openStore", "told one of folder, memory and sqlite", given);
  }
  if (place.type === "memory") checkBytes(place.bytes);
  return place;
}

function text(key: string, value: unknown): string {
  if (typeof value === "string" && value !== "" && !value.includes("\0")) return value;
  throw new InvalidOptions(key, "a path", value);
}

function checkBytes(bytes: unknown): void {
  const fits =
    Number.isInteger(bytes) &&
    Number(bytes) >= MEMORY_BYTES_MIN &&
    Number(bytes) <= MEMORY_BYTES_MAX;
  if (fits) return;
  const range = `${MEMORY_BYTES_MIN} to ${MEMORY_BYTES_MAX}`;
  throw new InvalidOptions("memory", `true, or a whole number of bytes, ${range}`, bytes);
}
