/**
 * The socket through which a process can be looked into from outside, on the keeper's thread: it
 * answers while main is blocked and other threads hang.
 *
 *     /tmp/sabeam-1000/        0700, ours
 *         4711-1.sock          0600; the process, and the number of the keeper's thread in it
 *
 * Nothing is read, and no timer runs, while nobody is connected. What goes wrong here is told as a
 * debug line and keeps nobody from working: then there is no socket.
 */

import { chmodSync, mkdirSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { hrtimeMs } from "../env.ts";
import { summarise } from "../errors.ts";
import { VERSION } from "../version.ts";
import { Guest, lineOf } from "./guest.ts";
import {
  isPrivate,
  PATH_BYTES_MAX,
  type SocketPlace,
  socketFolder,
  socketPlaces,
} from "./place.ts";
import { type Hello, PROTOCOL } from "./protocol.ts";
import type { Looked } from "./sources.ts";

/** At a time. */
const CLIENTS_MAX = 8;
/** Of those that killed processes have left behind, looked at when a system starts. */
const LEFTOVERS_MAX = 64;

type Net = typeof import("node:net");

/** Why there is no socket, for people. */
class NoSocket extends Error {}

export class LookServer {
  readonly #looked: Looked;
  readonly #debug: (fields: object, message: string) => void;
  readonly #guests: Set<Guest> = new Set();
  #server: Server | undefined;
  #path: string | undefined;
  #closed = false;

  constructor(looked: Looked, debug: (fields: object, message: string) => void) {
    this.#looked = looked;
    this.#debug = debug;
  }

  /** Settles when clients can come, or never will. */
  async open(): Promise<void> {
    try {
      const path = checkedPath();
      // Only now: it would delay the start.
      const net = await import("node:net");
      await sweep(net);
      if (this.#closed) return;
      await this.#listen(net, path);
      this.#debug({ path }, "the system can be looked into");
    } catch (error) {
      const reason = error instanceof NoSocket ? error.message : summarise(error);
      this.#debug({ reason }, "there is no socket to look into the system");
    }
  }

  #listen(net: Net, path: string): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#server = server;
    this.#path = path;
    // No other living process has this number, and no other thread of this one: a leftover.
    rmSync(path, { force: true });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, () => {
        server.off("error", reject);
        server.on("error", (error) => this.#debug({ error: summarise(error) }, "socket"));
        server.unref();
        chmodSync(path, 0o600);
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    socket.unref();
    if (this.#guests.size >= CLIENTS_MAX) {
      socket.on("error", () => socket.destroy());
      socket.end(lineOf({ type: "refused", problem: `${CLIENTS_MAX} clients look already` }));
      socket.resume();
      return;
    }
    const guest = new Guest(socket, this.#looked, this.#hello(), () => this.#guests.delete(guest));
    this.#guests.add(guest);
  }

  #hello(): Hello {
    const { threads, epochMs } = this.#looked;
    return {
      type: "hello",
      protocol: PROTOCOL,
      pid: process.pid,
      system: threadId,
      node: process.version,
      sabeam: VERSION,
      startedAt: Math.round(Date.now() - (hrtimeMs() - epochMs)),
      threads,
    };
  }

  close(): void {
    this.#closed = true;
    for (const guest of this.#guests) guest.leave();
    this.#server?.close();
    if (this.#path !== undefined) rmSync(this.#path, { force: true });
  }
}

/** @throws NoSocket, and what the file system says */
function checkedPath(): string {
  const folder = socketFolder();
  if (folder === undefined) throw new NoSocket("users have no numbers on this platform");
  const path = join(folder, `${process.pid}-${threadId}.sock`);
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) {
    throw new NoSocket(`${path} is longer than ${PATH_BYTES_MAX} bytes`);
  }
  mkdirSync(folder, { mode: 0o700, recursive: true });
  if (isPrivate(folder)) return path;
  throw new NoSocket(`${folder} is not ours alone: remove it, or make its mode 0700`);
}

/** Removes what killed processes have left behind. */
async function sweep(net: Net): Promise<void> {
  const leftovers = socketPlaces().filter(({ pid }) => !isThere(pid));
  for (const { path } of leftovers.slice(0, LEFTOVERS_MAX)) {
    // A process of another container has a number that means nothing here, but it answers.
    if (await isRefused(net, path)) rmSync(path, { force: true });
  }
}

function isThere(pid: SocketPlace["pid"]): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function isRefused(net: Net, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(path);
    const settle = (refused: boolean) => (): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once("connect", settle(false));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => settle(code === "ECONNREFUSED")());
  });
}
