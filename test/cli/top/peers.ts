/**
 * Invented systems: sockets where those of this process would be, in a temporary folder of their
 * own, that say what a test tells them to.
 */

import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { actors, hello, topView, treeView } from "./views.ts";

/** Told to whoever connects, and at each request; undefined: nothing. */
export interface Manners {
  /** Lines to send at once. */
  readonly greeting?: readonly unknown[];
  /** What is sent for a request. */
  answer?(lines: string, socket: Socket): readonly unknown[];
}

/** Answers as a system does, with invented views; each second one has rates. */
export const WELL: Manners = {
  greeting: [{ ...hello, pid: process.pid }],
  answer: (lines) => {
    // Who types fast may have asked for several; the last one counts.
    const { want, max = 50, like = "" } = JSON.parse(lines.trimEnd().split("\n").at(-1) ?? "");
    if (want === "tree") return [treeView()];
    const listed = actors.filter(({ address }) => address.toLowerCase().includes(like));
    const view = topView({ actors: listed.slice(0, max) });
    return [{ ...view, sinceMs: undefined }, view];
  },
};

export class Peers {
  readonly folder: string;
  readonly #above: string;
  readonly #before: string | undefined;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#before = process.env.TMPDIR;
    this.#above = mkdtempSync(join(tmpdir(), "sabeam-top-"));
    process.env.TMPDIR = this.#above;
    this.folder = join(this.#above, `sabeam-${process.getuid?.()}`);
    mkdirSync(this.folder);
    chmodSync(this.folder, 0o700);
  }

  pathOf(system: number, pid: number = process.pid): string {
    return join(this.folder, `${pid}-${system}.sock`);
  }

  async open(manners: Manners, system = 1, pid: number = process.pid): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      const say = (texts: readonly unknown[]): void => {
        for (const text of texts) {
          socket.write(typeof text === "string" ? text : `${JSON.stringify(text)}\n`);
        }
      };
      socket.on("error", () => {});
      socket.on("data", (data) => say(manners.answer?.(String(data), socket) ?? []));
      say(manners.greeting ?? []);
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(this.pathOf(system, pid), resolve));
  }

  /** As at an orderly stop: the sockets are gone, and so are the connections. */
  async close(): Promise<void> {
    const closed = this.#servers
      .splice(0)
      .map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await Promise.all(closed);
  }

  /** Lets go of whoever is connected, without a word. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async remove(): Promise<void> {
    await this.close();
    if (this.#before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = this.#before;
    rmSync(this.#above, { recursive: true, force: true });
  }
}
