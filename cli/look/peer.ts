/**
 * Peer: the conversation with one system, over the socket that its keeper serves.
 *
 *     connect ──► hello, within CONNECT_MS ──► want … ──► view, view, … ──► the end
 *
 * Views are taken one at a time. Of those that came meanwhile only the last is kept: whoever is
 * slow sees the present, and nothing piles up.
 *
 * Whatever goes wrong is a CliError of one line. Nothing of a peer is trusted: its lines are
 * bounded, and read field by field (told.ts).
 */

import { existsSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Hello, PROTOCOL, type SocketPlace, type Want } from "../../runtime/index.ts";
import { CliError, type CliErrorCode, systemCode } from "../errors.ts";
import { readManifest } from "../manifest.ts";
import { isAlive } from "./find.ts";
import { Lines } from "./lines.ts";
import { Malformed } from "./reader.ts";
import { type Look, readLine, readProtocol } from "./told.ts";

/** From the connection to the hello. A keeper answers within milliseconds, unless it is stopped. */
export const CONNECT_MS = 5000;
/** A view of as many actors as may be asked for has less than a tenth of it. */
const LINE_BYTES_MAX = 16 * 2 ** 20;
/** After the end of a conversation: until its socket, or its process, has gone. */
const GONE_MS = 500;
const GONE_STEP_MS = 20;

/** How it ended: the system was stopped in order, or something went wrong. */
type End = "stopped" | CliError;

export class Peer {
  readonly place: SocketPlace;
  readonly #socket: Socket;
  readonly #lines = new Lines(LINE_BYTES_MAX);
  #hello: Hello | undefined;
  #latest: Look | undefined;
  #end: End | undefined;
  #wake: () => void = () => {};

  /** Settles after the hello. Rejects with CliError ERR_CLI_UNREACHABLE. */
  static async connect(place: SocketPlace, waitMs: number = CONNECT_MS): Promise<Peer> {
    const peer = new Peer(place);
    try {
      await peer.#until(() => peer.#hello !== undefined, waitMs);
    } catch (error) {
      peer.close();
      throw error;
    }
    if (peer.#end === "stopped") throw peer.#failure("ERR_CLI_UNREACHABLE", "has just stopped");
    return peer;
  }

  private constructor(place: SocketPlace) {
    this.place = place;
    this.#socket = createConnection(place.path);
    this.#socket.on("data", (bytes) => this.#read(bytes));
    this.#socket.on("error", (error) => this.#lost(systemCode(error)));
    this.#socket.on("close", () => void this.#closed());
  }

  get hello(): Hello {
    if (this.#hello === undefined) throw new Error("there is no hello before `connect` settles");
    return this.#hello;
  }

  want(want: Want): void {
    this.#socket.write(`${JSON.stringify(want)}\n`);
  }

  /**
   * The next view; undefined once the system was stopped in order. Rejects with CliError
   * ERR_CLI_UNREACHABLE if there is none within `waitMs`, and ERR_CLI_SYSTEM_DIED at its death.
   */
  async view(waitMs: number = Number.POSITIVE_INFINITY): Promise<Look | undefined> {
    await this.#until(() => this.#latest !== undefined, waitMs);
    const view = this.#latest;
    this.#latest = undefined;
    return view;
  }

  close(): void {
    this.#end ??= "stopped";
    this.#socket.destroy();
    this.#wake();
  }

  /** Settles when it is so, or has come to its end in order. For one who waits at a time. */
  async #until(so: () => boolean, waitMs: number): Promise<void> {
    let late = false;
    const timer = Number.isFinite(waitMs)
      ? setTimeout(() => {
          late = true;
          this.#wake();
        }, waitMs)
      : undefined;
    try {
      while (!so() && this.#end === undefined && !late) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
    if (so()) return;
    if (this.#end instanceof CliError) throw this.#end;
    if (this.#end !== undefined) return;
    throw this.#failure("ERR_CLI_UNREACHABLE", `has not answered within ${waitMs} ms`);
  }

  #read(bytes: Buffer): void {
    const lines = this.#lines.push(bytes);
    if (lines === undefined) {
      return this.#fail(
        "ERR_CLI_UNREACHABLE",
        `has sent more than ${LINE_BYTES_MAX} bytes at once`,
      );
    }
    try {
      for (const line of lines) this.#take(line);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      const text = `has sent what this version cannot read (${error.message})`;
      this.#fail("ERR_CLI_UNREACHABLE", text);
    }
    this.#wake();
  }

  #take(text: string): void {
    if (this.#end !== undefined) return;
    if (this.#hello === undefined && !this.#speaksOurs(text)) return;
    const line = readLine(text);
    if (line.type === "refused") return this.#fail("ERR_CLI_UNREACHABLE", `says: ${line.problem}`);
    if (line.type === "hello") this.#hello ??= line;
    else this.#latest = line;
  }

  /** Of another protocol nothing else is to be read, its hello not either. */
  #speaksOurs(text: string): boolean {
    const protocol = readProtocol(text);
    if (protocol === undefined || protocol === PROTOCOL) return true;
    const { version } = readManifest();
    const mine = `this sabeam ${version} speaks ${PROTOCOL}`;
    const what = `speaks protocol ${protocol}, and ${mine}`;
    this.#fail("ERR_CLI_UNREACHABLE", `${what}: use the sabeam that its program has installed`);
    return false;
  }

  #lost(code: string): void {
    const denied = code === "EACCES" || code === "EPERM";
    const why = denied ? "permission denied" : "nobody listens there";
    if (this.#hello !== undefined) return;
    this.#fail("ERR_CLI_UNREACHABLE", `cannot be asked at ${this.place.path} (${code}): ${why}`);
  }

  /** Whoever stops in order takes the socket away; who dies leaves it. */
  async #closed(): Promise<void> {
    const { pid, path } = this.place;
    for (let ms = 0; ms < GONE_MS && this.#end === undefined; ms += GONE_STEP_MS) {
      if (!existsSync(path) || !isAlive(pid)) break;
      await sleep(GONE_STEP_MS);
    }
    if (this.#end !== undefined) return;
    if (!existsSync(path)) this.#end = "stopped";
    else if (isAlive(pid)) this.#fail("ERR_CLI_SYSTEM_DIED", "has closed the connection");
    else this.#fail("ERR_CLI_SYSTEM_DIED", "has died: its system was not stopped");
    this.#wake();
  }

  #fail(code: CliErrorCode, text: string): void {
    this.#end ??= this.#failure(code, text);
    this.#socket.destroy();
    this.#wake();
  }

  #failure(code: CliErrorCode, text: string): CliError {
    return new CliError(code, `process ${this.place.pid} ${text}`);
  }
}
